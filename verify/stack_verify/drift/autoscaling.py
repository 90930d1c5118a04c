"""Fields of Amazon EC2 Auto Scaling: groups and launch configurations. Capacities are AWS's to move."""

from __future__ import annotations

from stack_verify.drift.field import Table, Value, field, set_of, types
from stack_verify.drift.tags import TAGS


def _ids(subnets: str | list[str]) -> Value:
    """Ids of subnets, declared as a list and answered with commas between."""
    return set_of(*(subnets.split(",") if isinstance(subnets, str) else subnets))


TABLES = (
    Table(
        types("autoscaling/group:Group"),
        (
            field("healthCheckType", "health_check_type"),
            field("vpcZoneIdentifiers", "subnets", spell=_ids),
            field("launchConfiguration", "launch_configuration_name"),
            TAGS,
        ),
    ),
    Table(
        types("ec2/launchConfiguration:LaunchConfiguration"),
        (
            field("associatePublicIpAddress", "associate_public_ip_address"),
            field("metadataOptions.httpTokens", "metadata_options.http_tokens"),
        ),
    ),
)
