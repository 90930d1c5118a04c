"""AWS Systems Manager: management and patches of EC2 instances."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.ssm import ManagedNode, PatchState
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html"
UNMANAGED = "Systems Manager does not manage it, as ssm-instance-managed says"


@control(
    "ssm-instance-managed",
    "Systems Manager manages EC2 instances",
    severity=Severity.MEDIUM,
    citations=hipaa("164.310(d)(2)(iii)", "164.308(a)(1)(ii)(B)"),
    config_rule="ec2-instance-managed-by-systems-manager",
    security_hub="SSM.1",
    remediation="Run the SSM Agent on the instance, and give its role AmazonSSMManagedInstanceCore.",
    rationale="What is installed on an instance that nothing manages, and which patches it lacks, is unknown.",
    source=SECURITY_HUB + "#ssm-1",
    reads=(ManagedNode,),
)
def ssm_instance_managed(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    managed = snapshot.require(ManagedNode, instance.instance_id).is_managed
    return verdict(managed, f"managed by Systems Manager: {as_aws(managed)}", expected="true")


@control(
    "ssm-instance-patched",
    "EC2 instances have the patches of their baseline",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="ec2-managedinstance-patch-compliance-status-check",
    security_hub="SSM.2",
    remediation="Install the missing patches with Patch Manager, and reboot the instance where they wait for it.",
    rationale="Known vulnerabilities of an instance that is not patched are open to whoever reaches it.",
    source=SECURITY_HUB + "#ssm-2",
    reads=(ManagedNode, PatchState),
)
def ssm_instance_patched(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not snapshot.require(ManagedNode, instance.instance_id).is_managed:
        return not_applicable(UNMANAGED)
    states = snapshot.within(PatchState, instance.instance_id)
    if not states:
        return not_applicable("Patch Manager has never scanned it, and AWS's check has nothing to judge")
    (state,) = states
    counts = {
        "CriticalNonCompliantCount": state.critical_non_compliant_count,
        "SecurityNonCompliantCount": state.security_non_compliant_count,
        "OtherNonCompliantCount": state.other_non_compliant_count,
    }
    observed = ", ".join(f"{name} is {count}" for name, count in counts.items())
    return verdict(not any(counts.values()), observed, expected="0 each")


@control(
    "ssm-instance-associations",
    "Associations of Systems Manager succeed on EC2 instances",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="ec2-managedinstance-association-compliance-status-check",
    security_hub="SSM.3",
    remediation="Find out in State Manager which association fails on the instance, and fix it.",
    rationale="An association that fails leaves the instance without the state that it is to keep.",
    source=SECURITY_HUB + "#ssm-3",
    reads=(ManagedNode,),
)
def ssm_instance_associations(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    node = snapshot.require(ManagedNode, instance.instance_id)
    if not node.is_managed:
        return not_applicable(UNMANAGED)
    match node.association_status:
        case None:
            return not_applicable("no association was ever run on it")
        case "Pending":
            return not_applicable("AssociationStatus is Pending: the first run is still to come")
        case "Success" | "Failed" as status:
            return verdict(status == "Success", f"AssociationStatus is {status}", expected="Success")
        case other:
            raise Unanswered(f"AssociationStatus is {other}, which is not known")
