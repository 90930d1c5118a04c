"""Faults of the ECS cluster, its service and its task definition."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_TASK: Final = "taskDefinitionArn"

Container = Mapping[str, Any]
"""A container definition, as the API has it."""


def redefine(
    aws: Clients,
    outputs: Outputs,
    *,
    container: Callable[[Container], Container] = lambda container: container,
    **changes: Any,  # noqa: ANN401 - arguments of a boto3 call
) -> None:
    """Replaces the task definition by one of the same ARN that differs in its containers or in `changes` alone.

    A change to None leaves the argument out. AWS never gives a revision's number twice; moto does.
    """
    ecs, arn = aws.client("ecs"), outputs[_TASK]
    answer = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    definition = {name: value for name, value in answer["taskDefinition"].items() if name in known}
    containers = [container(each) for each in definition["containerDefinitions"]]
    arguments = {**definition, "containerDefinitions": containers, "tags": answer["tags"], **changes}
    ecs.deregister_task_definition(taskDefinition=arn)
    ecs.delete_task_definitions(taskDefinitions=[arn])
    ecs.register_task_definition(**{name: value for name, value in arguments.items() if value is not None})


def _network(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401 - part of a boto3 call
    ecs = aws.client("ecs")
    which = {"cluster": outputs["clusterArn"]}
    (service,) = ecs.describe_services(**which, services=[outputs["serviceArn"]])["services"]
    configuration = {**service["networkConfiguration"]["awsvpcConfiguration"], **changes}
    network = {"awsvpcConfiguration": configuration}
    ecs.update_service(**which, service=outputs["serviceArn"], networkConfiguration=network)


def _execute(aws: Clients, outputs: Outputs) -> None:
    """Turns ECS Exec on."""
    service = {"cluster": outputs["clusterArn"], "service": outputs["serviceArn"]}
    aws.client("ecs").update_service(**service, enableExecuteCommand=True)


@fault(("ecs-container-insights", "clusterArn"), ("log-groups-for-every-producer", "clusterArn"))
def ecs_container_insights(aws: Clients, outputs: Outputs) -> None:
    """The cluster no longer reports what its containers do."""
    off = [{"name": "containerInsights", "value": "disabled"}]
    aws.client("ecs").update_cluster(cluster=outputs["clusterName"], settings=off)


@fault(("ecs-service-steady", "serviceArn"))
def ecs_service_steady(aws: Clients, outputs: Outputs) -> None:
    """A rollout that fails is stopped, and not undone."""
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    which = {"cluster": outputs["clusterArn"], "service": outputs["serviceArn"]}
    aws.client("ecs").update_service(**which, deploymentConfiguration=breaker)


@fault(("ecs-service-steady", "serviceArn"), variant="stopped")
def ecs_service_steady_stopped(aws: Clients, outputs: Outputs) -> None:
    """The service is to run no tasks."""
    aws.client("ecs").update_service(cluster=outputs["clusterArn"], service=outputs["serviceArn"], desiredCount=0)


@fault(("ecs-no-public-ip", "serviceArn"))
def ecs_no_public_ip(aws: Clients, outputs: Outputs) -> None:
    """Tasks get public addresses."""
    _network(aws, outputs, assignPublicIp="ENABLED")


@fault(
    ("reach-tasks-egress-route", "serviceArn"),
    ("ecs-tasks-in-private-subnets", "serviceArn"),
    ("subnet-public-private-separated", "vpcId"),
    # The subnet and its routes are the tasks' now, and judged as such.
    ("subnet-no-auto-public-ip", "publicSubnetIds[0]"),
    ("route-no-unrestricted-igw", "routeTableIds[0]"),
    # Its routes lead to the internet, and not to the gateway endpoint for S3.
    ("vpc-endpoints-present", "vpcId"),
)
def ecs_tasks_in_private_subnets(aws: Clients, outputs: Outputs) -> None:
    """Tasks may stand in one of the load balancer's subnets, too."""
    _network(aws, outputs, subnets=[*outputs["privateSubnetIds"], outputs["publicSubnetIds"][0]])


