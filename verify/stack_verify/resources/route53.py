"""Amazon Route 53: the public hosted zones that hold a host name, and the records that tell where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.resource import Fields, Question, Resource


class HostedZones(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Route53::HostedZone.OfHost"):
    """The public zones of ``route53:ListHostedZones`` that a host name is in, by that name.

    Of zones within one another only the innermost answers for the name; two of one name are both here.
    """

    id_field: ClassVar[str] = "host"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::Route53::RecordSet.OfHost",)

    host: str
    zones: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (HostRecords.ask(f"{zone}/{self.host}") for zone in self.zones)


class AliasTarget(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The AWS resource that an alias record leads to, by its DNS name."""

    dns_name: str = msgspec.field(name="DNSName")


class ResourceRecord(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One value of a record."""

    value: str


class ResourceRecordSet(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The records of one name and type: an alias, or values."""

    name: str
    type: str
    alias_target: AliasTarget | None = None
    resource_records: tuple[ResourceRecord, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The names and addresses that it leads to, in lower case and without the final dot."""
        values = tuple(record.value for record in self.resource_records)
        found = values if self.alias_target is None else (self.alias_target.dns_name,)
        return tuple(each.lower().rstrip(".") for each in found)


class HostRecords(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Route53::RecordSet.OfHost"):
    """What leads from a host name on, of ``route53:ListResourceRecordSets``: A, AAAA and CNAME, by ``zone/host``.

    Where the zone has no record of that name, those of the wildcard beside it.
    """

    id_field: ClassVar[str] = "key"

    key: str
    record_sets: tuple[ResourceRecordSet, ...]
