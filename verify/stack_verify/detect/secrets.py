"""What must not be kept: values that are secret by their name, by their content, or by their tool's mark."""

from __future__ import annotations

import re
from itertools import pairwise

from stack_verify.detect.identifiers import words

# In place of what must not be kept.
WITHHELD = "[withheld: a secret]"

# The endings of single words, since dbpassword and PGPASSWORD are one; and words that are secret only together.
# "pass" is one by itself alone: bypass and compass are none.
_SECRET_WORD = re.compile(
    r"(?:passphrase|passwd|password|pwd|secret|token|credential|apikey|privatekey|secretkey|^pass)s?$"
)
_SECRET_PAIRS = frozenset(
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
# A name that ends in one of these speaks of the secret, it does not hold it: dbSecretArn, tokenEndpoint, TOKEN_TTL.
_ABOUT = frozenset(
    {
        "age",
        "algorithm",
        "arn",
        "audience",
        "count",
        "days",
        "duration",
        "enabled",
        "endpoint",
        "expiration",
        "expires",
        "expiry",
        "header",
        "host",
        "hours",
        "id",
        "ids",
        "interval",
        "issuer",
        "length",
        "lifetime",
        "limit",
        "max",
        "min",
        "minutes",
        "ms",
        "name",
        "names",
        "path",
        "policy",
        "port",
        "prefix",
        "region",
        "rotation",
        "seconds",
        "stack",
        "timeout",
        "ttl",
        "type",
        "uri",
        "url",
        "version",
    }
)
# What follows one of these is a number of things: MAX_TOKENS.
_COUNTING = frozenset({"max", "maximum", "min", "minimum"})
_REFERENCE = re.compile(r"arn:[^\s:]+:[^\s:]+:[^\s:]*:\d*:\S+|[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})|true|false", re.ASCII)
_SECRET_TEXT = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s:@]*:[^/\s@]+@"  # a password in a URL
    r"|\b(?:password|pwd|secret|token|accountkey)\s*=\s*[^\s;&]"  # a connection string
    r"|\b[a-z]+[-_](?:signature|credential|security-token)="  # a signed URL
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a JSON Web Token
    r"|\bgh[opsu]_\w{20,}",
    re.IGNORECASE,
)


def named_secret(name: str) -> bool:
    """Whether the name says that the value is a password, a secret, a token or a private key."""
    parts = words(name)
    if not parts or parts[-1] in _ABOUT:
        return False
    held = (part for before, part in pairwise(("", *parts)) if before not in _COUNTING)
    return any(_SECRET_WORD.search(part) for part in held) or not _SECRET_PAIRS.isdisjoint(pairwise(parts))


def reference(text: str) -> bool:
    """Whether the text is an ARN or an id, which is no secret whatever it is called, or merely yes or no."""
    return _REFERENCE.fullmatch(text) is not None


def secret_text(text: str) -> bool:
    """Whether the text holds a secret whatever it is called: a private key, a URL with a password, a signed token."""
    return _SECRET_TEXT.search(text) is not None


def secret_tag(name: str, value: str) -> bool:
    """Whether a tag's value is a secret by the tag's name."""
    return named_secret(name) and not reference(value)
