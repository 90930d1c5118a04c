"""Amazon GuardDuty, of which a region of an account has only one."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming

FINDING_FREQUENCY = "FIFTEEN_MINUTES"
FEATURES = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING")
# What runtime monitoring manages by itself: the agent beside the tasks on Fargate. GuardDuty answers all three, in this
# order: with one left out, each deployment would change the feature.
AGENTS = {
    "RUNTIME_MONITORING": {
        "EKS_ADDON_MANAGEMENT": "DISABLED",
        "ECS_FARGATE_AGENT_MANAGEMENT": "ENABLED",
        "EC2_AGENT_MANAGEMENT": "DISABLED",
    }
}


@dataclass(frozen=True)
class ThreatDetectionArgs:
    """What the detector needs to know."""

    naming: Naming


class ThreatDetection(pulumi.ComponentResource):
    """A detector that watches the data bucket, the logins to the database and the tasks."""

    def __init__(self, name: str, args: ThreatDetectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:account:ThreatDetection", name, None, opts)
        self._args = args
        physical = args.naming.name("guardduty")
        self.detector = aws.guardduty.Detector(
            physical,
            enable=True,
            finding_publishing_frequency=FINDING_FREQUENCY,
            tags=args.naming.tags(physical),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for feature in FEATURES:
            self._enable(feature)
        self.outputs = {exports.GUARD_DUTY_DETECTOR_ID: self.detector.id}
        self.register_outputs(self.outputs)

    def _enable(self, feature: str) -> None:
        agents = [
            aws.guardduty.DetectorFeatureAdditionalConfigurationArgs(name=agent, status=status)
            for agent, status in AGENTS.get(feature, {}).items()
        ]
        aws.guardduty.DetectorFeature(
            self._args.naming.name(feature.lower().replace("_", "-")),
            detector_id=self.detector.id,
            name=feature,
            status="ENABLED",
            additional_configurations=agents or None,
            opts=pulumi.ResourceOptions(parent=self),
        )
