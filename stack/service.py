"""The service: an ECS cluster that runs the application's tasks on Fargate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.log_group import LogSettings, log_group
from stack.naming import Naming
from stack.settings import ServiceSettings
from stack.task_roles import TaskRoles

CONTAINER_NAME = "application"
# An explicit version: LATEST would change under the running service.
PLATFORM_VERSION = "1.4.0"
UNPRIVILEGED_USER = "10001:10001"
HEALTH_CHECK_GRACE_SECONDS = 60
# What the task definition says as long as the settings name no image; no task is started from it.
NO_IMAGE = ":not-pushed-yet"


@dataclass(frozen=True)
class ClusterArgs:
    """What the cluster and its log groups need to know."""

    naming: Naming
    logs: LogSettings


class Cluster(pulumi.ComponentResource):
    """An ECS cluster with container insights, and the log groups of the insights and of the tasks."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:service:Cluster", name, None, opts)
        physical = args.naming.name("cluster")
        self.task_logs = log_group("tasks", args.naming.log_group("tasks"), args.logs, self)
        insights = f"/aws/ecs/containerinsights/{physical}/performance"
        self.insight_logs = log_group("container-insights", insights, args.logs, self)
        self.cluster = aws.ecs.Cluster(
            physical,
            name=physical,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")],
            tags=args.naming.tags(physical),
            # Container insights would make their log group themselves, in clear and for ever.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.insight_logs]),
        )
        self.outputs = {
            exports.CLUSTER_NAME: self.cluster.name,
            exports.CLUSTER_ARN: self.cluster.arn,
            exports.TASK_LOG_GROUP_NAME: self.task_logs.name,
            exports.TASK_LOG_GROUP_ARN: self.task_logs.arn,
            exports.CONTAINER_INSIGHTS_LOG_GROUP_NAME: self.insight_logs.name,
            exports.CONTAINER_INSIGHTS_LOG_GROUP_ARN: self.insight_logs.arn,
        }
        self.register_outputs(self.outputs)


@dataclass(frozen=True)
class ServiceArgs:
    """What runs, where, as whom, and what it is told; `after` must be in place before the first task starts."""

    naming: Naming
    settings: ServiceSettings
    region: str
    cluster: Cluster
    repository_url: pulumi.Input[str]
    roles: TaskRoles
    port: int
    variables: Mapping[str, pulumi.Input[str]]
    secret_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    after: Sequence[pulumi.Resource]


class Service(pulumi.ComponentResource):
    """Tasks in the private subnets, replaced one after the other and rolled back when they do not become healthy."""

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:service:Service", name, None, opts)
        self._args = args
        self._name = args.naming.name("service")
        self._tags = args.naming.tags(self._name)
        self.task_definition = self._task_definition()
        self.service = self._service()
        self.outputs = {
            exports.SERVICE_NAME: self.service.name,
            # The provider's id of a service is its ARN.
            exports.SERVICE_ARN: self.service.id,
            exports.TASK_DEFINITION_ARN: self.task_definition.arn,
            exports.CONTAINER_PORT: args.port,
        }
        self.register_outputs(self.outputs)

    def _task_definition(self) -> aws.ecs.TaskDefinition:
        args = self._args
        return aws.ecs.TaskDefinition(
            self._name,
            family=self._name,
            cpu=str(args.settings.cpu),
            memory=str(args.settings.memory_mib),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                operating_system_family="LINUX", cpu_architecture="X86_64"
            ),
            execution_role_arn=args.roles.execution.arn,
            task_role_arn=args.roles.task.arn,
            container_definitions=pulumi.Output.json_dumps([self._container()]),
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _container(self) -> Mapping[str, object]:
        args = self._args
        return {
            "name": CONTAINER_NAME,
            "image": self._image(),
            "essential": True,
            "portMappings": [{"containerPort": args.port, "hostPort": args.port, "protocol": "tcp"}],
            "environment": [{"name": key, "value": value} for key, value in sorted(self._variables().items())],
            "secrets": [{"name": "APPLICATION_SECRET", "valueFrom": args.secret_arn}],
            "user": UNPRIVILEGED_USER,
            "privileged": False,
            "readonlyRootFilesystem": True,
            # ECS answers both lists; with one of them left out, each deployment would replace the task definition.
            "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": args.cluster.task_logs.name,
                    "awslogs-region": args.region,
                    "awslogs-stream-prefix": CONTAINER_NAME,
                },
            },
        }

    def _image(self) -> pulumi.Input[str]:
        image = self._args.settings.image
        return pulumi.Output.concat(self._args.repository_url, NO_IMAGE) if image is None else image.uri

    def _variables(self) -> dict[str, pulumi.Input[str]]:
        protocol = self._args.settings.target_protocol
        return {"PORT": str(self._args.port), "PROTOCOL": protocol, **self._args.variables}

    def _service(self) -> aws.ecs.Service:
        args = self._args
        return aws.ecs.Service(
            self._name,
            name=self._name,
            cluster=args.cluster.cluster.arn,
            task_definition=self.task_definition.arn,
            desired_count=args.settings.desired_count,
            # A deployment whose tasks do not become healthy fails, and says so.
            wait_for_steady_state=True,
            launch_type="FARGATE",
            platform_version=PLATFORM_VERSION,
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                subnets=args.subnet_ids, security_groups=[args.security_group_id], assign_public_ip=False
            ),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=args.target_group_arn, container_name=CONTAINER_NAME, container_port=args.port
                )
            ],
            health_check_grace_period_seconds=HEALTH_CHECK_GRACE_SECONDS,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
