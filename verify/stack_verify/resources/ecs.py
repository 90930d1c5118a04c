"""Amazon ECS services and task definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import msgspec

from stack_verify.errors import Unanswered
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ecr import ImageScan, Repository, ecr_image
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import Listener, TargetGroup
from stack_verify.resources.iam import Role
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import UNKNOWN, ApiCall, Fields, Known, Question
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.tagging import Tagged

# A secret's ARN has seven parts; a task may add a JSON key, a version stage and a version id after it.
SECRET_ARN_PARTS = 7


class AwsVpcConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """Where the network interfaces of the tasks stand."""

    subnets: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    # Of a service that names none, the tasks are in the VPC's default group (ECS API reference): ask for ``groups``.
    security_groups: tuple[str, ...] = ()
    assign_public_ip: Known[str] = UNKNOWN

    @property
    def groups(self) -> tuple[str, ...]:
        """The ids of the tasks' security groups.

        Raises:
            Unanswered: when the service names none, and its tasks are in the default one.
        """
        if not self.security_groups:
            raise Unanswered("the service names no security groups: its tasks are in the VPC's default one")
        return self.security_groups


class NetworkConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """How the tasks of a service are attached to the network."""

    awsvpc_configuration: AwsVpcConfiguration | None = None


class DeploymentController(Fields, frozen=True, kw_only=True, rename="camel"):
    """What rolls the service's tasks out: ``ECS``, ``CODE_DEPLOY`` or ``EXTERNAL``."""

    type: str


class DeploymentCircuitBreaker(Fields, frozen=True, kw_only=True, rename="camel"):
    """Whether a rollout that cannot succeed is stopped, and undone."""

    enable: bool
    rollback: bool


class DeploymentConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """How the service's tasks are rolled out. None where no circuit breaker was ever set."""

    deployment_circuit_breaker: DeploymentCircuitBreaker | None = None
    # ``ROLLING`` (also where AWS leaves it out), ``BLUE_GREEN``, ``LINEAR`` or ``CANARY``.
    strategy: str = "ROLLING"


class Deployment(Fields, frozen=True, kw_only=True, rename="camel"):
    """One rollout of the service; the one under way or last done is ``PRIMARY``.

    ``failed_tasks`` counts those that failed one after the other, and is none once a task runs.
    """

    status: str
    task_definition: Known[str] = UNKNOWN
    running_count: Known[int] = UNKNOWN
    rollout_state: Known[str] = UNKNOWN
    failed_tasks: Known[int] = UNKNOWN


class AdvancedConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """The second target group of a blue/green, linear or canary deployment, and the rule whose weights ECS moves.

    The rule is a listener's, or the listener itself of a Network Load Balancer.
    """

    alternate_target_group_arn: str | None = None
    production_listener_rule: str | None = None


class LoadBalancer(Fields, frozen=True, kw_only=True, rename="camel"):
    """A target group that a service registers a port of one of its containers in."""

    target_group_arn: str | None = None
    container_name: str | None = None
    container_port: int | None = None
    advanced_configuration: AdvancedConfiguration | None = None

    @property
    def target_groups(self) -> tuple[str, ...]:
        """The ARNs of the target groups that ECS may register the tasks in: one, or the two that take turns."""
        advanced = self.advanced_configuration
        return tuple(arn for arn in (self.target_group_arn, advanced and advanced.alternate_target_group_arn) if arn)

    @property
    def production_listener(self) -> str | None:
        """The ARN of the listener whose rule ECS moves; None where there is no such rule."""
        rule = None if self.advanced_configuration is None else self.advanced_configuration.production_listener_rule
        if not rule or ":listener-rule/" not in rule:
            return rule
        return rule.replace(":listener-rule/", ":listener/", 1).rpartition("/")[0]


class TaskSet(Fields, frozen=True, kw_only=True, rename="camel"):
    """The tasks of one revision, where CodeDeploy or another controller rolls the service out.

    The one that serves is ``PRIMARY``; the others are ``ACTIVE`` (on trial) or ``DRAINING``.
    """

    status: str
    task_definition: Known[str] = UNKNOWN
    computed_desired_count: Known[int] = UNKNOWN
    running_count: Known[int] = UNKNOWN
    network_configuration: NetworkConfiguration | None = None
    platform_version: str | None = None
    load_balancers: tuple[LoadBalancer, ...] = ()


