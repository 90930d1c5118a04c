"""Reads Amazon Route 53: which zones hold a host name, and what leads from it on. No other records are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.resources.route53 import HostedZones, HostRecords

LEADING = ("A", "AAAA", "CNAME")


# One list of all zones serves every name.
@collects_many(HostedZones, "route53:ListHostedZones", size=10_000)
def zones(reader: Reader, hosts: Sequence[str]) -> Answers:
    """The innermost public zones that hold each of these names."""
    pages = list(reader.pages("route53", "ListHostedZones"))
    public = [zone for page in pages for zone in page.items("HostedZones") if not zone["Config"]["PrivateZone"]]
    for host in hosts:
        around = [zone for zone in public if f".{host}.".endswith(f".{zone['Name'].lower()}")]
        innermost = max((len(zone["Name"]) for zone in around), default=0)
        ids = sorted(zone["Id"].rpartition("/")[2] for zone in around if len(zone["Name"]) == innermost)
        yield host, pages[-1].decode(HostedZones, {}, Host=host, Zones=ids)


@collects(HostRecords, "route53:ListResourceRecordSets")
def records(reader: Reader, key: str) -> Iterator[HostRecords]:
    """The records of one name in one zone."""
    zone, _, host = key.partition("/")
    for name in (host, f"*.{host.partition('.')[2]}"):
        # A page has three hundred records from this name on, and a name has fewer.
        page = reader.call("route53", "ListResourceRecordSets", HostedZoneId=zone, StartRecordName=name)
        # Route 53 writes a star as its octal code (Route 53 developer guide, "DNS domain name format").
        written = f"{name}.".replace("*", r"\052")
        found = [each for each in page.items("ResourceRecordSets") if each["Name"].lower() == written]
        if found:
            break
    yield page.decode(HostRecords, {}, Key=key, RecordSets=[each for each in found if each["Type"] in LEADING])
