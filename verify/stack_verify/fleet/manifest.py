"""The manifest of a fleet: a TOML file that names stacks, or folders of their outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from stack_verify.errors import FleetError
from stack_verify.util.suggestion import did_you_mean
from stack_verify.util.toml_file import line_of, read_toml, what_is_wrong

_Text: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\S")]
# What a stack's name is: its reports stand in a folder of that name.
_Name: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[\w][\w.-]*$")]


class _How(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How a stack is verified, whether it is named itself, in a folder, or by default."""

    policy: _Text | None = None
    waivers: _Text | None = None
    region: _Text | None = None
    role: _Text | None = None
    external_id: _Text | None = None


class _Named(_How, forbid_unknown_fields=True, kw_only=True):
    """A ``[[stack]]`` table."""

    name: _Name
    outputs: _Text
    state: _Text | None = None


class _Folder(_How, forbid_unknown_fields=True, kw_only=True):
    """A ``[[folder]]`` table: each file of it that fits the pattern is of one stack, named as the file without its end.

    ``states`` is the folder of the stacks' states, in files of the same names.
    """

    path: _Text
    pattern: _Text = "*.json"
    states: _Text | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    defaults: _How = msgspec.field(default_factory=_How)
    stack: list[_Named] = []
    folder: list[_Folder] = []


class FleetStack(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stack of the fleet: its files, by paths, and how it is verified. ``policy`` is a profile's name or a file."""

    name: str
    outputs: str
    state: str | None = None
    policy: str | None = None
    waivers: str | None = None
    region: str | None = None
    role: str | None = None
    external_id: str | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that decides what is judged and how."""
        named = (self.outputs, self.state, self.policy, self.waivers)
        return tuple(Path(each) for each in named if each and Path(each).suffix)


def load_manifest(path: Path) -> tuple[FleetStack, ...]:
    """The stacks that a manifest names, in its order, and those of each folder by their names.

    Paths are relative to the manifest. A stack that is named has its own settings before the defaults.

    Raises:
        FleetError: when it cannot be read, names no stack, or two of one name.
    """
    text, document = read_toml(path, FleetError)
    try:
        file = msgspec.convert(document, _File)
    except msgspec.ValidationError as error:
        raise FleetError(f"{path}{_explained(str(error), text)}") from error
    found = (*_named(file, path.parent), *_in_folders(file, path))
    if not found:
        raise FleetError(f"{path}: names no stack. Name each in a [[stack]] table, or their folder in [[folder]].")
    twice = sorted({each.name for each in found if sum(other.name == each.name for other in found) > 1})
    if twice:
        raise FleetError(f"{path}: more than one stack is named {', '.join(twice)}. Give each a name of its own.")
    return found


def _named(file: _File, beside: Path) -> Iterator[FleetStack]:
    for each in file.stack:
        state = None if each.state is None else str(beside / each.state)
        yield FleetStack(name=each.name, outputs=str(beside / each.outputs), state=state, **_how(each, file, beside))


def _in_folders(file: _File, path: Path) -> Iterator[FleetStack]:
    for each in file.folder:
        folder = path.parent / each.path
        outputs = sorted(found for found in folder.glob(each.pattern) if found.is_file())
        if not outputs:
            raise FleetError(f"{path}: no file of {folder} fits {each.pattern}. Correct the path or the pattern.")
        for found in outputs:
            state = None if each.states is None else str(path.parent / each.states / found.name)
            yield FleetStack(name=found.stem, outputs=str(found), state=state, **_how(each, file, path.parent))


def _how(each: _How, file: _File, beside: Path) -> dict[str, str]:
    """The stack's own settings before those of all; files as paths."""
    names = _How.__struct_fields__
    held = {name: getattr(each, name) or getattr(file.defaults, name) for name in names}
    for name in ("policy", "waivers"):
        # A profile that comes with the verifier has a name without an end.
        if held[name] is not None and Path(held[name]).suffix:
            held[name] = str(beside / held[name])
    return {name: value for name, value in held.items() if value is not None}


def _explained(message: str, text: str) -> str:
    """The place and the reason, for after the file's name."""
    problem, path, field = what_is_wrong(message)
    table = path[0] if path else (field or "")
    fields = _fields(table)
    index = int(path[1]) if len(path) > 1 and path[1].isdecimal() else 0
    line = line_of(text, table, path[-1] if len(path) > 1 and not path[-1].isdecimal() else field, index)
    if problem.startswith("Expected `str` matching regex"):
        problem = f"{path[-1]} is blank, or no name of letters, digits, dots and hyphens"
    at = f", line {line}" if line else ""
    return f"{at}: {problem}.{did_you_mean(field, fields) if field else ''} It may have: {', '.join(fields)}."


def _fields(table: str) -> Iterable[str]:
    of = {"stack": _Named, "folder": _Folder, "defaults": _How}
    return of[table].__struct_fields__ if table in of else of
