"""The catalogue. One folder a service; a control stands whole in one module of its folder and nowhere else."""

from importlib import import_module
from pkgutil import walk_packages

from stack_verify.core.control import catalogue

MODULES = tuple(import_module(found.name) for found in walk_packages(__path__, f"{__name__}."))

CONTROLS = catalogue(MODULES)
