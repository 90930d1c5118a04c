"""Where the listener's certificate comes from: an ARN of the settings, or a domain for which the stack issues one."""

import re
from dataclasses import dataclass

from stack.config_reader import ConfigReader

ACM_ARN = re.compile(
    r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):certificate/"
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)
DOMAIN_NAME = r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
HOSTED_ZONE_ID = r"[A-Z0-9]{1,32}"  # Route 53 API reference, "ResourceId"
NO_ACCOUNT = "0" * 12
EITHER_WAY = "set certificateArn, or domainName and hostedZoneId"


@dataclass(frozen=True)
class ExistingCertificate:
    """A certificate that ACM already holds in the stack's region and account."""

    arn: str
    account_id: str


@dataclass(frozen=True)
class Domain:
    """A domain name in a Route 53 hosted zone, for which the stack issues and validates a certificate."""

    name: str
    hosted_zone_id: str


def read_certificate(reader: ConfigReader, *, production: bool, region: str) -> ExistingCertificate | Domain | None:
    """Return the source of the certificate; production must have exactly one, development none."""
    given = [key for key in ("certificateArn", "domainName", "hostedZoneId") if reader.config.get(key)]
    if not production:
        for key in given:
            reader.refuse(key, "is set, but dev serves plain HTTP; remove it, or deploy prod")
        return None
    if not given:
        reader.refuse("certificateArn", f"is not set and prod serves HTTPS; {EITHER_WAY}")
        return None
    if "certificateArn" not in given:
        return _domain(reader)
    if len(given) > 1:
        reader.refuse("certificateArn", f"is set together with {' and '.join(given[1:])}; {EITHER_WAY}, not both")
    return _existing(reader, region)


def _domain(reader: ConfigReader) -> Domain:
    return Domain(
        name=reader.text("domainName", DOMAIN_NAME, "a domain name in lower case inside the hosted zone"),
        hosted_zone_id=reader.text("hostedZoneId", HOSTED_ZONE_ID, "the id of the Route 53 hosted zone, as Z0A1B2C3D4"),
    )


def _existing(reader: ConfigReader, region: str) -> ExistingCertificate | None:
    arn = reader.config.require("certificateArn")
    match = ACM_ARN.fullmatch(arn)
    if match is None:
        reader.refuse("certificateArn", f"is {arn!r}; set it to the ARN of an ACM certificate, or {EITHER_WAY}")
        return None
    if _is_placeholder(match["id"], match["account"]):
        reader.refuse("certificateArn", f"is {arn!r}, a placeholder; set it to a certificate that exists")
    if match["region"] != region:
        reader.refuse("certificateArn", f"is of region {match['region']}; set it to a certificate of {region}")
    return ExistingCertificate(arn, match["account"])


def _is_placeholder(certificate_id: str, account_id: str) -> bool:
    """Whether the id is one that people write to fill the place: 12345678-1234-…, or one digit repeated."""
    digits = certificate_id.replace("-", "")
    return account_id == NO_ACCOUNT or certificate_id.startswith("12345678-1234-") or len(set(digits)) == 1
