"""Which actions IAM can tie to resources, by AWS's Service Authorization Reference.

``data/actions.tsv`` is made of AWS's own data by ``python docs/service_authorization.py``; its first lines say
of when. An action that the data does not know is taken for one that knows resources.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from stack_verify.principals.iam_policy import matches


def knows_resources(action: str) -> bool:
    """Whether ``action``, which may have wildcards, means any action that can be allowed on named resources."""
    service, _, name = action.lower().partition(":")
    if not name or set(service) & set("*?"):
        return True
    listed = _actions(service)
    if listed is None:
        return True
    without, with_resources = listed
    if not set(name) & set("*?"):
        return name not in without
    return any(matches(name, each) for each in with_resources) or not any(matches(name, each) for each in without)


@cache
def _actions(service: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """The actions of a service without and with resources, in lower case; None where the data does not have it."""
    line = _lines().get(service)
    if line is None:
        return None
    without, _, with_resources = line.partition("\t")
    return frozenset(without.split()), frozenset(with_resources.split())


@cache
def _lines() -> dict[str, str]:
    text = files("stack_verify.principals").joinpath("data", "actions.tsv").read_text(encoding="utf-8")
    lines = (line.partition("\t") for line in text.splitlines() if not line.startswith("#"))
    return {service: actions for service, _, actions in lines}
