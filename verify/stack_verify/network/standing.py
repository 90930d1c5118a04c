"""What stands in a VPC, and what explains it: the stack's outputs, state or tags, or a service of AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stack_verify.network.endpoints import every
from stack_verify.network.exposure import exposures
from stack_verify.network.rules import ingress
from stack_verify.ownership.owners import Owner, of_tags
from stack_verify.resources.ec2 import VPC, NetworkInterface, SecurityGroup, VPCEndpoint
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.elbv2 import BalancersOfVpc, LoadBalancer
from stack_verify.resources.rds import DatabasesOfVpc, DBInstance
from stack_verify.resources.resource import unrecorded
from stack_verify.resources.tagging import Tagged
from stack_verify.snapshot import Snapshot

# What CloudFormation writes on everything that one stack of its makes.
OF_ONE_STACK = "aws:cloudformation:stack-id"
DEFAULT = "default"


@dataclass(frozen=True)
class Stranger:
    """A resource that nothing explains. ``exposed`` says how the world gets at it; None where it does not."""

    name: str
    exposed: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.exposed})" if self.exposed else self.name


def made_by_aws(resource: Tagged) -> bool:
    """Whether a service of AWS made the resource for itself, so that nobody declares it."""
    if isinstance(resource, SecurityGroup) and resource.group_name == DEFAULT:
        return True
    if isinstance(resource, VPCEndpoint) and resource.requester_managed:
        return True
    forms = [each for name in ("group_name", "service_name") if (each := getattr(resource, name, None))]
    found = of_tags(resource.tags, *forms)
    return found is not None and found.owner is Owner.AWS


def own(vpc: VPC, snapshot: Snapshot) -> str | None:
    """Why the VPC is the stack's own; None where nothing says so, as of one that several stacks share."""
    if snapshot.declares(vpc):
        return "the state declares it"
    if snapshot.tags(vpc):
        return "it carries the stack's tags"
    with unrecorded():
        maker = vpc.tags.get(OF_ONE_STACK)
        alike = maker is not None and any(
            other.tags.get(OF_ONE_STACK) == maker
            for kind in (DBInstance, LoadBalancer, SecurityGroup)
            for other in snapshot.subjects(kind)
            if snapshot.names(other) and other.tags_listed_as is None
        )
    return f"the CloudFormation stack that made it made others of the stack, {maker}" if alike else None


def strangers(vpc: VPC, snapshot: Snapshot) -> tuple[Stranger, ...]:
    """What stands in the VPC that is neither the stack's nor a service's of AWS, sorted.

    Raises:
        Unanswered: when what stands in it could not be read.
        KeptElsewhere: when another account shares the VPC, and only that one sees all of it.
    """
    vpc.ask_owner_for("what others have in it")
    found = (*_databases(vpc, snapshot), *_balancers(vpc, snapshot), *_made(vpc, snapshot), *_instances(vpc, snapshot))
    return tuple(sorted(found, key=str))


def _databases(vpc: VPC, snapshot: Snapshot) -> Iterator[Stranger]:
    known = {db.db_instance_arn for db in every(DBInstance, snapshot)}
    found = snapshot.require(DatabasesOfVpc, vpc.vpc_id)
    words = (("PubliclyAccessible", found.public), ("not encrypted", found.clear))
    for arn in found.db_instance_arns:
        if arn not in known:
            exposed = ", ".join(word for word, arns in words if arn in arns)
            yield Stranger(f"{DBInstance.kind()} {arn}", exposed or None)


def _balancers(vpc: VPC, snapshot: Snapshot) -> Iterator[Stranger]:
    known = {balancer.load_balancer_arn for balancer in every(LoadBalancer, snapshot)}
    for each in snapshot.require(BalancersOfVpc, vpc.vpc_id).load_balancers:
        if each.load_balancer_arn not in known:
            exposed = "internet-facing" if each.scheme == "internet-facing" else None
            yield Stranger(f"{LoadBalancer.kind()} {each.load_balancer_arn}", exposed)


def _made(vpc: VPC, snapshot: Snapshot) -> Iterator[Stranger]:
    """Security groups and endpoints."""
    for kind in (SecurityGroup, VPCEndpoint):
        known = every(kind, snapshot)
        for each in snapshot.within(kind, vpc.vpc_id):
            if each not in known and not snapshot.names(each) and not made_by_aws(each):
                yield Stranger(f"{each.kind()} {each.id}")


def _instances(vpc: VPC, snapshot: Snapshot) -> Iterator[Stranger]:
    """Instances, and interfaces that nothing is known to use; those of AWS's services are the services' matter."""
    used = {group.id for group in every(SecurityGroup, snapshot)}
    known = {instance.instance_id for instance in every(Instance, snapshot)}
    for each in snapshot.within(NetworkInterface, vpc.vpc_id):
        if each.requester_managed or each.interface_type != "interface" or snapshot.names(each):
            continue
        if each.instance in known:
            continue
        groups = {group.group_id for group in each.groups}
        # Tasks, functions and databases of the stack stand in its groups, and are told apart by no id of theirs.
        if each.instance is None and groups & used:
            continue
        name = f"{Instance.kind()} {each.instance}" if each.instance else f"{each.kind()} {each.id}"
        yield Stranger(name, _open(each, groups, snapshot))


def _open(interface: NetworkInterface, groups: set[str], snapshot: Snapshot) -> str | None:
    """Whether the interface has a public address and a group that admits the world."""
    if not any(address.association is not None for address in interface.private_ip_addresses):
        return None
    listed = {group.id: group for group in snapshot.within(SecurityGroup, interface.vpc_id)}
    opened = exposures(ingress([listed[group] for group in sorted(groups) if group in listed], snapshot))
    return f"public address; {'; '.join(str(each) for each in opened)}" if opened else "public address"
