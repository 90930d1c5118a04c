"""Amazon VPC: what stands in the stack's own VPC and is nobody's that is known."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.standing import Stranger, own, strangers
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import VPC, NetworkInterface, SecurityGroup, VPCEndpoint
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.resources.elbv2 import BalancersOfVpc, ElbTags, LoadBalancer
from stack_verify.resources.rds import DatabasesOfVpc, DBInstance
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot


@control(
    "vpc-no-strangers",
    "Everything in the stack's own VPC belongs to the stack or to an AWS service",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.310(d)(2)(iii)", "164.312(a)(1)"),
    remediation="Find out who made the resource (CloudTrail); add it to the stack, or move or delete it.",
    rationale="A resource in the VPC that no output, tag or state explains is not part of any risk analysis.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/guidance/guidance-risk-analysis/index.html",
    reads=(
        BalancersOfVpc,
        DBInstance,
        DatabasesOfVpc,
        DeclaredResource,
        ElbTags,
        Instance,
        LoadBalancer,
        NetworkInterface,
        PrefixList,
        SecurityGroup,
        StackOutput,
        TaggedResource,
        VPCEndpoint,
    ),
)
def vpc_no_strangers(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = strangers(vpc, snapshot)
    if own(vpc, snapshot) is None:
        return _shared(found)
    observed = f"explained by no output, tag, state or AWS service: {_listed(found)}"
    return verdict(not found, observed, expected="nothing")


@control(
    "vpc-no-exposed-strangers",
    "Nothing unexplained in the stack's own VPC is public or unencrypted",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.312(a)(1)", "164.312(e)(1)"),
    remediation="Remove the public address, the open rule or the scheme that the finding names; encrypt the database; "
    "find out who made the resource (CloudTrail).",
    rationale="A public database or instance beside the stack opens its network, and is part of no risk analysis.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html",
    reads=(
        BalancersOfVpc,
        DBInstance,
        DatabasesOfVpc,
        DeclaredResource,
        ElbTags,
        Instance,
        LoadBalancer,
        NetworkInterface,
        PrefixList,
        SecurityGroup,
        StackOutput,
        TaggedResource,
        VPCEndpoint,
    ),
)
def vpc_no_exposed_strangers(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = [each for each in strangers(vpc, snapshot) if each.exposed]
    if own(vpc, snapshot) is None:
        return _shared(found)
    observed = f"public or unencrypted, and explained by no output, tag, state or AWS service: {_listed(found)}"
    return verdict(not found, observed, expected="nothing")


def _shared(found: Iterable[Stranger]) -> Verdict:
    return not_applicable(f"neither state nor tags say that the VPC is the stack's own; others in it: {_listed(found)}")


def _listed(found: Iterable[Stranger]) -> str:
    return "; ".join(str(each) for each in found) or "nothing"
