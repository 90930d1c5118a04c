"""Amazon ECS clusters, and the log groups that they write to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, as_arn, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question
from stack_verify.resources.tagging import Tagged

# The values of the setting ``containerInsights`` with which it is on.
INSIGHTS = ("enabled", "enhanced")


class ClusterSetting(Fields, frozen=True, kw_only=True, rename="camel"):
    """One setting of a cluster, such as ``containerInsights``."""

    name: str
    value: str


class ExecuteCommandLogConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """Where the sessions of ECS Exec are logged."""

    cloud_watch_log_group_name: str | None = None
    cloud_watch_encryption_enabled: bool = False
    s3_bucket_name: str | None = msgspec.field(name="s3BucketName", default=None)
    s3_encryption_enabled: bool = msgspec.field(name="s3EncryptionEnabled", default=False)


class ExecuteCommandConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """How ECS Exec encrypts and logs its sessions; ``logging`` is OVERRIDE where ``log_configuration`` holds."""

    kms_key_id: str | None = None
    logging: str | None = None
    log_configuration: ExecuteCommandLogConfiguration | None = None


class ClusterConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """What applies to every task of the cluster."""

    execute_command_configuration: ExecuteCommandConfiguration | None = None


class Cluster(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::ECS::Cluster"):
    """One cluster of ``ecs:DescribeClusters``, by ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("ecs", r"(cluster/[\w-]+)", rf"(cluster/{ANY_ID})"),),
        bare_names=(bare("ecs cluster, ecs cluster name", r"[\w-]{1,255}", as_arn("ecs", "cluster/{}")),),
        pulumi=("ecs/cluster",),
        terraform=("aws_ecs_cluster",),
        asff="AwsEcsCluster",
        by_tags=True,
    )
    id_field: ClassVar[str] = "cluster_name"
    arn_field: ClassVar[str | None] = "cluster_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Key.kind(), LogGroup.kind())

    cluster_name: str
    cluster_arn: str
    settings: Known[tuple[ClusterSetting, ...]] = UNKNOWN
    configuration: ClusterConfiguration | None = None

    @property
    def insights(self) -> str | None:
        """What ``containerInsights`` is set to; None where it is not."""
        return next((setting.value for setting in self.settings if setting.name == "containerInsights"), None)

    @property
    def log_groups(self) -> dict[str, str]:
        """The log groups that the cluster itself writes to, by what is in them.

        Container Insights gives its own a fixed name (CloudWatch user guide, "Container Insights performance log
        events").
        """
        groups = {}
        if self.insights in INSIGHTS:
            groups["Container Insights"] = f"/aws/ecs/containerinsights/{self.cluster_name}/performance"
        sessions = self.configuration and self.configuration.execute_command_configuration
        if sessions and sessions.log_configuration and sessions.log_configuration.cloud_watch_log_group_name:
            groups["ECS Exec"] = sessions.log_configuration.cloud_watch_log_group_name
        return groups

    def refers_to(self) -> Iterator[Question]:
        sessions = self.configuration and self.configuration.execute_command_configuration
        if sessions and sessions.kms_key_id is not None:
            yield Key.ask(key_arn(sessions.kms_key_id, self.observed_by))
        yield from (LogGroup.ask(group) for group in self.log_groups.values())