class Service(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::ECS::Service"):
    """One service of ``ecs:DescribeServices``, by ARN. Service names are unique within a cluster only."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("ecs", r"(service/(?:[\w-]+/)?[\w-]+)", rf"(service/(?:{ANY_ID}/)?{ANY_ID})"),),
        pulumi=("ecs/service",),
        terraform=("aws_ecs_service",),
        asff="AwsEcsService",
        by_tags=True,
    )
    id_field: ClassVar[str] = "service_arn"
    arn_field: ClassVar[str | None] = "service_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        Cluster.kind(),
        "AWS::ECS::TaskDefinition",
        Listener.kind(),
        TargetGroup.kind(),
        Subnet.kind(),
        SecurityGroup.kind(),
    )

    lags: ClassVar[frozenset[str]] = frozenset({"tags", "deployments", "running_count"})

    service_arn: str
    service_name: str
    cluster_arn: str
    task_definition: Known[str] = UNKNOWN
    # None is ECS's default, ``ECS``.
    deployment_controller: DeploymentController | None = None
    deployment_configuration: Known[DeploymentConfiguration] = UNKNOWN
    deployments: Known[tuple[Deployment, ...]] = UNKNOWN
    # Of a service that CodeDeploy or another controller rolls out.
    task_sets: tuple[TaskSet, ...] = ()
    desired_count: Known[int] = UNKNOWN
    running_count: Known[int] = UNKNOWN
    network_configuration: NetworkConfiguration | None = None
    # None for tasks on EC2, which have no platform version.
    platform_version: str | None = None
    enable_execute_command: Known[bool] = UNKNOWN
    load_balancers: tuple[LoadBalancer, ...] = ()

    @property
    def controller(self) -> str:
        """What rolls the tasks out: ``ECS``, ``CODE_DEPLOY`` or ``EXTERNAL``."""
        return self.deployment_controller.type if self.deployment_controller else "ECS"

    @property
    def serving(self) -> TaskSet | None:
        """The task set that serves; None where ECS rolls the service out, or nothing was rolled out yet."""
        if self.controller == "ECS":
            return None
        return next((each for each in self.task_sets if each.status == "PRIMARY"), None)

    @property
    def revision(self) -> str:
        """The ARN of the task definition in production.

        Raises:
            Unanswered: when another controller rolls the service out, and it has no task set in production.
        """
        return self._in_force().task_definition

    @property
    def registrations(self) -> tuple[LoadBalancer, ...]:
        """The target groups that tasks in production are registered in."""
        return self._in_force().load_balancers

    @property
    def network(self) -> AwsVpcConfiguration | None:
        """Where the tasks in production have their network interfaces; None where they share their host's."""
        held = self._in_force().network_configuration
        return None if held is None else held.awsvpc_configuration

    @property
    def platform(self) -> str | None:
        """The Fargate platform version of the tasks in production; None for tasks on EC2."""
        return self._in_force().platform_version

    def _in_force(self) -> Service | TaskSet:
        """What holds the settings of the tasks in production (ECS API reference, "TaskSet")."""
        serving = self.serving
        if serving is None and self.controller == "EXTERNAL":
            raise Unanswered("its settings are those of its task sets (EXTERNAL), and none of them is PRIMARY")
        return serving or self

    @property
    def rolled_by(self) -> frozenset[str]:
        """The ARNs of the target groups between which a deployment moves the service's requests; none where none does.

        ECS moves them for the strategies with two groups, CodeDeploy and other controllers for all of theirs.
        """
        every = (*self.load_balancers, *(each for tasks in self.task_sets for each in tasks.load_balancers))
        pairs = (each for each in every if self.controller != "ECS" or len(each.target_groups) > 1)
        return frozenset(arn for each in pairs for arn in each.target_groups)

    def refers_to(self) -> Iterator[Question]:
        yield Cluster.ask(self.cluster_arn)
        yield TaskDefinition.ask(self.revision)
        for balancer in (*self.load_balancers, *self.registrations):
            yield from (TargetGroup.ask(arn) for arn in balancer.target_groups)
            if balancer.production_listener is not None:
                yield Listener.ask(balancer.production_listener)
        network = self.network
        if network:
            yield from (Subnet.ask(subnet) for subnet in network.subnets)
            yield from (SecurityGroup.ask(group) for group in network.security_groups)


class PortMapping(Fields, frozen=True, kw_only=True, rename="camel"):
    """A port that a container listens on; None where the definition maps a range of ports instead."""

    container_port: int | None = None
    protocol: str = "tcp"


class EnvironmentVariable(Fields, frozen=True, kw_only=True, rename="camel"):
    """The name of an environment variable. Its value is judged as the answer is decoded, and dropped."""

    name: str


class EnvironmentFile(Fields, frozen=True, kw_only=True, rename="camel"):
    """A file of variables in S3, by its ARN. What it holds is not read."""

    value: str


class ContainerSecret(Fields, frozen=True, kw_only=True, rename="camel"):
    """A secret handed to a container by reference: the ARN of a secret, or the name or ARN of an SSM parameter."""

    name: str
    value_from: str


class LogOptions(Fields, frozen=True, kw_only=True, rename="camel"):
    """The options of the ``awslogs`` driver that are judged; other drivers' may hold tokens, and are dropped."""

    awslogs_group: str | None = msgspec.field(name="awslogs-group", default=None)
    awslogs_region: str | None = msgspec.field(name="awslogs-region", default=None)
    awslogs_create_group: str | None = msgspec.field(name="awslogs-create-group", default=None)

    @property
    def creates_group(self) -> bool:
        """Whether the driver creates the log group when a task starts and there is none."""
        return (self.awslogs_create_group or "").lower() == "true"


class LogConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """Where a container's log goes."""

    log_driver: str
    options: LogOptions = LogOptions()
    secret_options: tuple[ContainerSecret, ...] = ()


class KernelCapabilities(Fields, frozen=True, kw_only=True, rename="camel"):
    """The Linux capabilities added to those that a container has by default."""

    add: tuple[str, ...] = ()


class LinuxParameters(Fields, frozen=True, kw_only=True, rename="camel"):
    """What a container may do with the kernel."""

    capabilities: KernelCapabilities = KernelCapabilities()


class ContainerDefinition(Fields, frozen=True, kw_only=True, rename="camel"):
    """One container of a task. AWS leaves out what the definition does not set."""

    name: str
    image: str
    port_mappings: tuple[PortMapping, ...] = ()
    environment: tuple[EnvironmentVariable, ...] = ()
    environment_files: tuple[EnvironmentFile, ...] = ()
    # Ours, from the variables, the command, the health check, the labels and the options of the log: none of these
    # is kept itself.
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN
    secrets: tuple[ContainerSecret, ...] = ()
    privileged: bool | None = None
    readonly_root_filesystem: bool | None = None
    user: str | None = None
    memory: int | None = None
    memory_reservation: int | None = None
    log_configuration: LogConfiguration | None = None
    linux_parameters: LinuxParameters = LinuxParameters()
    system_controls: tuple[SystemControl, ...] = ()


class SystemControl(Fields, frozen=True, kw_only=True, rename="camel"):
    """A kernel parameter of a container, such as ``net.ipv4.ip_local_port_range``."""

    namespace: str | None = None
    value: str | None = None


class RuntimePlatform(Fields, frozen=True, kw_only=True, rename="camel"):
    """The operating system of a task."""

    operating_system_family: str | None = None


class TaskDefinition(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::ECS::TaskDefinition"):
    """One revision of ``ecs:DescribeTaskDefinition``, by ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("ecs", r"(task-definition/[\w-]+:\d+)", rf"(task-definition/{ANY_ID}:{ANY_ID})"),),
        pulumi=("ecs/taskDefinition",),
        terraform=("aws_ecs_task_definition",),
        asff="AwsEcsTaskDefinition",
    )
    id_field: ClassVar[str] = "task_definition_arn"
    arn_field: ClassVar[str | None] = "task_definition_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        Role.kind(),
        LogGroup.kind(),
        Secret.kind(),
        Repository.kind(),
        ImageScan.kind(),
    )

    task_definition_arn: str
    family: str
    # A service goes on running one that is ``INACTIVE``.
    status: Known[str] = UNKNOWN
    container_definitions: Annotated[tuple[ContainerDefinition, ...], msgspec.Meta(min_length=1)]
    # Ours, from the options of the volumes.
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN
    # None is ECS's default for the launch type: ``bridge`` on EC2.
    network_mode: str | None = None
    pid_mode: str | None = None
    memory: str | None = None
    task_role_arn: str | None = None
    execution_role_arn: str | None = None
    runtime_platform: RuntimePlatform | None = None

    def refers_to(self) -> Iterator[Question]:
        for role in (self.task_role_arn, self.execution_role_arn):
            if role is not None:
                yield Role.ask(role.rpartition("/")[2])
        for container in self.container_definitions:
            yield from _container_refers_to(container, self.observed_by)


def _container_refers_to(container: ContainerDefinition, named_by: ApiCall) -> Iterator[Question]:
    repository = own_repository(container.image, named_by)
    if repository is not None:
        yield Repository.ask(repository)
        yield ImageScan.ask(own_image(container.image))
    for arn in secret_arns(container):
        if is_own(arn, named_by):
            yield Secret.ask(arn)
    group = log_group(container, named_by)
    if group is not None:
        yield LogGroup.ask(group)


def own_repository(image: str, named_by: ApiCall) -> str | None:
    """The name of the ECR repository of ``image``, or None where it is not in this account's registry and region."""
    named = ecr_image(image)
    if named is None or (named.account, named.region) != (named_by.account, named_by.region):
        return None
    return named.repository


def own_image(image: str) -> str:
    """What the scan of an image of the account's own registry is asked by; no tag is ``latest``, as to ECS."""
    path = image.partition("/")[2]
    return path if ":" in path else f"{path}:latest"


def secret_arns(container: ContainerDefinition) -> tuple[str, ...]:
    """The ARNs of the secrets that a container is handed, its log driver too; SSM parameters are none."""
    log = container.log_configuration
    handed = (*container.secrets, *(log.secret_options if log else ()))
    arns = ((parse_arn(secret.value_from), secret.value_from) for secret in handed)
    return tuple(
        ":".join(text.split(":")[:SECRET_ARN_PARTS]) for arn, text in arns if arn and arn.service == "secretsmanager"
    )


def is_own(arn: str, named_by: ApiCall) -> bool:
    """Whether ``arn`` is of the account and region that answered."""
    parts = parse_arn(arn)
    return parts is not None and (parts.account, parts.region) == (named_by.account, named_by.region)


def log_group(container: ContainerDefinition, named_by: ApiCall) -> str | None:
    """The log group that the ``awslogs`` driver writes to in this region, or None where there is none."""
    log = container.log_configuration
    if log is None or log.options.awslogs_region not in (None, named_by.region):
        return None
    return log.options.awslogs_group
