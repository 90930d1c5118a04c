"""The catalogue of faults: each breaks one thing in the live state of a deployed stack, to prove a control.

A fault is a function with the decorator `fault`, in the folder that its control has in the catalogue of controls.
"""

import difflib
from collections.abc import Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Final

from stack.local.errors import UnknownFaultError
from stack.local.faults.fault import Fault

__all__ = ["FAULTS", "Fault", "find"]

# The modules of each service are found by their place, as controls are.
_MODULES: Final = tuple(import_module(found.name) for found in walk_packages(__path__, f"{__name__}."))
_FOUND: Final = sorted(
    (each for module in _MODULES for each in vars(module).values() if isinstance(each, Fault)),
    key=lambda fault: fault.name,
)

FAULTS: Final[Mapping[str, Fault]] = {fault.name: fault for fault in _FOUND}
"""All faults, by name."""

if len(FAULTS) != len(_FOUND):
    raise ValueError(f"two faults share a name among {[fault.name for fault in _FOUND]}; give one a variant")


def find(name: str) -> Fault:
    """The fault called `name`.

    Raises:
        UnknownFaultError: There is none; the message has the nearest names.

    """
    if name in FAULTS:
        return FAULTS[name]
    near = difflib.get_close_matches(name, FAULTS, n=3, cutoff=0.4)
    hint = f"; near are {', '.join(near)}" if near else ""
    raise UnknownFaultError(f"there is no fault {name!r}{hint}; --list-faults shows all")
