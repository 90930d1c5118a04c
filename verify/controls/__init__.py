"""The catalogue. One module for a concern; a control stands whole in its module and nowhere else."""

from importlib import import_module
from pkgutil import iter_modules

from verify.control import catalogue

MODULES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

CONTROLS = catalogue(MODULES)
