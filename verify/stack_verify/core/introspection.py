"""Which kinds of resources a control that declares no ``reads`` looks at, found in its code.

To be deleted once every control of the catalogue that looks at few kinds declares them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, partial
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType

from stack_verify.core.control import Control
from stack_verify.detect.references import recognise
from stack_verify.resources import RESOURCES, kinds_of
from stack_verify.resources.resource import Resource
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

_KINDS = frozenset(kind.kind() for kind in RESOURCES)
# What names resources of any kind by a field of its own, and those fields.
_NAMING = (DeclaredResource, StackOutput, TaggedResource)
_NAMED = frozenset({"about", "reference"})
# How a snapshot comes to hold what a resource leads to. Controls judge one that is there already.
_OF_COLLECTING = frozenset({"leads_to", "refers_to", "surroundings"})


@cache
def introspected(control: Control) -> frozenset[str]:
    """The kinds of resources that the control's own code, and all code it may call, speaks of."""
    spoken_of = _Spoken()
    spoken_of.follow(control.subject, Snapshot, control.where, control.check)
    if control.subject in _NAMING and spoken_of.looks_names_up:
        spoken_of.follow(recognise)
    return frozenset(spoken_of.kinds)


class _Spoken:
    """What is met on the way from a piece of code through all that it names.

    Of a class those methods are followed whose names are met, on whatever they are called: more than can be called,
    but nothing less.
    """

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.names: set[str] = set()
        self.looks_names_up = False
        self._met: dict[int, object] = {}
        self._classes: list[type] = []

    def follow(self, *things: object) -> None:
        """Adds what ``things`` speak of: functions, classes, constants and collections of them."""
        ways = list(things)
        while ways:
            thing = ways.pop()
            if id(thing) not in self._met and thing is not RESOURCES:
                self._met[id(thing)] = thing
                ways += self._from(thing)
            if not ways:
                ways = [each for each in self._methods() if id(each) not in self._met]

    def _methods(self) -> Iterator[object]:
        for each in self._classes:
            for name, member in vars(each).items():
                if name not in _OF_COLLECTING and (name in self.names or name.startswith("__")):
                    yield member

    def _from(self, thing: object) -> Iterator[object]:
        match thing:
            case str():
                self.kinds |= _KINDS & {thing}
            case tuple() | list() | set() | frozenset():
                yield from (type(thing), *thing)
            case Mapping():
                yield from (type(thing), *thing, *thing.values())
            case type():
                yield from self._of_class(thing)
            case FunctionType():
                yield from self._of_function(thing)
            case _:
                yield from _inside(thing)

    def _of_class(self, thing: type) -> Iterator[object]:
        if _elsewhere(thing.__module__):
            return
        if issubclass(thing, Resource):
            self.kinds |= kinds_of(thing)
            yield from (kind for kind in RESOURCES if issubclass(kind, thing))
        self._classes += [each for each in thing.__mro__ if not _elsewhere(each.__module__) and each is not Resource]

    def _of_function(self, function: FunctionType) -> Iterator[object]:
        if _elsewhere(function.__module__):
            return
        yield from function.__defaults__ or ()
        yield from (cell.cell_contents for cell in function.__closure__ or ())
        for code in _codes(function.__code__):
            self.names |= set(code.co_names)
            # A snapshot reads these fields too, and looks up nothing that it was not asked for.
            self.looks_names_up |= function.__module__ != Snapshot.__module__ and not _NAMED.isdisjoint(code.co_names)
            yield from code.co_consts
            for name in code.co_names:
                named = function.__globals__.get(name)
                if isinstance(named, ModuleType):
                    yield from (getattr(named, each, None) for each in code.co_names if not _elsewhere(named.__name__))
                else:
                    yield named


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions and comprehensions inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _inside(thing: object) -> Iterator[object]:
    """The function that a thing is made of, or what an object of a class of ours holds."""
    match thing:
        case staticmethod() | classmethod():
            yield thing.__func__
        case property():
            yield thing.fget
        case cached_property() | partial():
            yield thing.func
        case _ if hasattr(thing, "__wrapped__"):
            yield unwrap(thing)  # type: ignore[arg-type] # what functools.cache makes is called like a function
        case _ if not _elsewhere(type(thing).__module__):
            yield type(thing)
            names = getattr(thing, "__struct_fields__", None) or getattr(thing, "__dict__", {})
            yield from (getattr(thing, name, None) for name in names)


def _elsewhere(module: str | None) -> bool:
    """Whether a module is Python's own, or of what this is built on, which knows no kinds of ours."""
    return module is None or module.partition(".")[0] in {*sys.stdlib_module_names, "msgspec"}
