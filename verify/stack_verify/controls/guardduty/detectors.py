"""Amazon GuardDuty: whether it watches, what, and what it found."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.snapshot import Snapshot


@control(
    "guardduty-enabled",
    "GuardDuty watches",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)", "164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="guardduty-enabled-centralized",
    security_hub="GuardDuty.1",
    remediation="Enable the detector.",
)
def guardduty_enabled(detector: Detector, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(detector.status == "ENABLED", f"Status is {detector.status}", expected="ENABLED")


@control(
    "guardduty-s3-protection",
    "GuardDuty watches what is done with objects in S3",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-s3-protection-enabled",
    security_hub="GuardDuty.10",
    remediation="Enable the feature S3_DATA_EVENTS of the detector.",
)
def guardduty_s3_protection(detector: Detector, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _watches(detector, "S3_DATA_EVENTS")


@control(
    "guardduty-rds-protection",
    "GuardDuty watches who signs in to databases",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-rds-protection-enabled",
    security_hub="GuardDuty.9",
    remediation="Enable the feature RDS_LOGIN_EVENTS of the detector.",
)
def guardduty_rds_protection(detector: Detector, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _watches(detector, "RDS_LOGIN_EVENTS")


@control(
    "guardduty-ecs-runtime",
    "GuardDuty watches what runs in tasks on Fargate",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(5)(ii)(B)"),
    config_rule="guardduty-ecs-protection-runtime-enabled",
    security_hub="GuardDuty.12",
    remediation="Enable the feature RUNTIME_MONITORING of the detector, with ECS_FARGATE_AGENT_MANAGEMENT.",
)
def guardduty_ecs_runtime(detector: Detector, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _watches(detector, "RUNTIME_MONITORING", "ECS_FARGATE_AGENT_MANAGEMENT")


@control(
    "guardduty-no-high-findings",
    "Nothing severe that GuardDuty found is left unsettled",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-non-archived-findings",
    remediation="Investigate each finding, mitigate it, document the outcome, and archive it.",
)
def guardduty_no_high_findings(detector: Detector, snapshot: Snapshot, _policy: Policy) -> Verdict:
    findings = snapshot.within(ThreatFinding, detector.detector_id)
    told = ", ".join(f"{each.type} ({each.finding_id}, severity {each.severity:g})" for each in findings)
    return verdict(not findings, f"of severity 7 or more and not archived: {told or 'none'}", expected="none")


def _watches(detector: Detector, feature: str, *parts: str) -> Verdict:
    """Whether the detector is enabled, and so are the feature and these parts of it."""
    wanted, found = {feature, *parts}, detector.enabled(feature)
    observed = f"Status is {detector.status}; of {feature} enabled: {', '.join(sorted(found)) or 'nothing'}"
    return verdict(detector.status == "ENABLED" and found >= wanted, observed, expected=", ".join(sorted(wanted)))
