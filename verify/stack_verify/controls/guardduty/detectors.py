"""Amazon GuardDuty: whether it watches, what, and what it found."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot


@control(
    "guardduty-enabled",
    "GuardDuty is enabled",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)", "164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="guardduty-enabled-centralized",
    security_hub="GuardDuty.1",
    remediation="Enable the detector.",
    rationale="A suspended detector finds nothing.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(DeclaredResource, StackOutput, TaggedResource),
)
def guardduty_enabled(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict:
    if unasked := _not_asked(detector, snapshot, policy):
        return unasked
    return verdict(detector.status == "ENABLED", f"Status is {detector.status}", expected="ENABLED")


@control(
    "guardduty-s3-protection",
    "GuardDuty S3 Protection is enabled",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-s3-protection-enabled",
    security_hub="GuardDuty.10",
    remediation="Enable the feature S3_DATA_EVENTS of the detector.",
    rationale="Theft of objects shows in data events, which GuardDuty reads only with this feature.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(DeclaredResource, StackOutput, TaggedResource),
)
def guardduty_s3_protection(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict:
    return _not_asked(detector, snapshot, policy) or _watches(detector, "S3_DATA_EVENTS")


@control(
    "guardduty-rds-protection",
    "GuardDuty RDS Protection is enabled",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-rds-protection-enabled",
    security_hub="GuardDuty.9",
    remediation="Enable the feature RDS_LOGIN_EVENTS of the detector.",
    rationale="Guessed and stolen database passwords show in sign-ins.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(DeclaredResource, StackOutput, TaggedResource),
)
def guardduty_rds_protection(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict:
    return _not_asked(detector, snapshot, policy) or _watches(detector, "RDS_LOGIN_EVENTS")


@control(
    "guardduty-ecs-runtime",
    "GuardDuty Runtime Monitoring is enabled for Fargate",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(5)(ii)(B)"),
    config_rule="guardduty-ecs-protection-runtime-enabled",
    security_hub="GuardDuty.12",
    remediation="Enable the feature RUNTIME_MONITORING of the detector, with ECS_FARGATE_AGENT_MANAGEMENT.",
    rationale="What a task does after it was broken into shows in the task only.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(DeclaredResource, StackOutput, TaggedResource),
)
def guardduty_ecs_runtime(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict:
    return _not_asked(detector, snapshot, policy) or _watches(
        detector, "RUNTIME_MONITORING", "ECS_FARGATE_AGENT_MANAGEMENT"
    )


@control(
    "guardduty-no-high-findings",
    "No severe GuardDuty finding on the stack is open",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="guardduty-non-archived-findings",
    remediation="Investigate each finding, mitigate it, document the outcome, and archive it.",
    rationale="An open finding is an incident without the response that 164.308(a)(6)(ii) requires.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(ThreatFinding,),
)
def guardduty_no_high_findings(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict:
    least = policy.min_finding_severity
    findings = [each for each in snapshot.within(ThreatFinding, detector.detector_id) if each.severity >= least]
    own = snapshot.identifiers if findings else frozenset()
    # One that names nothing, as a sample, may be about the stack.
    ours = [each for each in findings if not each.about or not own.isdisjoint(each.about)]
    if findings and not ours:
        _all_known(snapshot)
    told = ", ".join(f"{each.type} ({each.finding_id}, severity {each.severity:g})" for each in ours)
    others = len(findings) - len(ours)
    observed = f"open, of severity {least:g} or more, on the stack: {told or 'none'}; on others' resources: {others}"
    return verdict(not ours, observed, expected="none on the stack")


def _all_known(snapshot: Snapshot) -> None:
    """Raises Unanswered where a resource of the stack was not read, which a finding might be about."""
    for gap in snapshot.gaps:
        raise Unanswered(f"whose resource a finding is about is not known: {gap.text()}")


def _not_asked(detector: Detector, snapshot: Snapshot, policy: Policy) -> Verdict | None:
    """That a detector which the stack does not name is not judged, where the policy does not judge the account."""
    asked = policy.require_account_safeguards or snapshot.names(detector)
    return None if asked else not_applicable(NOT_ASKED)


def _watches(detector: Detector, feature: str, *parts: str) -> Verdict:
    """Whether the detector is enabled, and so are the feature and these parts of it."""
    wanted, found = {feature, *parts}, detector.enabled(feature)
    observed = f"Status is {detector.status}; of {feature} enabled: {', '.join(sorted(found)) or 'nothing'}"
    return verdict(detector.status == "ENABLED" and found >= wanted, observed, expected=", ".join(sorted(wanted)))
