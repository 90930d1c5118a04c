"""A collector: how one kind of resource is asked for. Declares the API operations it may call, and calls no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TypeAlias

from stack_verify.collect.reader import Reader
from stack_verify.resources.resource import Resource

Answers: TypeAlias = Iterator[tuple[str, Resource]]


@dataclass(frozen=True)
class Collector:
    """``ask`` takes a reader and at most ``size`` keys, and yields each resource with the key it answers.

    ``on`` are the ARNs that its actions can be allowed on, with ``{partition}``, ``{region}`` and ``{account}`` left
    open; none where IAM knows no resources for them, or ``permissions.SCOPES`` says which.
    """

    kind: type[Resource]
    apis: tuple[str, ...]
    size: int
    ask: Callable[[Reader, Sequence[str]], Answers]
    on: tuple[str, ...] = ()


def collects(
    kind: type[Resource], *apis: str, on: tuple[str, ...] = ()
) -> Callable[[Callable[[Reader, str], Iterator[Resource]]], Collector]:
    """Makes a collector of a generator ``(reader, key)`` that answers one question with the operations ``apis``."""

    def make(answer: Callable[[Reader, str], Iterator[Resource]]) -> Collector:
        def ask(reader: Reader, keys: Sequence[str]) -> Answers:
            for key in keys:
                for resource in answer(reader, key):
                    yield key, resource

        return Collector(kind, apis, 1, ask, on)

    return make


def collects_many(
    kind: type[Resource], *apis: str, size: int
) -> Callable[[Callable[[Reader, Sequence[str]], Answers]], Collector]:
    """Makes a collector of a generator ``(reader, keys)`` that answers up to ``size`` questions of its kind at once."""

    def make(ask: Callable[[Reader, Sequence[str]], Answers]) -> Collector:
        return Collector(kind, apis, size, ask)

    return make


def by_kind(modules: Iterable[ModuleType]) -> dict[str, Collector]:
    """The collectors defined in ``modules``, by the kind they collect.

    Raises:
        ValueError: when two collect the same kind.
    """
    found = [item for module in modules for item in vars(module).values() if isinstance(item, Collector)]
    collectors = {collector.kind.kind(): collector for collector in found}
    if len(collectors) != len(found):
        raise ValueError("two collectors collect the same kind")
    return collectors
