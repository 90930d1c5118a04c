"""How each resource type of the program is created, by service."""

from collections import ChainMap
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from stack.local.declared import Creator

_MODULES: Final = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

CREATORS: Final[Mapping[str, Creator]] = ChainMap(*(dict(module.CREATORS) for module in _MODULES))
