"""What must not be kept: values that are secret by their name, by their content, or by their tool's mark."""

from __future__ import annotations

import re
from itertools import pairwise

from verify.words import words

# The endings of single words, since dbpassword and PGPASSWORD are one; and words that are secret only together.
_SECRET_WORD = re.compile(r"(?:passphrase|passwd|password|pwd|secret|token|credential|apikey|privatekey|secretkey)s?$")
_SECRET_PAIRS = frozenset(
    {
        ("access", "key"),
        ("api", "key"),
        ("auth", "key"),
        ("connection", "string"),
        ("license", "key"),
        ("private", "key"),
        ("secret", "key"),
        ("shared", "key"),
        ("signing", "key"),
    }
)
# A name that ends in one of these speaks of the secret, it does not hold it: dbSecretArn, tokenEndpoint.
_ABOUT = frozenset(
    {
        "arn",
        "days",
        "enabled",
        "endpoint",
        "host",
        "id",
        "ids",
        "length",
        "name",
        "names",
        "path",
        "policy",
        "port",
        "region",
        "rotation",
        "stack",
        "uri",
        "url",
        "version",
    }
)
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
    return any(_SECRET_WORD.search(part) for part in parts) or not _SECRET_PAIRS.isdisjoint(pairwise(parts))


def reference(text: str) -> bool:
    """Whether the text is an ARN or an id, which is no secret whatever it is called, or merely yes or no."""
    return _REFERENCE.fullmatch(text) is not None


def secret_text(text: str) -> bool:
    """Whether the text holds a secret whatever it is called: a private key, a URL with a password, a signed token."""
    return _SECRET_TEXT.search(text) is not None
