"""What must not be kept or handed on in clear: secrets, told by a value and its name together.

A decision is made once, while an answer is decoded, and says which kind of secret it was; the value is not kept.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from stack_verify.detect.secret_names import NameSays, counts_tokens, name_says, named_secret
from stack_verify.detect.vendor_tokens import entropy, vendor_token

__all__ = [
    "WITHHELD",
    "named_secret",
    "reference",
    "secret_in",
    "secret_members",
    "secret_tag",
    "secret_text",
    "secret_value",
]

# In place of what must not be kept.
WITHHELD: Final = "[withheld: a secret]"

# Kinds of secrets, as reports name them.
BY_NAME: Final = "a value under the name of a secret"
AWS_KEY: Final = "an AWS access key"
URL: Final = "a URL with a password"
SIGNED: Final = "a signed URL"
PRIVATE_KEY: Final = "a private key"
WEB_TOKEN: Final = "a JSON Web Token"  # noqa: S105 - a kind
SHARED: Final = "a secret shared by header"

# Texts shorter than this hold no secret that their form tells.
_SHORTEST: Final = 6
_DEEPEST: Final = 4

_REFERENCE: Final = re.compile(
    r"arn:[^\s:]+:[^\s:]+:[^\s:]*:\d*:\S+|[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})|true|false", re.ASCII
)
_ARN: Final = re.compile(r"\barn:[a-z-]+:[\w-]*:[\w-]*:\d*:[^\s\"',;]*", re.ASCII)
# What a program fills in later, and what was taken out.
_STAND_IN: Final = re.compile(
    r"\$\{.*\}?|\$\(.*|\$[A-Z_][A-Z0-9_]*|#\{.*|\{\{.*|<[^<>]*>|%[({%\w].*|`.*|@Microsoft\.KeyVault\(.*"
    r"|\*+|[xX]{3,}|\.{3}|\[(?:withheld|secret|redacted|hidden|masked|sensitive).*|(?:REDACTED|MASKED|HIDDEN)",
    re.DOTALL,
)
_SHELL_VARIABLE: Final = re.compile(r"\$\w+")
# Encrypted: of no use without a key that is elsewhere (KMS, Jasypt, SOPS, Vault's transit, Spring's configuration).
_CIPHERTEXT: Final = re.compile(
    r"AQICA[\w+/=-]{40,}|ENC[(\[].*|vault:v\d+:.*|\{cipher\}.*|\$ANSIBLE_VAULT.*", re.DOTALL
)
_PUBLIC: Final = re.compile(r"\s*(?:-----BEGIN (?:[A-Z ]*PUBLIC KEY|CERTIFICATE)|ssh-(?:rsa|ed25519) |ecdsa-sha2-)")
_ORDINARY: Final = frozenset(
    """
    0 1 - allow always auto auto-generated basic bearer deny disable disabled enable enabled env false generated iam
    ignore include managed n/a na never nil no none null off omit on optional plain prompt required same-origin true
    undefined unset yes
    """.split()  # noqa: SIM905 - a list of words reads better
)
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?\s?(?:ms|s|m|h|d|w|y|sec|min|seconds?|minutes?|hours?|days?|weeks?))+")
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?[^\s]+", re.IGNORECASE)
_REFERRING: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|(?:ssm|secretsmanager|vault|env|file|sm|kv):)\S+", re.IGNORECASE
)
_PATH: Final = re.compile(r"(?:\.{0,2}/|~/|[A-Za-z]:\\)[\w./\\ @:-]*", re.ASCII)
# The name of a parameter or of a secret: words with slashes between.
_SLASHED: Final = re.compile(r"[a-z][a-z0-9_.-]*(?:/[a-z][a-z0-9_.-]*)+", re.ASCII)
_KMS_KEY: Final = re.compile(r"alias/[\w/-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_USER_AND_PASSWORD: Final = re.compile(r"[^\s:/]+:(?P<password>[^\s:/]{3,})")
_ACCESS_KEY_ID: Final = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])")
_SECRET_ACCESS_KEY: Final = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
# Names that AWS's own check knows (Security Hub control ECS.8).
_KEYS_OF_AWS: Final = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"})
# A key of a policy's condition that is a password where it names no page and no program.
_CONDITIONS: Final = frozenset({"aws:referer", "aws:useragent"})

_PRIVATE_KEY: Final = re.compile(r"BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File-\d")
# A password may hold what a URL should not: "/" after it is a path's only where a port stands before.
_IN_URL: Final = re.compile(r"://[^/\s:@\"']*:(?P<password>(?!\d+/)[^\s@\"']+)@")
_IN_ADDRESS: Final = (
    re.compile(r"^[\w.%+-]+:(?P<password>[^\s@/]+)@(?:(?:tcp|unix|udp)?\(|(?!sha256:)[\w.-]+(?::\d+)?(?:/|\?|$))"),
    re.compile(r"\bjdbc:oracle:\w+:[^\s/]+/(?P<password>[^\s@]+)@"),
    re.compile(r"(?:^|\s)(?:-u|--user)[\s=]+[\"']?(?!\d+:\d+\b)[^\s:'\"]+:(?P<password>[^\s'\"]+)"),
)
_SIGNED: Final = re.compile(
    r"\b[a-z]+[-_](?:signature|credential|security-token)=(?![$%{<*])\S"
    r"|x-amz-security-token[\"']?\s*:\s*\S{8}"
    r"|[?&](?:sig|signature)=[\w%+/=-]{16,}",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(
    r"\bbearer\s+(?=\S*\d)[\w.~+/=-]{12,}|\b(?:token|api-?key)\s+(?=\S*\d)[\w.~+/=-]{20,}", re.IGNORECASE
)
_BASIC: Final = re.compile(r"\bbasic\s+(?P<encoded>[A-Za-z0-9+/]{6,}={0,2})", re.IGNORECASE)
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")

_HINT: Final = re.compile(r"pass|pwd|pw\b|secret|token|key|cred|auth|cookie|dsn", re.IGNORECASE)
# Looked ahead for, so that what follows the sign is looked at itself, too: --set=password=...
_PAIR: Final = re.compile(
    r"(?<![\w$@%])(?P<name>[A-Za-z_][\w.-]{0,99})\\?[\"']?\s*(?P<sign>=>?|:(?=[\s\"'\\]))\s*"
    r"(?=(?P<quote>\\?[\"'])(?P<quoted>[^\"'\\]+)|(?P<bare>[^\s;&,\"'\\]+))"
)
_ALONE_ON_ITS_LINE: Final = re.compile(r"[ \t]*(?:#.*)?(?:\n|\Z)")


def reference(text: str) -> bool:
    """Whether the text is an ARN or an id, which is no secret whatever it is called, or merely yes or no."""
    return _REFERENCE.fullmatch(text) is not None


def secret_text(text: str) -> bool:
    """Whether the text holds a secret whatever it is called: a private key, a URL with a password, a signed token."""
    return secret_in(text) is not None


def secret_tag(name: str, value: str) -> bool:
    """Whether a tag's value is a secret by the tag's name or by itself."""
    return (named_secret(name) and not reference(value)) or secret_in(value) is not None


def secret_value(name: str, value: str, *, in_shell: bool = False) -> str | None:  # noqa: PLR0911 - a table of cases
    """What kind of secret ``value`` is under ``name``, or None where it is none.

    The value comes first: one that is a secret by its form is one under any name, and one that is a reference, a path,
    a switch, a duration, a public key or a stand-in is none under any. ``in_shell`` is a word of a command line, where
    ``$name`` is a variable.
    """
    text = value.strip()
    if not text or _stands_in(text, in_shell=in_shell) or reference(text):
        return None
    found = secret_in(text)
    if found or name.lower() in _CONDITIONS:
        return found or (SHARED if not re.search(r"[./*]", text) else None)
    if name in _KEYS_OF_AWS or _ACCESS_KEY_ID.search(text):
        return AWS_KEY
    if _innocent(text) or (text.isdigit() and counts_tokens(name)):
        return None
    match name_says(name):
        case NameSays.SECRET:
            return None if _names_key(name, text) else BY_NAME
        case NameSays.MAYBE if random_looking(text) or _names_user_and_password(name, text):
            return BY_NAME
    return None


@lru_cache(maxsize=65536)
def secret_in(text: str) -> str | None:
    """What kind of secret the text holds whatever it is called, or None.

    Looked into are the members of JSON, the lines and pairs of settings, and what is written in base64.
    """
    return _secret_in(text, _DEEPEST)


def secret_members(value: Any, name: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """The secrets among the members of a JSON value: where each is, and of which kind."""
    match value:
        case str():
            kind = secret_value(name.rpartition(".")[2].partition("[")[0], value)
            if kind:
                yield name, kind
        case dict():
            for key, member in value.items():
                yield from secret_members(member, f"{name}.{key}" if name else str(key))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from secret_members(item, f"{name}[{index}]")


def random_looking(text: str) -> bool:
    """Whether the text looks as if chance had made it: no words, letters and digits mixed throughout."""
    body = text.removeprefix("base64:")
    if _UUID.fullmatch(body) or not re.fullmatch(r"[A-Za-z0-9+/=_.-]{16,}", body):
        return False
    longest = max(re.split(r"[-_.]", body), key=len)
    if len(longest) < 16:  # noqa: PLR2004 - what a person would type out
        return False
    kinds = "".join("d" if character.isdigit() else "a" for character in longest)
    changes = sum(one != other for one, other in pairwise(kinds))
    mixed = changes >= 3 or (len(longest) >= 32 and re.search(r"[A-Z]", longest) and re.search(r"[a-z]", longest))  # noqa: PLR2004
    return bool(mixed) and entropy(longest) > 3.0  # noqa: PLR2004 - the library's own limit for hexadecimal digits


def _secret_in(text: str, depth: int) -> str | None:
    if len(text) < _SHORTEST or reference(text):
        return None
    return (
        (PRIVATE_KEY if _PRIVATE_KEY.search(text) else None)
        or _password_in_address(text)
        or (SIGNED if _SIGNED.search(text) else None)
        or (WEB_TOKEN if _JWT.search(text) else None)
        or _authorization(text)
        or (AWS_KEY if _ACCESS_KEY_ID.search(text) and _SECRET_ACCESS_KEY.search(text) else None)
        or vendor_token(text)
        or _in_json(text)
        or _in_pairs(text)
        or _in_base64(text, depth)
    )


def _password_in_address(text: str) -> str | None:
    for form in (_IN_URL, *_IN_ADDRESS):
        for match in form.finditer(text):
            if not _stands_in(match["password"], in_shell=True):
                return URL if form is _IN_URL else "a user name with a password"
    return None


def _authorization(text: str) -> str | None:
    if _BEARER.search(text):
        return "a bearer token"
    for match in _BASIC.finditer(text):
        if ":" in (_decoded(match["encoded"]) or ""):
            return "basic credentials"
    return None


def _in_json(text: str) -> str | None:
    stripped = text.lstrip()
    if not stripped.startswith(("{", "[")):
        return None
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict | list):
        return next((kind for _, kind in (*secret_members(value), *_registry_logins(value))), None)
    return None


def _registry_logins(value: object) -> Iterator[tuple[str, str]]:
    """The logins of Docker's configuration file, ``auths.<registry>.auth``."""
    auths = value.get("auths") if isinstance(value, dict) else None
    for registry, held in (auths if isinstance(auths, dict) else {}).items():
        if isinstance(held, dict) and ":" in (_decoded(str(held.get("auth", ""))) or ""):
            yield registry, "a login to a registry"


