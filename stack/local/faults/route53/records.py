"""Faults of DNS: the name that people use leads elsewhere."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ADDRESS: Final = "A"


@fault(("dns-record-leads-to-alb", "output url"))
def dns_record_leads_to_alb(aws: Clients, outputs: Outputs) -> None:
    """The record is one of a fixed address in the place of an alias."""
    route53, name = aws.client("route53"), f"{str(outputs['url']).removeprefix('https://')}."
    for zone in route53.list_hosted_zones()["HostedZones"]:
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]:
            if (record["Name"], record["Type"]) == (name, _ADDRESS):
                fixed = {"Name": name, "Type": _ADDRESS, "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
                change = {"Action": "UPSERT", "ResourceRecordSet": fixed}
                route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": [change]})
