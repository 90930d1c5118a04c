"""Amazon ECS: what the cluster tells, where its tasks stand, and what their containers may do."""

from __future__ import annotations

from stack_verify.controls.ecs.containers import is_root
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.network.endpoints import interface
from stack_verify.network.routes import internet_routes, route_table
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import INSIGHTS, Cluster, ExecuteCommandConfiguration
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

ALL_RUN = "as many as desired or more, and one at least"
ROLLED_OUT = "the rollout COMPLETED without failed tasks, and a circuit breaker that rolls back"
SESSIONS = "sessions logged, the log encrypted, and the session with a customer-managed key"


@control(
    "ecs-container-insights",
    "The cluster reports what its containers do",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="ecs-container-insights-enabled",
    security_hub="ECS.12",
    remediation="Set containerInsights to enabled or enhanced in the cluster's settings.",
    rationale="Without metrics of tasks, failures and attacks on capacity go unnoticed.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-12",
    reads=(),
)
def ecs_container_insights(cluster: Cluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    value = cluster.insights
    return verdict(value in INSIGHTS, f"containerInsights is {value or 'not set'}", expected=" or ".join(INSIGHTS))


@control(
    "ecs-no-public-ip",
    "Tasks get no public address",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    security_hub="ECS.2",
    remediation="Set assign_public_ip to false in the service's network configuration.",
    rationale="A public address makes tasks reachable from the internet.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2",
    reads=(),
)
def ecs_no_public_ip(service: Service, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    network = interface(service)
    if network is None:
        return not_applicable("the service's tasks have no network interface of their own")
    value = network.assign_public_ip
    return verdict(value == "DISABLED", f"assignPublicIp is {value}", expected="DISABLED")


@control(
    "ecs-tasks-in-private-subnets",
    "Tasks run in subnets without a route to an internet gateway",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Put the service in private subnets: their route table leads outside through a NAT gateway at most.",
    rationale="Without a route to an internet gateway, a change to a security group cannot expose tasks.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html",
    reads=(RouteTable, Subnet),
)
def ecs_tasks_in_private_subnets(service: Service, snapshot: Snapshot, _policy: Policy) -> Verdict:
    network = interface(service)
    if network is None:
        return not_applicable("the service's tasks have no network interface of their own")
    subnets = (snapshot.require(Subnet, subnet) for subnet in network.subnets)
    routes = {subnet.subnet_id: internet_routes(route_table(subnet, snapshot)) for subnet in subnets}
    observed = "; ".join(f"{subnet}: {', '.join(found) or 'none'}" for subnet, found in routes.items())
    return verdict(not any(routes.values()), f"routes to an internet gateway of {observed}", expected="none")


@control(
    "ecs-exec-restricted",
    "ECS Exec is off, or its sessions are logged and encrypted",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)", "164.312(a)(1)"),
    remediation="Set enable_execute_command of the service to false; where it is needed, log and encrypt the sessions.",
    rationale="A shell in a task reads ePHI and secrets without leaving a trace in the application's log.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    reads=(Cluster, DeclaredResource, Key, StackOutput, TaggedResource),
)
def ecs_exec_restricted(service: Service, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not service.enable_execute_command:
        return passed("enableExecuteCommand is false")
    if not policy.allow_ecs_exec:
        return failed("enableExecuteCommand is true", expected="false (allow_ecs_exec is false)")
    cluster = snapshot.require(Cluster, service.cluster_arn)
    sessions = cluster.configuration and cluster.configuration.execute_command_configuration
    if not sessions or not _logged(sessions):
        return failed("enableExecuteCommand is true, and its sessions are not logged encrypted", expected=SESSIONS)
    return own_key(sessions.kms_key_id, cluster, snapshot)


@control(
    "ecs-latest-platform",
    "Tasks run on a current version of the Fargate platform",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecs-fargate-latest-platform-version",
    security_hub="ECS.10",
    remediation="Set platform_version of the service to LATEST or to the newest, and deploy it again.",
    rationale="Old platform versions lack security fixes of kernel and runtime.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-10",
    reads=(),
)
def ecs_latest_platform(service: Service, _snapshot: Snapshot, policy: Policy) -> Verdict:
    version, current = service.platform, policy.current_platform_versions
    if version is None:
        return not_applicable("the service's tasks do not run on Fargate")
    return verdict(version in current, f"platformVersion is {version}", expected=f"one of {', '.join(current)}")


@control(
    "ecs-service-steady",
    "The service runs all its tasks, and undoes a rollout that fails",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Read the service's events and its stopped tasks; turn deployment_circuit_breaker on with rollback.",
    rationale="A service with too few tasks, or a failed rollout that stays, is not available when it is needed.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    reads=(),
)
def ecs_service_steady(service: Service, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    desired, running = service.desired_count, service.running_count
    observed, all_run = f"runningCount is {running} of {desired}", running >= desired > 0
    if service.controller != "ECS":
        return verdict(all_run, observed, expected=ALL_RUN)
    latest = next((each for each in service.deployments if each.status == "PRIMARY"), None)
    done = latest is not None and latest.rollout_state == "COMPLETED" and latest.failed_tasks == 0
    told = f"{latest.rollout_state} with {latest.failed_tasks} failed tasks" if latest else "none"
    guarded, guard = _guarded(service)
    observed += f"; rollout: {told}; {guard}"
    if all_run and guarded and latest and latest.rollout_state == "IN_PROGRESS" and latest.failed_tasks == 0:
        return _rolling(service, observed)
    return verdict(all_run and guarded and done, observed, expected=f"{ALL_RUN}; {ROLLED_OUT}")


@control(
    "ecs-awsvpc-mode",
    "Tasks have a network interface of their own",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="ecs-task-definition-network-mode-not-host",
    security_hub="ECS.17",
    remediation="Set network_mode of the task definition to awsvpc.",
    rationale="Tasks without their own interface share their host's security groups and cannot be separated.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-17",
    reads=(),
)
def ecs_awsvpc_mode(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    mode = task.network_mode
    return verdict(mode == "awsvpc", f"networkMode is {mode or 'not set'}", expected="awsvpc")


@control(
    "ecs-host-mode-user",
    "Tasks in the host's network run neither as root nor privileged",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-task-definition-user-for-host-mode-check",
    security_hub="ECS.1",
    remediation="Set network_mode to awsvpc; else set user to one other than root and privileged to false.",
    rationale="A root container in the host's network controls the host and all its tasks.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-1",
    reads=(),
)
def ecs_host_mode_user(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if task.network_mode != "host":
        return passed(f"networkMode is {task.network_mode or 'not set'}")
    mighty = [each.name for each in task.container_definitions if each.privileged or is_root(each.user)]
    observed = f"networkMode is host; containers that are root or privileged: {', '.join(mighty) or 'none'}"
    return verdict(not mighty, observed, expected="none, or another networkMode")


@control(
    "ecs-pid-mode",
    "Tasks do not share the host's processes",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-task-definition-pid-mode-check",
    security_hub="ECS.3",
    remediation="Leave out pid_mode of the task definition, or set it to task.",
    rationale="A task that sees the host's processes reads memory and environment of other tasks.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-3",
    reads=(),
)
def ecs_pid_mode(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    mode = task.pid_mode
    return verdict(mode != "host", f"pidMode is {mode or 'not set'}", expected="not set, or task")


@control(
    "ecs-memory-limit",
    "Tasks cannot take more memory than they are given",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="ecs-task-definition-memory-hard-limit",
    remediation="Set memory on the task definition, or on each of its containers.",
    rationale="A task without a limit can take the memory that others need to stay available.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/ecs-task-definition-memory-hard-limit.html",
    reads=(),
)
def ecs_memory_limit(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if task.memory is not None:
        return passed(f"memory of the task is {task.memory} MiB")
    without = [container.name for container in task.container_definitions if container.memory is None]
    observed = f"no memory of the task; containers without a limit: {', '.join(without) or 'none'}"
    return verdict(not without, observed, expected="a limit of the task, or of each container")


@control(
    "ecs-role-separation",
    "The application does not run with the role that starts it",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"),
    remediation="Give the task definition a task_role_arn of its own, apart from execution_role_arn.",
    rationale="One role for both gives the application what only ECS needs, such as secrets of other containers.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html",
    reads=(),
)
def ecs_role_separation(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    of_task, of_execution = task.task_role_arn, task.execution_role_arn
    if of_task is None or of_execution is None:
        missing = "taskRoleArn" if of_task is None else "executionRoleArn"
        return failed(f"{missing} is not set", expected="two different roles")
    observed = f"taskRoleArn is {as_aws(of_task)}, executionRoleArn is {as_aws(of_execution)}"
    return verdict(of_task != of_execution, observed, expected="two different roles")


def _guarded(service: Service) -> tuple[bool, str]:
    """Whether a rollout that fails is undone, and by what. A circuit breaker is for rolling updates only (ECS API)."""
    configuration = service.deployment_configuration
    if configuration.strategy != "ROLLING":
        return True, f"{configuration.strategy} keeps the revision before until the new one is accepted"
    breaker = configuration.deployment_circuit_breaker
    guarded = breaker is not None and breaker.enable and breaker.rollback
    return guarded, f"the circuit breaker {'rolls back' if guarded else 'does not roll back'}"


def _rolling(service: Service, observed: str) -> Verdict:
    """What a rollout under way says while all tasks run and none failed: one in two groups may take hours."""
    if service.deployment_configuration.strategy != "ROLLING":
        return passed(observed)
    raise Unanswered(f"{observed}: it is under way; run again when it is over")


def _logged(sessions: ExecuteCommandConfiguration) -> bool:
    """Whether the sessions are written somewhere, and everywhere they are written to is encrypted."""
    log = sessions.log_configuration
    if log is None or sessions.logging != "OVERRIDE":
        return False
    groups = (log.cloud_watch_log_group_name, log.cloud_watch_encryption_enabled)
    targets = [encrypted for name, encrypted in (groups, (log.s3_bucket_name, log.s3_encryption_enabled)) if name]
    return bool(targets) and all(targets)
