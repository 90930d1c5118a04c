"""Where the stack is deployed, as AWS itself answers: partition, region, account and availability zones."""

from dataclasses import dataclass

import pulumi_aws as aws

from stack.certificate_settings import ExistingCertificate
from stack.config_reader import SettingsError
from stack.policy_document import Condition
from stack.settings import StackSettings


@dataclass(frozen=True)
class Location:
    """One account in one region, and the zones that the stack spreads over."""

    partition: str
    region: str
    account_id: str
    zones: tuple[str, ...]

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    @property
    def account_root(self) -> str:
        """The principal that stands for the account, which delegates to its own IAM policies."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    def via(self, service: str) -> str:
        """Return the value of kms:ViaService for requests that `service` makes on a caller's behalf."""
        return f"{service}.{self.region}.amazonaws.com"

    def from_alarms(self) -> Condition:
        """Return the condition that CloudWatch acts for an alarm of this account and region."""
        return {
            "StringEquals": {"aws:SourceAccount": self.account_id},
            "ArnLike": {"aws:SourceArn": self.arn("cloudwatch", "alarm:*")},
        }


def locate(settings: StackSettings) -> Location:
    """Ask AWS where the settings lead; raise SettingsError where account or zones do not fit them."""
    account_id = aws.get_caller_identity().account_id
    certificate = settings.certificate
    if isinstance(certificate, ExistingCertificate) and certificate.account_id != account_id:
        raise SettingsError(
            f"{settings.project}:certificateArn is of account {certificate.account_id}, but the credentials are of "
            f"{account_id}; set it to a certificate of that account. Nothing was created."
        )
    return Location(aws.get_partition().partition, settings.region, account_id, _zones(settings))


def _zones(settings: StackSettings) -> tuple[str, ...]:
    if isinstance(settings.zones, tuple):
        return settings.zones
    # Local and Wavelength Zones answer too unless asked not to; they hold neither RDS nor NAT gateways.
    zone_type = aws.GetAvailabilityZonesFilterArgs(name="zone-type", values=["availability-zone"])
    names = aws.get_availability_zones(state="available", filters=[zone_type]).names
    if len(names) < settings.zones:
        raise SettingsError(
            f"{settings.project}:availabilityZones is {settings.zones}, but {settings.region} has {len(names)}; "
            "set it to fewer, or deploy to another region. Nothing was created."
        )
    return tuple(sorted(names)[: settings.zones])
