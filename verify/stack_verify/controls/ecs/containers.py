"""The containers of an Amazon ECS task: what they run, what they may do, what they are told and where they log."""

from __future__ import annotations

from collections.abc import Callable

from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, verdict
from stack_verify.detect.placeholders import placeholder_in
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

# Images that tutorials run, by the name of their repository.
SAMPLES = frozenset({"amazon-ecs-sample", "hello-world", "httpd", "nginx"})


@control(
    "ecs-not-privileged",
    "Containers have no root privileges on their host",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-containers-nonprivileged",
    security_hub="ECS.4",
    remediation="Set privileged to false in the container definition.",
    rationale="A privileged container has root on its host, and with it the data of every other container there.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-4",
    reads=(),
)
def ecs_not_privileged(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _each(
        task,
        lambda container: (not container.privileged, f"privileged is {_spelt(container.privileged)}"),
        expected="not privileged",
    )


@control(
    "ecs-no-added-capabilities",
    "Containers add no Linux capabilities",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove linuxParameters.capabilities.add from the container definition.",
    rationale="Each added capability, such as SYS_ADMIN, lets a container do more to the kernel that it shares.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
    hardening=True,
    reads=(),
)
def ecs_no_added_capabilities(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        added = container.linux_parameters.capabilities.add
        return not added, f"capabilities added: {', '.join(added) or 'none'}"

    return _each(task, seen, expected="none added")


@control(
    "ecs-readonly-rootfs",
    "Containers have a read-only root file system",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecs-containers-readonly-access",
    security_hub="ECS.5",
    remediation="Set readonlyRootFilesystem to true in the container definition; mount a volume for what must change.",
    rationale="With a read-only file system an attacker cannot change the program or leave tools behind.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5",
    reads=(),
)
def ecs_readonly_rootfs(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if system := _windows(task):
        return not_applicable(f"Windows containers have no read-only file system; operatingSystemFamily is {system}")

    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        value = container.readonly_root_filesystem
        return value is True, f"readonlyRootFilesystem is {_spelt(value)}"

    return _each(task, seen, expected="true")


@control(
    "ecs-nonroot-user",
    "Containers do not run as root",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ecs-task-definition-linux-user-non-root",
    security_hub="ECS.20",
    remediation="Set user in the container definition to a user other than root.",
    rationale="A process that breaks out of its container keeps the rights of its user.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-20",
    reads=(),
)
def ecs_nonroot_user(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if system := _windows(task):
        return not_applicable(f"the user is Linux's; operatingSystemFamily is {system}")
    return _each(
        task,
        lambda container: (not is_root(container.user), f"user is {container.user or 'not set'}"),
        expected="a user other than root",
    )


@control(
    "ecs-no-env-secrets",
    "Containers receive secrets by reference, not in clear text",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    config_rule="ecs-no-environment-secrets",
    security_hub="ECS.8",
    remediation="Keep the value in Secrets Manager, name its ARN in secrets or secretOptions, and rotate the value.",
    rationale="Whoever may describe the task definition reads what it holds in clear, and every old revision keeps it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8",
    reads=(),
)
def ecs_no_env_secrets(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        found = ", ".join(secret.text() for secret in container.clear_secrets)
        files = ", ".join(file.value for file in container.environment_files)
        unread = f"; the contents of environment files are not read: {files}" if files else ""
        return not found, f"{len(container.environment)} variables, secrets in clear: {found or 'none'}{unread}"

    of_containers = _each(task, seen, expected="no secret in clear")
    volumes = ", ".join(secret.text() for secret in task.clear_secrets)
    if not volumes:
        return of_containers
    return failed(f"{of_containers.observed}; secrets in clear: {volumes}", expected="no secret in clear")


@control(
    "ecs-logging",
    "Every container has a log driver",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="ecs-task-definition-log-configuration",
    security_hub="ECS.9",
    remediation="Set logConfiguration in the container definition; for awslogs, create the log group.",
    rationale="Without its log, what a container did with health information cannot be examined.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-9",
    reads=(LogGroup,),
)
def ecs_logging(task: TaskDefinition, snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        log = container.log_configuration
        if log is None or log.log_driver != "awslogs":
            return log is not None, f"logDriver is {log.log_driver}" if log else "no logConfiguration"
        region, named = log.options.awslogs_region, log.options.awslogs_group
        if named and region not in (None, task.observed_by.region):
            return True, f"awslogs to {named} in {region}, which is not read"
        group = log_group(container, task.observed_by)
        if group is None:
            return False, "awslogs without a log group"
        if snapshot.find(LogGroup.ask(group)):
            return True, f"awslogs to {group}"
        if log.options.creates_group:
            return True, f"awslogs to {group}, which the driver creates"
        return False, f"awslogs to {group}, which does not exist"

    return _each(task, seen, expected="a log driver; for awslogs a log group that exists")


@control(
    "ecs-image-from-own-ecr",
    "Images come from the stack's own registry",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Push the image to an ECR repository of this account, or allow its registry in the policy.",
    rationale="An image from a registry of others is not scanned here and can be replaced by others.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    reads=(Repository,),
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
    "Images are pinned by a digest or an immutable tag",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    remediation="Name the image by its digest, or by a tag of a repository whose tags are immutable.",
    rationale="A tag that can be moved lets other code run under the same task definition.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    reads=(Repository,),
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
    "Images are the application's own, not samples or placeholders",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Set the image of the task definition to the application's own.",
    rationale="A stack that runs a sample image does not protect the application that was audited.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
    reads=(),
)
def no_placeholder_image(task: TaskDefinition, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    def seen(container: ContainerDefinition) -> tuple[bool, str]:
        name = container.image.rpartition("/")[2].partition("@")[0].partition(":")[0]
        sample = name in SAMPLES and own_repository(container.image, task.observed_by) is None
        return not sample and placeholder_in(container.image) is None, container.image

    return _each(task, seen, expected="an image of the application's own")


def _each(task: TaskDefinition, seen: Callable[[ContainerDefinition], tuple[bool, str]], *, expected: str) -> Verdict:
    """Passed where every container is as it should be; ``seen`` says that of one, and what was observed."""
    each = [(container.name, *seen(container)) for container in task.container_definitions]
    observed = "; ".join(f"{name}: {what}" for name, _, what in each)
    return verdict(all(good for _, good, _ in each), observed, expected=expected)


def _windows(task: TaskDefinition) -> str | None:
    """The task's operating system where it is a Windows."""
    system = task.runtime_platform.operating_system_family if task.runtime_platform else None
    return system if system is not None and system.startswith("WINDOWS") else None


def _spelt(value: bool | None) -> str:
    return "not set" if value is None else as_aws(value)


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