def _in_pairs(text: str) -> str | None:
    """A secret among pairs such as ``password=...;``, ``token: ...`` or ``"apiKey": "..."``."""
    if not _HINT.search(text):
        return None
    plain = _ARN.sub("arn", text)
    for match in _PAIR.finditer(plain):
        value = match["quoted"] or match["bare"]
        says = name_says(match["name"])
        if says is NameSays.NOTHING or not value or _stands_in(value, in_shell=True):
            continue
        if match["sign"].startswith(":") and not _more_than_prose(value, plain, match):
            continue
        if _URI.fullmatch(value) or _innocent(value) or (value.isdigit() and counts_tokens(match["name"])):
            continue
        if says is NameSays.SECRET or random_looking(value):
            return BY_NAME
    return None


def _more_than_prose(value: str, text: str, match: re.Match[str]) -> bool:
    """Whether what follows a colon is a value and not the rest of a sentence."""
    if match["quote"] or re.search(r"\d", value):
        return True
    end = match.end() + len(value)
    return len(value) >= _SHORTEST and bool(_ALONE_ON_ITS_LINE.match(text, end)) and value[-1:].isalnum()


def _in_base64(text: str, depth: int) -> str | None:
    if depth == 0 or len(text) < 24 or not re.fullmatch(r"[A-Za-z0-9+/\s]+={0,2}\s*", text):  # noqa: PLR2004
        return None
    inner = _decoded(text)
    return _secret_in(inner, depth - 1) if inner else None


