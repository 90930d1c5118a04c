"""Fields of AWS Certificate Manager: certificates."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.drift.field import (
    Compare,
    Table,
    Value,
    field,
    set_of,
    types,
)


def _algorithm(name: object) -> Value:
    """The algorithm of a certificate's key, of which AWS also answers RSA-2048 for RSA_2048."""
    return str(name).replace("-", "_")


def _host(name: object) -> Value:
    return str(name).lower().rstrip(".")


def _hosts(names: Iterable[str]) -> Value:
    return set_of(*(_host(name) for name in names))


TABLES = (
    Table(
        types("acm/certificate:Certificate"),
        (
            field("domainName", "domain_name", spell=_host),
            # Beside these AWS lists the domain's own name.
            field("subjectAlternativeNames", "names", spell=_hosts, compare=Compare.AT_LEAST),
            field("keyAlgorithm", "key_algorithm", spell=_algorithm),
        ),
    ),
)
