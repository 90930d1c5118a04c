"""Controls of a team's own: files of its repository, named on the command line or in its ``pyproject.toml``."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from stack_verify.controls import CONTROLS
from stack_verify.core.control import Control
from stack_verify.core.evaluate import RESERVED
from stack_verify.errors import ControlsError
from stack_verify.util.toml_file import line_of, read_toml, what_is_wrong

PROJECT = "pyproject.toml"
TABLE = "tool.stack-verify"


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    """The table ``[tool.stack-verify]``."""

    controls: list[str] = []


def all_controls(named: Iterable[Path], directory: Path) -> tuple[Control, ...]:
    """The verifier's controls, and those in the files ``named`` and in the files that ``directory``'s project names.

    Sorted by id. A file that is named twice counts once.

    Raises:
        ControlsError: when a file cannot be used, or holds no control, or one whose id there is already.
    """
    paths = dict.fromkeys(path.resolve() for path in (*named_by_project(directory), *named))
    taken = dict.fromkeys([*(control.id for control in CONTROLS), *RESERVED], "the verifier itself")
    own = []
    for path in paths:
        for control in _controls_in(path):
            if control.id in taken:
                raise ControlsError(
                    f"{path}: there is a control {control.id} already, in {taken[control.id]}. Give it another id."
                )
            taken[control.id] = str(path)
            own.append(control)
    return tuple(sorted((*CONTROLS, *own), key=attrgetter("id")))


def named_by_project(directory: Path) -> tuple[Path, ...]:
    """The files under ``controls`` in the nearest ``pyproject.toml`` of ``directory`` and the folders above it.

    Paths there are relative to that file. There may be no such file, and no such table in it.

    Raises:
        ControlsError: when the file cannot be read, or the table holds something else.
    """
    for folder in (directory, *directory.parents):
        project = folder / PROJECT
        if project.is_file():
            return tuple(folder / name for name in _settings(project).controls)
    return ()


def _settings(project: Path) -> _Settings:
    text, document = read_toml(project, ControlsError)
    tool = document.get("tool")
    table = tool.get("stack-verify", {}) if isinstance(tool, dict) else {}
    try:
        return msgspec.convert(table, _Settings)
    except msgspec.ValidationError as error:
        problem, path, field = what_is_wrong(str(error))
        line = line_of(text, TABLE, path[0] if path else field)
        where = f"{project}, line {line}" if line else str(project)
        raise ControlsError(
            f"{where}: [{TABLE}] {problem}. It holds: controls = [files of controls, relative to this one]."
        ) from error


def _controls_in(path: Path) -> tuple[Control, ...]:
    module = _imported(path)
    # Those that the file imports from elsewhere are not its own.
    found = [
        item for item in vars(module).values() if isinstance(item, Control) and item.check.__module__ == module.__name__
    ]
    if not found:
        raise ControlsError(
            f"{path}: defines no control. Make one with @control (docs/custom-controls.md), or remove it."
        )
    return tuple({id(control): control for control in found}.values())


def _imported(path: Path) -> ModuleType:
    """The module in the file, under a name of which nobody else has one and whose last part is the file's."""
    if not path.is_file():
        raise ControlsError(f"{path}: no such file of controls. Correct --controls, or the path in {PROJECT}.")
    unique = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    spec = importlib.util.spec_from_file_location(f"stack_verify_own_{unique}.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ControlsError(f"{path}: is no Python file. Name a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where typing looks for what the annotations name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[spec.name]
        # A team's code may raise anything. All of it is told as that file's fault, with the line, and ends the run.
        raise ControlsError(
            f"{path}{_line(path, error)}: cannot be imported: {type(error).__name__}: {error}. Correct the file."
        ) from error
    return module


def _line(path: Path, error: Exception) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno}"
    frames: Any = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""
