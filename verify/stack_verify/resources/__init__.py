"""AWS nouns as frozen structs, in AWS's own words: one struct for each kind of API answer, one module for a service."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from stack_verify.resources.resource import Resource
from stack_verify.resources.tagging import TaggedResource

MODULES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

# Every kind a snapshot can hold. What several kinds share has a tag too, but none in CloudFormation's notation.
RESOURCES: tuple[type[Resource], ...] = tuple(
    item
    for module in MODULES
    for item in vars(module).values()
    if isinstance(item, type) and issubclass(item, Resource)
    if item.__module__ == module.__name__ and "::" in item.kind()
)

# Here all types are known, each of which says itself whether tags find it.
TaggedResource.leads_to = tuple(
    sorted(each.kind() for each in RESOURCES if each.identity is not None and each.identity.by_tags)
)


@cache
def kinds_of(resource: type[Resource]) -> frozenset[str]:
    """The kinds that a kind stands for: its own, or those of its subclasses."""
    return frozenset(kind.kind() for kind in RESOURCES if issubclass(kind, resource))


@cache
def leading_to(kinds: frozenset[str]) -> frozenset[str]:
    """The kinds through which resources of ``kinds`` can come to be known; a gap in one of them may hide some."""
    found = kinds
    while more := {kind.kind() for kind in RESOURCES if found & set(kind.leads_to)} - found:
        found |= more
    return found - kinds
