"""Faults of the path from listener to load balancer to task to database: a link that is missing, or one too many."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.ec2.security_groups import allow_in
from stack.local.faults.fault import Outputs, fault

_INSIDE: Final = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


def _revoke(aws: Clients, direction: str, group: Any, port: int) -> None:  # noqa: ANN401 - of a boto3 call
    """Removes every rule of a security group for `port` alone, in `direction`: `ingress` or `egress`."""
    ec2 = aws.client("ec2")
    mine = [{"Name": "group-id", "Values": [group]}]
    rules = ec2.describe_security_group_rules(Filters=mine)["SecurityGroupRules"]
    ids = [
        rule["SecurityGroupRuleId"]
        for rule in rules
        if rule["IsEgress"] == (direction == "egress") and rule["FromPort"] == rule["ToPort"] == port
    ]
    revoke = ec2.revoke_security_group_egress if direction == "egress" else ec2.revoke_security_group_ingress
    revoke(GroupId=group, SecurityGroupRuleIds=ids)


def _port(outputs: Outputs, name: str) -> int:
    return int(str(outputs[name]))


@fault(("reach-internet-to-alb", "albArn"), ("path-listener-sg-coherent", "albArn"))
def path_listener_sg_coherent(aws: Clients, outputs: Outputs) -> None:
    """The load balancer's security group admits nobody to the port of its listener."""
    _revoke(aws, "ingress", outputs["albSecurityGroupId"], _port(outputs, "listenerPort"))


@fault(
    ("reach-internet-to-alb", "albArn"),
    ("path-listener-sg-coherent", "albArn"),
    ("sg-open-only-on-alb", "albSecurityGroupId"),
    ("alb-http-redirects-to-https", "redirectListenerArn"),
    variant="moved",
)
def path_listener_sg_coherent_moved(aws: Clients, outputs: Outputs) -> None:
    """The listener moves to another port, and its security group stays behind."""
    aws.client("elbv2").modify_listener(ListenerArn=outputs["listenerArn"], Port=8443)


@fault(("reach-alb-to-tasks", "serviceArn"), ("path-alb-egress-reaches-targets", "albArn"))
def path_alb_egress_reaches_targets(aws: Clients, outputs: Outputs) -> None:
    """The load balancer's security group does not let requests out to the tasks."""
    _revoke(aws, "egress", outputs["albSecurityGroupId"], _port(outputs, "containerPort"))


@fault(
    ("reach-alb-to-tasks", "serviceArn"),
    ("path-tg-port-equals-container-port", "targetGroupArn"),
    ("path-alb-egress-reaches-targets", "albArn"),
    ("path-task-ingress-only-from-alb", "serviceArn"),
)
def path_tg_port_equals_container_port(aws: Clients, outputs: Outputs) -> None:
    """The service registers another port than the one its container listens on."""
    ecs = aws.client("ecs")
    (service,) = ecs.describe_services(cluster=outputs["clusterArn"], services=[outputs["serviceArn"]])["services"]
    moved = [{**entry, "containerPort": 9090} for entry in service["loadBalancers"]]
    ecs.update_service(cluster=outputs["clusterArn"], service=outputs["serviceArn"], loadBalancers=moved)


@fault(("path-task-ingress-only-from-alb", "serviceArn"))
def path_task_ingress_only_from_alb(aws: Clients, outputs: Outputs) -> None:
    """The tasks are reached from inside the network, past the load balancer."""
    port = _port(outputs, "containerPort")
    allow_in(aws, outputs["taskSecurityGroupId"], "tcp", (port, port), **_INSIDE)


@fault(("reach-tasks-to-rds", "databaseArn"), ("path-task-egress-reaches-rds", "databaseArn"))
def path_task_egress_reaches_rds(aws: Clients, outputs: Outputs) -> None:
    """The tasks' security group does not let queries out to the database."""
    _revoke(aws, "egress", outputs["taskSecurityGroupId"], _port(outputs, "databasePort"))


@fault(("reach-tasks-to-rds", "databaseArn"), ("path-task-egress-reaches-rds", "databaseArn"), variant="ingress")
def path_task_egress_reaches_rds_ingress(aws: Clients, outputs: Outputs) -> None:
    """The database's security group does not let the tasks in."""
    _revoke(aws, "ingress", outputs["databaseSecurityGroupId"], _port(outputs, "databasePort"))


@fault(("reach-nothing-else-to-rds", "databaseArn"), ("path-rds-ingress-only-from-tasks", "databaseArn"))
def path_rds_ingress_only_from_tasks(aws: Clients, outputs: Outputs) -> None:
    """The database is reached from inside the network, past the tasks."""
    port = _port(outputs, "databasePort")
    allow_in(aws, outputs["databaseSecurityGroupId"], "tcp", (port, port), **_INSIDE)
