"""The containers of an Amazon ECS task: what they run, what they may do, what they are told and where they log."""

from __future__ import annotations

from collections.abc import Callable

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.detect.placeholders import placeholder_in
from stack_verify.detect.secrets import named_secret
from stack_verify.policy import Policy
from stack_verify.resources.ecr import Repository
from stack_verify.resources.ecs import (
    ContainerDefinition,
    TaskDefinition,
    log_group,
    own_repository,
)
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import ApiCall
from stack_verify.snapshot import Snapshot

LOG_DRIVERS = ("awslogs", "awsfirelens")
# Secrets whose names do not say so (Security Hub control ECS.8).
KEYS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"})
# Images that tutorials run, by the name of their repository.
SAMPLES = frozenset({"amazon-ecs-sample", "hello-world", "httpd", "nginx"})


@control(
    "ecs-not-privileged",
    "Containers have no privileges on their host",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-containers-nonprivileged",
    security_hub="ECS.4",
    remediation="Set privileged to false and add no Linux capabilities in the container definition.",
)
def ecs_not_privileged(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        added = container.linux_parameters.capabilities.add
        held = f"privileged is {container.privileged}, capabilities added: {', '.join(added) or 'none'}"
        return not container.privileged and not added, held

    return _each(task, seen, expected="not privileged, no capabilities added")


@control(
    "ecs-readonly-rootfs",
    "Containers cannot change their own files",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecs-containers-readonly-access",
    security_hub="ECS.5",
    remediation="Set readonlyRootFilesystem to true in the container definition; mount a volume for what must change.",
)
def ecs_readonly_rootfs(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        value = container.readonly_root_filesystem
        return value is True, f"readonlyRootFilesystem is {value}"

    return _each(task, seen, expected="true")


@control(
    "ecs-nonroot-user",
    "Containers do not run as root",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-task-definition-linux-user-non-root",
    security_hub="ECS.20",
    remediation="Set user in the container definition to a user other than root.",
)
def ecs_nonroot_user(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    system = task.runtime_platform.operating_system_family if task.runtime_platform else None
    if system is not None and system.startswith("WINDOWS"):
        return not_applicable(f"the user is Linux's; operatingSystemFamily is {system}")
    return _each(
        task,
        lambda container: (not is_root(container.user), f"user is {container.user or 'not set'}"),
        expected="a user other than root",
    )


@control(
    "ecs-no-env-secrets",
    "Containers are handed secrets by reference, never as plain environment",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    config_rule="ecs-no-environment-secrets",
    security_hub="ECS.8",
    remediation="Keep the value in Secrets Manager, name its ARN under secrets, and replace what was exposed.",
)
def ecs_no_env_secrets(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        names = [variable.name for variable in container.environment]
        secret = [name for name in names if name in KEYS or named_secret(name)]
        return not secret, f"{len(names)} variables, named like secrets: {', '.join(secret) or 'none'}"

    return _each(task, seen, expected="none named like a secret")


@control(
    "ecs-logging",
    "Containers log to a place that exists",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="ecs-task-definition-log-configuration",
    security_hub="ECS.9",
    remediation="Set logConfiguration in the container definition: awslogs with a log group of this region.",
)
def ecs_logging(task: TaskDefinition, snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        log = container.log_configuration
        if log is None:
            return False, "no logConfiguration"
        if log.log_driver != "awslogs":
            return log.log_driver in LOG_DRIVERS, f"logDriver is {log.log_driver}"
        group = log_group(container, task.observed_by)
        exists = group is not None and bool(snapshot.find(LogGroup.ask(group)))
        return exists, f"awslogs to {group or 'no log group of this region'}{'' if exists else ', which is not there'}"

    return _each(task, seen, expected=f"{' or '.join(LOG_DRIVERS)}, with a log group that exists")


@control(
    "ecs-image-from-own-ecr",
    "Images come from the stack's own registry",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Push the image to an ECR repository of this account, or allow its registry in the policy.",
)
def ecs_image_from_own_ecr(task: TaskDefinition, snapshot: Snapshot, policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        if any(container.image.startswith(f"{registry}/") for registry in policy.allowed_registries):
            return True, f"{container.image}, of a registry that the policy allows"
        repository = _repository(container, task.observed_by, snapshot)
        return repository is not None, container.image

    return _each(task, seen, expected="an ECR repository of this account and region, that exists")


@control(
    "ecs-image-pinned",
    "Images cannot change under their name",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    remediation="Name the image by its digest, or by a tag of a repository whose tags are immutable.",
)
def ecs_image_pinned(task: TaskDefinition, snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        image = container.image
        if "@sha256:" in image:
            return True, f"{image}, a digest"
        repository = _repository(container, task.observed_by, snapshot)
        if repository is None:
            return False, f"{image}, a tag of a repository that is not this account's"
        mutability = repository.image_tag_mutability
        return _tagged(image) and mutability == "IMMUTABLE", f"{image}, imageTagMutability {mutability}"

    return _each(task, seen, expected="a digest, or a tag other than latest that is IMMUTABLE")


@control(
    "no-placeholder-image",
    "Images are the application's, no sample and no placeholder",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Set the image of the task definition to the application's own.",
)
def no_placeholder_image(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        name = container.image.rpartition("/")[2].partition("@")[0].partition(":")[0]
        sample = name in SAMPLES and own_repository(container.image, task.observed_by) is None
        return not sample and placeholder_in(container.image) is None, container.image

    return _each(task, seen, expected="an image of the application's own")


def _each(task: TaskDefinition, seen: Callable[[ContainerDefinition], tuple[bool, str]], *, expected: str) -> Verdict:
    """Passed where every container is as it should be; ``seen`` tells that of one, and what was observed."""
    each = [(container.name, *seen(container)) for container in task.container_definitions]
    observed = "; ".join(f"{name}: {what}" for name, _, what in each)
    return verdict(all(good for _, good, _ in each), observed, expected=expected)


def is_root(user: str | None) -> bool:
    """Whether a container's user is root: by name, by number, or because none is set and the image may say so."""
    name = (user or "").partition(":")[0]
    return name in ("", "root") or (name.isdecimal() and int(name) == 0)


def _tagged(image: str) -> bool:
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag not in ("", "latest")


def _repository(container: ContainerDefinition, named_by: ApiCall, snapshot: Snapshot) -> Repository | None:
    """The repository of this account and region that the image is in; None where AWS says there is none."""
    name = own_repository(container.image, named_by)
    return None if name is None else next(iter(snapshot.within(Repository, name)), None)
