"""Faults of GuardDuty."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_DETECTOR: Final = "guardDutyDetectorId"
_PROTECTIONS: Final = ("guardduty-ecs-runtime", "guardduty-rds-protection", "guardduty-s3-protection")
_FARGATE: Final = "ECS_FARGATE_AGENT_MANAGEMENT"


def _switch_off(aws: Clients, outputs: Outputs, name: str) -> None:
    """Disables the feature, or the part of a feature, called `name`."""
    guardduty, detector = aws.client("guardduty"), outputs[_DETECTOR]
    features = guardduty.get_detector(DetectorId=detector)["Features"]
    for line in (line for feature in features for line in (feature, *feature.get("AdditionalConfiguration", ()))):
        if line["Name"] == name:
            line["Status"] = "DISABLED"
    guardduty.update_detector(DetectorId=detector, Features=features)


_SUSPENDED: Final = (
    ("account-guardduty", "accountId"),
    *((control, _DETECTOR) for control in ("guardduty-enabled", *_PROTECTIONS)),
)


@fault(*_SUSPENDED)
def account_guardduty(aws: Clients, outputs: Outputs) -> None:
    """The account's only detector is suspended."""
    aws.client("guardduty").update_detector(DetectorId=outputs[_DETECTOR], Enable=False)


@fault(*_SUSPENDED)
def guardduty_enabled(aws: Clients, outputs: Outputs) -> None:
    """The detector is suspended."""
    aws.client("guardduty").update_detector(DetectorId=outputs[_DETECTOR], Enable=False)


@fault(("guardduty-s3-protection", _DETECTOR))
def guardduty_s3_protection(aws: Clients, outputs: Outputs) -> None:
    """Nobody watches what is done with objects."""
    _switch_off(aws, outputs, "S3_DATA_EVENTS")


@fault(("guardduty-rds-protection", _DETECTOR))
def guardduty_rds_protection(aws: Clients, outputs: Outputs) -> None:
    """Nobody watches who signs in to the database."""
    _switch_off(aws, outputs, "RDS_LOGIN_EVENTS")


@fault(("guardduty-ecs-runtime", _DETECTOR))
def guardduty_ecs_runtime(aws: Clients, outputs: Outputs) -> None:
    """GuardDuty manages no agent beside the tasks any more."""
    _switch_off(aws, outputs, _FARGATE)


@fault(("guardduty-no-high-findings", _DETECTOR))
def guardduty_no_high_findings(aws: Clients, outputs: Outputs) -> None:
    """GuardDuty finds a task that mines bitcoins, and nobody has looked into it."""
    found = ["CryptoCurrency:Runtime/BitcoinTool.B", "Policy:S3/BucketBlockPublicAccessDisabled"]
    aws.client("guardduty").create_sample_findings(DetectorId=outputs[_DETECTOR], FindingTypes=found)
