"""What a name says of its value: that it is a secret, that it speaks of one, or nothing."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise
from typing import Final

from stack_verify.detect.identifiers import words

# The endings of single words, since dbpassword and PGPASSWORD are one; and words that are secret only together.
# "pass" is one by itself alone: bypass and compass are none.
_SECRET_WORD: Final = re.compile(
    r"(?:passphrase|passcode|passwd|password|pwd|secret|token|credential|apikey|privatekey|secretkey"
    r"|^pass|^pw|^cred|^pat|^requirepass|^masterauth|^htpasswd)s?$"
)
_PLURAL_TOKENS: Final = "tokens"
_SECRET_PAIRS: Final = frozenset(
    {
        ("access", "key"),
        ("account", "key"),
        ("api", "key"),
        ("auth", "key"),
        ("connection", "string"),
        ("cookie", "key"),
        ("encryption", "key"),
        ("hmac", "key"),
        ("jwt", "key"),
        ("license", "key"),
        ("master", "key"),
        ("openai", "key"),
        ("private", "key"),
        ("rsa", "key"),
        ("secret", "key"),
        ("sendgrid", "key"),
        ("session", "key"),
        ("shared", "key"),
        ("signing", "key"),
        ("ssh", "key"),
        ("stripe", "key"),
        ("webhook", "key"),
    }
)
# Whose value may hold a secret and need not: the value decides.
_BY_VALUE: Final = frozenset({"auth", "authorization", "connection", "cred", "creds", "credential", "credentials"})
# A name that ends in one of these speaks of the secret, it does not hold it: dbSecretArn, tokenEndpoint, TOKEN_TTL.
_ABOUT: Final = frozenset(
    """
    age algorithm arn audience backend claim claims cost count days dir directory driver duration enabled encryption
    endpoint expiration expires expiry field file filename files format hasher hashers header host hours id ids
    interval issuer iterations length lifetime limit manager max method min minutes mode ms name names parameter param
    path paths pattern plugin policy port prefix provider regex region retries rotation rounds scope scopes seconds
    size source stack stdin store strategy strength timeout ttl type uri url urls validator validators version
    """.split()  # noqa: SIM905 - a list of words reads better
)
# What follows one of these is a number of things: MAX_TOKENS.
_COUNTING: Final = frozenset({"max", "maximum", "min", "minimum"})
# What is published on purpose: a VAPID public key, a reCAPTCHA site key, whatever a browser is sent.
_PUBLIC: Final = frozenset({"public", "publishable", "vite"})
# Which of several, or how it is written: DB_PASSWORD_PROD, JWT_SECRET_BASE64, API_TOKEN_2.
_WHICH: Final = frozenset(
    """
    b64 base base64 current default dev development encoded live local main new old plain plaintext prev previous
    primary prod production qa raw secondary stage staging str string test text uat value
    """.split()  # noqa: SIM905 - a list of words reads better
)
_KEYS: Final = frozenset({"key", "keys", "salt", "pepper"})


class NameSays(StrEnum):
    """How far a name alone decides: ``SECRET`` holds one, ``MAYBE`` asks the value, ``NOTHING`` says nothing."""

    SECRET = "secret"  # noqa: S105 - what a name says
    MAYBE = "maybe"
    NOTHING = "nothing"


def named_secret(name: str) -> bool:
    """Whether the name says that the value is a password, a secret, a token or a private key."""
    parts = words(name)
    if not parts or parts[-1] in _ABOUT:
        return False
    return _mentions_secret(parts)


def counts_tokens(name: str) -> bool:
    """Whether the name is one of several tokens, of which a number is how many."""
    return words(name)[-1:] == (_PLURAL_TOKENS,)


def name_says(name: str) -> NameSays:
    """What the name says of its value.

    A name that ends in a secret's word holds one (DB_PASSWORD, API_KEY_2); one that holds the word elsewhere
    (PASSWORD_HASHER), or ends in a key of some kind, leaves it to the value.
    """
    parts = words(name)
    while len(parts) > 1 and (parts[-1] in _WHICH or parts[-1].isdigit()):
        parts = parts[:-1]
    if not parts or parts[-1] in _ABOUT or not _PUBLIC.isdisjoint(parts):
        return NameSays.NOTHING
    if parts[-1] in _BY_VALUE or parts[-2:] == ("connection", "string"):
        return NameSays.MAYBE
    counted = len(parts) > 1 and parts[-2] in _COUNTING
    if not counted and (_SECRET_WORD.search(parts[-1]) or parts[-2:] in _SECRET_PAIRS):
        return NameSays.SECRET
    if parts[-1] in _KEYS or _mentions_secret(parts):
        return NameSays.MAYBE
    return NameSays.NOTHING


def _mentions_secret(parts: tuple[str, ...]) -> bool:
    held = (part for before, part in pairwise(("", *parts)) if before not in _COUNTING)
    return any(_SECRET_WORD.search(part) for part in held) or not _SECRET_PAIRS.isdisjoint(pairwise(parts))
