"""How each resource type of the program is created, by service."""

from collections import ChainMap
from collections.abc import Mapping
from typing import Final

from stack.local.declared import Creator
from stack.local.resources import (
    account,
    backup,
    buckets,
    containers,
    database,
    domains,
    firewall,
    identity,
    load_balancing,
    monitoring,
    network,
    security_groups,
)

_MODULES: Final = (
    account,
    backup,
    buckets,
    containers,
    database,
    domains,
    firewall,
    identity,
    load_balancing,
    monitoring,
    network,
    security_groups,
)

CREATORS: Final[Mapping[str, Creator]] = ChainMap(*(dict(module.CREATORS) for module in _MODULES))
