"""How each resource type of the program is created, by service."""

from collections import ChainMap
from collections.abc import Mapping
from typing import Final

from stack.local.declared import Creator
from stack.local.resources import (
    buckets,
    containers,
    database,
    domains,
    identity,
    load_balancing,
    network,
    security_groups,
)

CREATORS: Final[Mapping[str, Creator]] = ChainMap(
    *(
        dict(module.CREATORS)
        for module in (buckets, containers, database, domains, identity, load_balancing, network, security_groups)
    )
)
