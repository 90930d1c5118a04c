"""The words of an output's name, however its tool spells it: camelCase, snake_case, kebab-case."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Plurals of abbreviations come out as one word each: subnetIDs, keyARNs.
_PLURAL_ABBREVIATION = re.compile(r"(ID|ARN|URL|VPC)s(?![a-z])")


def words(name: str) -> tuple[str, ...]:
    """The words in lower case: ``dbSecretARN``, ``db_secret_arn`` and ``db-secret-arn`` all have the same three."""
    return tuple(word.lower() for word in _WORD.findall(_PLURAL_ABBREVIATION.sub(r"\1", name)))