def _decoded(text: str) -> str | None:
    """What is written in base64, where that is a text."""
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded and all(each.isprintable() or each in "\r\n\t" for each in decoded) else None


def _stands_in(text: str, *, in_shell: bool) -> bool:
    return _STAND_IN.fullmatch(text) is not None or (in_shell and _SHELL_VARIABLE.fullmatch(text) is not None)


def _innocent(text: str) -> bool:
    """Whether the value is none under any name: a switch, a duration, a reference, a path, what is public."""
    if text.lower() in _ORDINARY or _DURATION.fullmatch(text) or _CIPHERTEXT.fullmatch(text) or _PUBLIC.match(text):
        return True
    if _REFERRING.fullmatch(text) or _SLASHED.fullmatch(text):
        return True
    return _PATH.fullmatch(text) is not None and not any(random_looking(part) for part in re.split(r"[/\\]", text))


def _names_key(name: str, text: str) -> bool:
    """Whether it is the name of a key that KMS keeps: encryptionKey = alias/... or a key's id."""
    return name_says_encryption(name) and _KMS_KEY.fullmatch(text) is not None


def name_says_encryption(name: str) -> bool:
    """Whether the name is an encryption key's, which may be one of KMS's own."""
    lowered = name.lower()
    return "kms" in lowered or "encryption" in lowered


def _names_user_and_password(name: str, text: str) -> bool:
    """Whether it is ``user:password`` under a name such as BASIC_AUTH."""
    if not re.search(r"auth|cred", name, re.IGNORECASE):
        return False
    match = _USER_AND_PASSWORD.fullmatch(text)
    return match is not None and not match["password"].isdigit() and not _stands_in(match["password"], in_shell=True)
