"""Who may speak to whom: the security groups, and the rules between them, all derived from the ports."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming
from stack.network import ANYWHERE
from stack.ports import HTTPS, Ports


@dataclass(frozen=True)
class SecurityGroupsArgs:
    """What the groups need to know."""

    naming: Naming
    vpc_id: pulumi.Input[str]


class SecurityGroups(pulumi.ComponentResource):
    """One empty group a kind of endpoint; as no group has rules inline, none has AWS's allow-all egress either."""

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:security:SecurityGroups", name, None, opts)
        self._args = args
        self.alb = self._group("alb", "Load balancer")
        self.tasks = self._group("tasks", "Service tasks")
        self.database = self._group("database", "Database")
        self.endpoints = self._group("endpoints", "VPC endpoints")
        self.outputs = {
            exports.ALB_SECURITY_GROUP_ID: self.alb.id,
            exports.TASK_SECURITY_GROUP_ID: self.tasks.id,
            exports.DATABASE_SECURITY_GROUP_ID: self.database.id,
            exports.ENDPOINT_SECURITY_GROUP_ID: self.endpoints.id,
        }
        self.register_outputs(self.outputs)

    def _group(self, part: str, whose: str) -> aws.ec2.SecurityGroup:
        name = self._args.naming.name(part)
        return aws.ec2.SecurityGroup(
            name,
            name=name,
            description=f"{whose} of {name}",
            vpc_id=self._args.vpc_id,
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self),
        )


@dataclass(frozen=True)
class TrafficArgs:
    """The groups, what the tasks reach besides them, and the ports."""

    naming: Naming
    groups: SecurityGroups
    ports: Ports
    s3_prefix_list_id: pulumi.Input[str]
    internet_egress: bool


class Traffic(pulumi.ComponentResource):
    """The rules: the world to the load balancer, it to the tasks, they to the database and the VPC endpoints."""

    def __init__(self, name: str, args: TrafficArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:security:Traffic", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        groups, ports = args.groups, args.ports
        for port in ports.public:
            self._from_world(port)
        self._between("alb-to-tasks", groups.alb, groups.tasks, ports.container)
        self._between("tasks-to-database", groups.tasks, groups.database, ports.database)
        self._between("tasks-to-endpoints", groups.tasks, groups.endpoints, HTTPS)
        self._to_s3()
        if args.internet_egress:
            self._to_internet()
        self.register_outputs({exports.LISTENER_PORT: ports.listener, exports.CONTAINER_PORT: ports.container})

    def _from_world(self, port: int) -> None:
        name = self._args.naming.name(f"world-to-alb-{port}")
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=self._args.groups.alb.id,
            description=f"World to load balancer on {port}",
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _between(self, part: str, source: aws.ec2.SecurityGroup, target: aws.ec2.SecurityGroup, port: int) -> None:
        name = self._args.naming.name(part)
        description = f"{part.replace('-', ' ').capitalize()} on {port}"
        tags = self._args.naming.tags(name)
        aws.vpc.SecurityGroupEgressRule(
            name,
            security_group_id=source.id,
            referenced_security_group_id=target.id,
            description=description,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags=tags,
            opts=self._child,
        )
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=target.id,
            referenced_security_group_id=source.id,
            description=description,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags=tags,
            opts=self._child,
        )

    def _to_s3(self) -> None:
        name = self._args.naming.name("tasks-to-s3")
        aws.vpc.SecurityGroupEgressRule(
            name,
            security_group_id=self._args.groups.tasks.id,
            prefix_list_id=self._args.s3_prefix_list_id,
            description=f"Tasks to S3 through the gateway endpoint on {HTTPS}",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _to_internet(self) -> None:
        name = self._args.naming.name("tasks-to-internet")
        aws.vpc.SecurityGroupEgressRule(
            name,
            security_group_id=self._args.groups.tasks.id,
            cidr_ipv4=ANYWHERE,
            description=f"Tasks to the internet on {HTTPS}",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            tags=self._args.naming.tags(name),
            opts=self._child,
        )
