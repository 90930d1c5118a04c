"""One spelling for many: the words of a name in camelCase, snake_case or kebab-case; the name of an environment."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Plurals of abbreviations come out as one word each: subnetIDs, keyARNs.
_PLURAL_ABBREVIATION = re.compile(r"(ID|ARN|URL|VPC)s(?![a-z])")
_SAME_ENVIRONMENT = {"production": "prod", "prd": "prod", "development": "dev", "develop": "dev"}


def words(name: str) -> tuple[str, ...]:
    """The words in lower case: ``dbSecretARN``, ``db_secret_arn`` and ``db-secret-arn`` all have the same three."""
    return tuple(word.lower() for word in _WORD.findall(_PLURAL_ABBREVIATION.sub(r"\1", name)))


def environment_name(text: str) -> str:
    """An environment in lower case, with ``production`` and ``development`` under their short names."""
    return _SAME_ENVIRONMENT.get(text.lower(), text.lower())
