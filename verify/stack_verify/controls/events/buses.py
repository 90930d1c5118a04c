"""Amazon EventBridge: who may put events on a bus, and where its rules send them."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import is_outsider, outsiders, public, untrusted
from stack_verify.resources.events import DEFAULT, EventBus, Rule
from stack_verify.snapshot import Snapshot

GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
NO_POLICY = "no resource policy: only principals of the account have access"


@control(
    "eventbridge-bus-not-public",
    "Policies of event buses do not allow access to everyone",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Name the accounts in the bus's policy, or add a condition on aws:PrincipalOrgID.",
    rationale="Whoever may put events on a bus starts what its rules start.",
    source=GUIDE + "eb-event-bus-perms.html",
    reads=(),
)
def eventbridge_bus_not_public(bus: EventBus, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if bus.policy is None:
        return passed(NO_POLICY)
    found = public(outsiders(bus.policy, account=bus.observed_by.account, trusts=policy))
    return verdict(not found, f"open to everyone: {'; '.join(map(str, found)) or 'none'}", expected="none")


@control(
    "eventbridge-cross-account",
    "Event buses let in trusted accounts only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove other accounts from the bus's policy, or name them in the policy file.",
    rationale="Whoever may put events or rules on a bus starts what its rules start, or gets what it is sent.",
    source=GUIDE + "eb-cross-account.html",
    reads=(),
)
def eventbridge_cross_account(bus: EventBus, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if bus.policy is None:
        return passed(NO_POLICY)
    found = untrusted(outsiders(bus.policy, account=bus.observed_by.account, trusts=policy))
    observed = f"lets in: {'; '.join(map(str, found)) or 'none'}"
    return verdict(not found, observed, expected="no account that the policy does not name")


@control(
    "eventbridge-rule-targets",
    "Rules send events to trusted accounts only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove targets of other accounts from the rule, or name the accounts in the policy file.",
    rationale="Events may hold ePHI, and another account keeps what it is sent.",
    source=GUIDE + "eb-cross-account.html",
    reads=(),
)
def eventbridge_rule_targets(rule: Rule, _snapshot: Snapshot, policy: Policy) -> Verdict:
    account = rule.observed_by.account
    found = [each.arn for each in rule.targets if is_outsider(each.arn, account=account, trusts=policy)]
    observed = f"{len(rule.targets)} targets; of other accounts: {', '.join(found) or 'none'}"
    return verdict(not found, observed, expected="no account that the policy does not name")


@control(
    "eventbridge-bus-policy",
    "Custom event buses have a resource policy",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)"),
    config_rule="custom-eventbus-policy-attached",
    security_hub="EventBridge.3",
    remediation="Attach a policy to the bus that names who may put events on it.",
    hardening=True,
    rationale="Without a policy, every principal of the account with IAM permissions may put events on the bus.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/eventbridge-controls.html#eventbridge-3",
    reads=(),
)
def eventbridge_bus_policy(bus: EventBus, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if bus.name == DEFAULT:
        return not_applicable("it is the default event bus of the account")
    return verdict(
        bus.policy is not None, f"a policy is {'attached' if bus.policy else 'not attached'}", expected="one"
    )
