"""ACM certificates and the Route 53 records that validate them."""

from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import WaiterError

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.errors import DeploymentError
from stack.local.mapping import call_with_rest

PATIENCE: Final = {"Delay": 1, "MaxAttempts": 90}  # seconds, and tries


def _certificate(declared: Declared, clients: Clients) -> Created:
    arn = call_with_rest(declared, clients, "acm", "request_certificate")["CertificateArn"]
    certificate = clients.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    options = [_validation_option(each) for each in certificate["DomainValidationOptions"]]
    return Created(arn, {"arn": arn, "domainValidationOptions": options, "status": certificate["Status"]})


def _validation_option(option: Mapping[str, Any]) -> dict[str, str]:
    record = option["ResourceRecord"]
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record["Name"],
        "resourceRecordType": record["Type"],
        "resourceRecordValue": record["Value"],
    }


def _certificate_validation(declared: Declared, clients: Clients) -> Created:
    """Creates nothing on AWS either: the provider waits until the certificate is issued.

    A moto without the environment of `stack.local.emulator` lets a certificate wait for a minute.
    """
    arn = declared.take("certificateArn")
    declared.take("validationRecordFqdns")
    try:
        clients.client("acm").get_waiter("certificate_validated").wait(CertificateArn=arn, WaiterConfig=PATIENCE)
    except WaiterError as error:
        raise DeploymentError(f"certificate {arn} is not issued: {error}") from error
    return Created(arn, {"certificateArn": arn})


def _record(declared: Declared, clients: Clients) -> Created:
    zone, name, kind = (declared.take(each) for each in ("zoneId", "name", "type"))
    overwrites = declared.take("allowOverwrite", False)
    record: dict[str, Any] = {"Name": name, "Type": kind}
    if records := declared.take("records"):
        record |= {"TTL": int(declared.take("ttl")), "ResourceRecords": [{"Value": value} for value in records]}
    for alias in declared.take("aliases", []):
        record["AliasTarget"] = {
            "HostedZoneId": alias["zoneId"],
            "DNSName": alias["name"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    route53 = clients.client("route53")
    # moto refuses to create a record a second time after its deletion, where the zone has others that sort behind it.
    held = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    taken = any((each["Name"].rstrip("."), each["Type"]) == (name.rstrip("."), kind) for each in held)
    change = {"Action": "CREATE" if taken and not overwrites else "UPSERT", "ResourceRecordSet": record}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    return Created(f"{zone}_{name}_{kind}", {"fqdn": name.rstrip(".")})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:acm/certificateValidation:CertificateValidation": _certificate_validation,
    "aws:route53/record:Record": _record,
}