@fault(("ecs-latest-platform", "serviceArn"))
def ecs_latest_platform(aws: Clients, outputs: Outputs) -> None:
    """The service stays on an old version of Fargate."""
    service = {"cluster": outputs["clusterArn"], "service": outputs["serviceArn"]}
    aws.client("ecs").update_service(**service, platformVersion="1.3.0")


@fault(("ecs-exec-restricted", "serviceArn"))
def ecs_exec_restricted(aws: Clients, outputs: Outputs) -> None:
    """A shell can be opened in the tasks."""
    _execute(aws, outputs)


@fault(("ecs-exec-restricted", "serviceArn"), stack="dev", variant="unlogged")
def ecs_exec_restricted_unlogged(aws: Clients, outputs: Outputs) -> None:
    """A shell can be opened in the tasks of dev, and nobody writes down what is done there."""
    _execute(aws, outputs)


@fault(("ecs-exec-restricted", "serviceArn"), stack="dev", variant="key")
def ecs_exec_restricted_key(aws: Clients, outputs: Outputs) -> None:
    """A shell can be opened in the tasks of dev, and no key of the stack's encrypts the session."""
    log = {"cloudWatchLogGroupName": outputs["taskLogGroupName"], "cloudWatchEncryptionEnabled": True}
    sessions = {"executeCommandConfiguration": {"logging": "OVERRIDE", "logConfiguration": log}}
    aws.client("ecs").update_cluster(cluster=outputs["clusterName"], configuration=sessions)
    _execute(aws, outputs)


@fault(("ecs-host-mode-user", _TASK), ("ecs-awsvpc-mode", _TASK), ("ecs-nonroot-user", _TASK))
def ecs_host_mode_user(aws: Clients, outputs: Outputs) -> None:
    """Tasks are root in the network of their host."""
    redefine(
        aws,
        outputs,
        container=lambda container: {**container, "user": "root"},
        networkMode="host",
        requiresCompatibilities=["EC2"],
    )


@fault(("ecs-awsvpc-mode", _TASK))
def ecs_awsvpc_mode(aws: Clients, outputs: Outputs) -> None:
    """Tasks share the network of their host."""
    redefine(aws, outputs, networkMode="host", requiresCompatibilities=["EC2"])


@fault(("ecs-pid-mode", _TASK))
def ecs_pid_mode(aws: Clients, outputs: Outputs) -> None:
    """Tasks share the processes of their host."""
    redefine(aws, outputs, pidMode="host", requiresCompatibilities=["EC2"])


@fault(("ecs-memory-limit", _TASK))
def ecs_memory_limit(aws: Clients, outputs: Outputs) -> None:
    """Tasks reserve memory, and take as much as there is."""
    reserving = {"memoryReservation": 512}
    redefine(
        aws,
        outputs,
        container=lambda container: {**container, **reserving},
        memory=None,
        requiresCompatibilities=None,
    )


@fault(
    ("ecs-role-separation", _TASK),
    # As a task role it is judged by what the application may do.
    ("iam-task-role-least-privilege", "executionRoleArn"),
)
def ecs_role_separation(aws: Clients, outputs: Outputs) -> None:
    """The application runs with the role that starts it."""
    redefine(aws, outputs, taskRoleArn=outputs["executionRoleArn"])


@fault(("ecs-role-separation", _TASK), variant="unset")
def ecs_role_separation_unset(aws: Clients, outputs: Outputs) -> None:
    """The application has no role of its own."""
    redefine(aws, outputs, taskRoleArn=None)


@fault(("ecs-not-privileged", _TASK))
def ecs_not_privileged(aws: Clients, outputs: Outputs) -> None:
    """The container has all privileges on its host."""
    redefine(aws, outputs, container=lambda container: {**container, "privileged": True})


