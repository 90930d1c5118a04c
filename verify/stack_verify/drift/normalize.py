"""How what the tool and AWS write differently is spelt alike: policies, rules, routes, actions, ARNs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from stack_verify.drift.field import Spell, Value, plain, set_of
from stack_verify.resources.partitions import PARTITIONS

# The numbers of protocols for which AWS has names (EC2 API reference, "IpPermission").
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_ACCOUNT_ROOT = re.compile(rf"arn:(?:{'|'.join(PARTITIONS)}):iam::(\d{{12}}):root", re.ASCII)


def yes_where(word: str) -> Spell:
    """Yes and no, for what AWS says by ``word`` and by any other or none."""
    return lambda value: "true" if value == word else "false"


def yes(value: object) -> Value:
    """Yes and no, where AWS leaves out what was never set."""
    return "true" if value else "false"


def given(value: object) -> Value:
    """Whether there is one at all."""
    return "false" if value is None else "true"


def last_part(value: object) -> Value:
    """What an ARN or a path ends in."""
    text = plain(value)
    return text.rpartition("/")[2] if isinstance(text, str) else text


def log_group(value: object) -> Value:
    """The ARN of a log group, which ends in ``:*`` at some places and not at others."""
    text = plain(value)
    return text.removesuffix(":*") if isinstance(text, str) else text


def lower(value: object) -> Value:
    """A name of which AWS keeps small letters."""
    text = plain(value)
    return text.lower() if isinstance(text, str) else text


def many(value: object) -> Value:
    """A set, even of one, or of none."""
    return plain(value) if isinstance(value, list | tuple) else plain([] if value is None else [value])


def policy(value: object) -> Value:
    """The statements of a policy document, each spelt in one way: IAM takes one text for a list of one.

    Raises:
        ValueError: when it is no policy document.
    """
    if value is None:
        return ()
    document = json.loads(str(value))
    statements = document["Statement"]
    return set_of(*(_statement(each) for each in (statements if isinstance(statements, list) else [statements])))


def document(value: object) -> Value:
    """JSON in one spelling.

    Raises:
        ValueError: when it is no JSON.
    """
    return None if value is None else json.dumps(json.loads(str(value)), sort_keys=True)


def _statement(statement: Mapping[str, Any]) -> str:
    return json.dumps({name: _part(name, value) for name, value in statement.items()}, sort_keys=True)


def _part(name: str, value: Any) -> Any:  # noqa: ANN401 - a part of a policy
    if isinstance(value, dict):
        return {key: _part(name, member) for key, member in value.items()}
    if isinstance(value, list):
        spelt = sorted({_text(name, item) for item in value})
        return spelt[0] if len(spelt) == 1 else spelt
    return _text(name, value)


def _text(name: str, value: object) -> str:
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    # AWS answers an account's id as the ARN of its root user (IAM user guide, "AWS JSON policy elements: Principal").
    account = _ACCOUNT_ROOT.fullmatch(text) if name in ("Principal", "NotPrincipal") else None
    return account[1] if account else text


def rule(protocol: object, first: object, last: object, peer: object) -> str:
    """A rule of a security group for one peer. All protocols have all ports, however that is written."""
    name = str(protocol).lower()
    name = _PROTOCOLS.get(name, name)
    whom = _network(str(peer))
    if name == "-1":
        return f"all {whom}"
    ports = [str(port) for port in (first, last)]
    told = ports[0] if ports[0] == ports[1] else "-".join(ports)
    return f"{name} {told} {whom}"


def _network(peer: str) -> str:
    """A range of addresses as AWS writes it, or the id of a list or a group, without the account of a peer's group."""
    last = peer.rpartition("/")[2]
    if last.startswith(("sg-", "pl-")) or peer == "self":
        return last
    return str(ip_network(peer, strict=False))
