"""Secrets on a command line: in options, in variables set for a command, in what a shell is given to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from stack_verify.detect.secrets import BY_NAME, secret_in, secret_value

# Programs with a short option for a password, and that option; some take it in the same word only.
_SHORT: Final = {
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlsh", "mariadb"), "-p"),
    **dict.fromkeys(
        ("mariadb-admin", "mariadb-dump", "sshpass", "mongo", "mongosh", "mongodump", "mongorestore"), "-p"
    ),
    **dict.fromkeys(("redis-cli", "redis-benchmark"), "-a"),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami"), "-w"),
    **dict.fromkeys(("sqlcmd", "bcp"), "-P"),
}
_SAME_WORD_ONLY: Final = frozenset(name for name in _SHORT if name.startswith(("mysql", "mariadb")))
_ASSIGNED: Final = re.compile(r"(?:--?|/[a-z]:)?(?P<name>[A-Za-z_][\w.:-]*?)=(?P<value>.+)", re.DOTALL)
_OPTION: Final = re.compile(r"--?(?P<name>[A-Za-z][\w.-]+)")
# A switch that is followed by something else: --no-password HOST.
_SWITCH: Final = re.compile(r"(?:no|allow|ask|enable|disable|require|use|prompt|skip|show)[-_.]")
_ATTACHED: Final = re.compile(r"-p(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9!#%^*+?_.@-]{5,}")
_DEEPEST: Final = 3


def secrets_in_command(arguments: Sequence[str], program: str = "") -> Iterator[tuple[str, str]]:
    """Where a secret is among the words of a command, and of which kind: ``--password``, ``PGPASSWORD``, ``[2]``.

    ``program`` is what runs them, where the words do not say.
    """
    yield from _found(tuple(arguments), (program,), _DEEPEST)


def _found(words: tuple[str, ...], programs: tuple[str, ...], depth: int) -> Iterator[tuple[str, str]]:
    known = {word.rpartition("/")[2] for word in (*programs, *words)}
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        inner = tuple(_split(word)) if depth and re.search(r"\s", word) else ()
        if len(inner) > 1:
            whole = _whole(word, index)
            yield from tuple(_found(inner, programs, depth - 1)) or ((whole,) if whole else ())
            continue
        hit = _short(word, following, known) or _assigned(word) or _option(word, following) or _whole(word, index)
        if hit:
            yield hit


def _split(line: str) -> list[str]:
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";|&<>")
        lexer.whitespace_split = True
        return list(lexer)
    except ValueError:
        return line.split()


def _assigned(word: str) -> tuple[str, str] | None:
    match = _ASSIGNED.fullmatch(word)
    kind = secret_value(match["name"], match["value"], in_shell=True) if match else None
    return (match["name"], kind) if match and kind else None


def _option(word: str, following: str) -> tuple[str, str] | None:
    match = _OPTION.fullmatch(word)
    if match is None or not following or following.startswith("-") or _SWITCH.match(match["name"]):
        return None
    kind = secret_value(match["name"], following, in_shell=True)
    return (word, kind) if kind == BY_NAME else None


def _short(word: str, following: str, known: set[str]) -> tuple[str, str] | None:
    for program, option in _SHORT.items():
        if program not in known or not word.startswith(option) or word.startswith("--"):
            continue
        attached = word[len(option) :]
        value = attached or ("" if program in _SAME_WORD_ONLY else following)
        if value and not re.fullmatch(r"[$`].*", value, re.DOTALL):
            return option, BY_NAME
    if word in ("-u", "--user") and secret_in(f"{word} {following}"):
        return word, "a user name with a password"
    return ("-p", BY_NAME) if _ATTACHED.fullmatch(word) else None


def _whole(word: str, index: int) -> tuple[str, str] | None:
    kind = secret_in(word)
    return (f"[{index}]", kind) if kind else None