@fault(("ecs-no-added-capabilities", _TASK))
def ecs_no_added_capabilities(aws: Clients, outputs: Outputs) -> None:
    """The container may administer its host's network."""
    added = {"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}}
    redefine(aws, outputs, container=lambda container: {**container, **added})


@fault(("ecs-readonly-rootfs", _TASK))
def ecs_readonly_rootfs(aws: Clients, outputs: Outputs) -> None:
    """The container may write to its root file system."""
    redefine(aws, outputs, container=lambda container: {**container, "readonlyRootFilesystem": False})


@fault(("ecs-nonroot-user", _TASK))
def ecs_nonroot_user(aws: Clients, outputs: Outputs) -> None:
    """The container runs as root, by its number."""
    redefine(aws, outputs, container=lambda container: {**container, "user": "0:10001"})


@fault(("ecs-nonroot-user", _TASK), variant="unset")
def ecs_nonroot_user_unset(aws: Clients, outputs: Outputs) -> None:
    """The container runs as whoever its image says."""
    redefine(aws, outputs, container=lambda container: _without(container, "user"))


@fault(("ecs-no-env-secrets", _TASK))
def ecs_no_env_secrets(aws: Clients, outputs: Outputs) -> None:
    """A password stands in the plain environment."""
    password = {"name": "DATABASE_PASSWORD", "value": "known to the emulator alone"}
    redefine(
        aws,
        outputs,
        container=lambda container: {**container, "environment": [*container["environment"], password]},
    )


@fault(("ecs-no-env-secrets", _TASK), variant="url")
def ecs_no_env_secrets_url(aws: Clients, outputs: Outputs) -> None:
    """The address of the database holds its password, under a name that says nothing of it."""
    address = {"name": "DATABASE", "value": "postgres://app:known-to-the-emulator@db.internal/health"}
    redefine(
        aws,
        outputs,
        container=lambda container: {**container, "environment": [*container["environment"], address]},
    )


@fault(("ecs-no-env-secrets", _TASK), variant="command")
def ecs_no_env_secrets_command(aws: Clients, outputs: Outputs) -> None:
    """The command is handed a password."""
    redefine(
        aws,
        outputs,
        container=lambda container: {**container, "command": ["app", "--db-password", "known-to-the-emulator"]},
    )


@fault(("ecs-logging", _TASK))
def ecs_logging(aws: Clients, outputs: Outputs) -> None:
    """The container logs nowhere."""
    redefine(aws, outputs, container=lambda container: _without(container, "logConfiguration"))


@fault(("ecs-logging", _TASK), ("iam-task-role-can-do-its-job", _TASK), variant="no-group")
def ecs_logging_no_group(aws: Clients, outputs: Outputs) -> None:
    """The container logs to a group that does not exist."""

    def elsewhere(container: Container) -> Container:
        log = container["logConfiguration"]
        options = {**log["options"], "awslogs-group": f"{outputs['taskLogGroupName']}-gone"}
        return {**container, "logConfiguration": {**log, "options": options}}

    redefine(aws, outputs, container=elsewhere)


# The vulnerabilities of what comes from elsewhere are not known.
@fault(("ecs-image-from-own-ecr", _TASK), ("ecr-no-critical-findings", _TASK))
def ecs_image_from_own_ecr(aws: Clients, outputs: Outputs) -> None:
    """The image comes from a public registry, pinned by its digest."""
    image = f"public.ecr.aws/company/application@sha256:{'0123456789abcdef' * 4}"
    redefine(aws, outputs, container=lambda container: {**container, "image": image})


@fault(("ecs-image-pinned", _TASK), ("ecr-no-critical-findings", _TASK))
def ecs_image_pinned(aws: Clients, outputs: Outputs) -> None:
    """The image is whatever was pushed last."""
    image = f"{outputs['ecrRepositoryUrl']}:latest"
    redefine(aws, outputs, container=lambda container: {**container, "image": image})


@fault(
    *((control, _TASK) for control in ("no-placeholder-image", "ecs-image-from-own-ecr", "ecs-image-pinned")),
    ("ecr-no-critical-findings", _TASK),
)
def no_placeholder_image(aws: Clients, outputs: Outputs) -> None:
    """The image is a tutorial's."""
    redefine(aws, outputs, container=lambda container: {**container, "image": "nginx:1.27"})


def _without(container: Container, field: str) -> Container:
    return {name: value for name, value in container.items() if name != field}
