"""What is concluded of a task's containers: their image, user, environment, log and secrets."""

from __future__ import annotations

import msgspec
import pytest
from stack_verify.collect.ecs import screened
from stack_verify.controls.ecs.containers import (
    ecs_image_from_own_ecr,
    ecs_image_pinned,
    ecs_logging,
    ecs_no_added_capabilities,
    ecs_no_env_secrets,
    ecs_nonroot_user,
    ecs_not_privileged,
    ecs_readonly_rootfs,
    no_placeholder_image,
)
from stack_verify.controls.secretsmanager.references import secret_referenced_by_task_exists
from stack_verify.core.control import Control, Status
from stack_verify.resources.ecr import Repository
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.resource import Resource
from stack_verify.resources.secretsmanager import Secret
from support.hand_made import ACCOUNT, REGION, answered, arn, judged, observed, said_of, snapshot

TASK = arn("ecs", "task-definition/web:1")
OWN = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


def task(*containers: dict[str, object], **fields: object) -> TaskDefinition:
    each = [
        screened({"name": f"app{number}", "image": f"{OWN}/web:1", **given}) for number, given in enumerate(containers)
    ]
    known = {"clearSecrets": (), **fields}
    return answered(TaskDefinition, taskDefinitionArn=TASK, family="web", containerDefinitions=each, **known)


def repository(name: str) -> Repository:
    return answered(
        Repository,
        repositoryName=name,
        repositoryArn=arn("ecr", f"repository/{name}"),
        imageTagMutability="IMMUTABLE",
        encryptionConfiguration={"encryptionType": "AES256"},
    )


def told(control: Control, *held: Resource, **thresholds: object) -> Status:
    return judged(control, snapshot(*held), **thresholds)[TASK]


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("app", Status.PASSED),
        ("1000", Status.PASSED),
        ("1000:0", Status.PASSED),
        ("²", Status.PASSED),
        (None, Status.FAILED),
        ("", Status.FAILED),
        ("root", Status.FAILED),
        ("root:app", Status.FAILED),
        ("0", Status.FAILED),
        ("00:1000", Status.FAILED),
    ],
)
def test_root_is_told_by_name_by_number_and_by_silence(user, status):
    assert told(ecs_nonroot_user, task({"user": user} if user is not None else {})) is status


@pytest.mark.parametrize(
    ("platform", "status"),
    [
        (None, Status.FAILED),
        ({}, Status.FAILED),
        ({"operatingSystemFamily": "LINUX"}, Status.FAILED),
        ({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}, Status.NOT_APPLICABLE),
    ],
)
def test_windows_has_no_root(platform, status):
    fields = {} if platform is None else {"runtimePlatform": platform}
    assert told(ecs_nonroot_user, task({}, **fields)) is status


def test_windows_has_no_read_only_file_system():
    windows = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
    assert told(ecs_readonly_rootfs, task({}, **windows)) is Status.NOT_APPLICABLE
    assert told(ecs_readonly_rootfs, task({})) is Status.FAILED


def test_an_added_capability_is_no_privilege_and_judged_by_itself():
    added = task({"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}})
    assert told(ecs_not_privileged, added) is Status.PASSED
    assert told(ecs_no_added_capabilities, added) is Status.FAILED
    assert told(ecs_no_added_capabilities, task({})) is Status.PASSED


def test_one_container_that_is_not_as_it_should_be_is_enough():
    assert told(ecs_not_privileged, task({}, {})) is Status.PASSED
    assert told(ecs_not_privileged, task({}, {"privileged": True})) is Status.FAILED


def variable(name: str, value: str) -> dict[str, object]:
    return {"environment": [{"name": name, "value": value}]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD_FILE", "/run/secrets/password"),
        ("ALLOW_EMPTY_PASSWORD", "yes"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"),
        ("PASSWORD_HASHER", "argon2"),
        ("DATABASE_URL", "postgres://app@db.internal/health"),
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_SECRET", arn("secretsmanager", "secret:db-AbCdEf")),
    ],
)
def test_a_variable_that_only_sounds_like_a_secret_passes(name, value):
    """T11"""
    assert told(ecs_no_env_secrets, task(variable(name, value))) is Status.PASSED


@pytest.mark.parametrize(
    "container",
    [
        variable("DATABASE_URL", "postgres://app:known-to-nobody@db.internal/health"),
        variable("REDIS_URL", "rediss://:known-to-nobody@cache.internal:6379"),
        variable("AWS_ACCESS_KEY_ID", "known-to-nobody"),
        variable("DB_PASSWORD", "changeme"),
        {"command": ["app", "--database=postgres://app:known-to-nobody@db/x"]},
        {"command": ["app", "--db-password", "known-to-nobody"]},
        {"entryPoint": ["sh", "-c", "PGPASSWORD=known-to-nobody psql"]},
        {"entryPoint": ["mysql"], "command": ["-uroot", "-pknown-to-nobody"]},
        {"healthCheck": {"command": ["CMD-SHELL", "mysqladmin ping -pknown-to-nobody"]}},
        {"dockerLabels": {"traefik.token": "known-to-nobody"}},
        {"logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "known-to-nobody"}}},
    ],
)
def test_a_secret_in_clear_fails_and_its_value_is_not_kept(container):
    """T12"""
    held = snapshot(task(container))
    status, why = said_of(ecs_no_env_secrets, held, TASK)
    assert status is Status.FAILED
    assert "known-to-nobody" not in why + msgspec.json.encode(held.resources).decode()


def test_what_a_secret_is_and_where_it_was_is_said():
    held = snapshot(task(variable("DATABASE_URL", "postgres://app:x@db/health")))
    said = "app0: 1 variables, secrets in clear: environment DATABASE_URL (a URL with a password)"
    assert said_of(ecs_no_env_secrets, held, TASK) == (Status.FAILED, said)


def test_secret_options_of_the_log_driver_are_no_secret_in_clear():
    options = [{"name": "splunk-token", "valueFrom": arn("secretsmanager", "secret:splunk-AbCdEf")}]
    held = task({"logConfiguration": {"logDriver": "splunk", "secretOptions": options}})
    assert told(ecs_no_env_secrets, held) is Status.PASSED


def test_environment_files_are_said_not_to_be_read():
    files = [{"value": "arn:aws:s3:::settings/app.env", "type": "s3"}]
    said = observed(ecs_no_env_secrets, snapshot(task({"environmentFiles": files})))
    assert said.endswith("; the contents of environment files are not read: arn:aws:s3:::settings/app.env")


def test_a_secret_in_the_options_of_a_volume_fails():
    volumes = [{"where": "volumes [0].dockerVolumeConfiguration.driverOpts.o", "kind": "a value"}]
    assert told(ecs_no_env_secrets, task({}, clearSecrets=volumes)) is Status.FAILED


def test_what_an_older_snapshot_does_not_hold_is_no_pass():
    unscreened = [{"name": "app", "image": "x"}]
    held = answered(TaskDefinition, taskDefinitionArn=TASK, family="web", containerDefinitions=unscreened)
    assert told(ecs_no_env_secrets, held) is Status.ERROR


@pytest.mark.parametrize(
    ("log", "status"),
    [
        ({"logDriver": "awsfirelens"}, Status.PASSED),
        ({"logDriver": "splunk"}, Status.PASSED),
        ({"logDriver": "json-file"}, Status.PASSED),
        ({"logDriver": "awslogs"}, Status.FAILED),
        ({"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1"}}, Status.PASSED),
        ({"logDriver": "awslogs", "options": {"awslogs-group": "unread"}}, Status.ERROR),
        (None, Status.FAILED),
    ],
    ids=["firelens", "splunk", "the host's disk", "no group", "another region", "a group that was not read", "no log"],
)
def test_a_container_has_a_log_driver_whichever_it_is(log, status):
    """T18"""
    assert told(ecs_logging, task({} if log is None else {"logConfiguration": log})) is status


def test_a_log_that_goes_to_no_group_is_told_so():
    held = snapshot(task({"logConfiguration": {"logDriver": "awslogs"}}))
    assert observed(ecs_logging, held) == "app0: awslogs without a log group"


@pytest.mark.parametrize(
    ("image", "own", "pinned", "real"),
    [
        (f"{OWN}/web:1", Status.PASSED, Status.PASSED, Status.PASSED),
        (f"{OWN}/web:latest", Status.PASSED, Status.FAILED, Status.PASSED),
        (f"{OWN}/web", Status.PASSED, Status.FAILED, Status.PASSED),
        (f"{OWN}/nginx:1", Status.PASSED, Status.PASSED, Status.PASSED),
        ("docker.example/web:1", Status.PASSED, Status.FAILED, Status.PASSED),
        ("docker.example.org/web:1", Status.FAILED, Status.FAILED, Status.PASSED),
        ("nginx:1", Status.FAILED, Status.FAILED, Status.FAILED),
        (f"public.ecr.aws/nginx/nginx@sha256:{'0a' * 32}", Status.FAILED, Status.PASSED, Status.FAILED),
        ("your-registry/your-image:1", Status.FAILED, Status.FAILED, Status.FAILED),
    ],
)
def test_an_image_is_judged_by_where_it_comes_from_and_what_it_is_called(image, own, pinned, real):
    held = (task({"image": image}), repository("web"), repository("nginx"))
    assert told(ecs_image_from_own_ecr, *held, allowed_registries=("docker.example",)) is own
    assert told(ecs_image_pinned, *held) is pinned
    assert told(no_placeholder_image, *held) is real


def secret(name: str, **fields: object) -> Secret:
    return answered(Secret, ARN=arn("secretsmanager", f"secret:{name}-123456"), Name=name, **fields)


def handed(*arns: str) -> dict[str, object]:
    return {"secrets": [{"name": f"S{number}", "valueFrom": each} for number, each in enumerate(arns)]}


THERE, GOING = secret("there"), secret("going", DeletedDate="2026-01-30T00:00:00Z")
ELSEWHERE = arn("secretsmanager", "secret:db-123456", region="eu-west-1")
SOMEBODYS = arn("secretsmanager", "secret:db-123456", account="210987654321")


@pytest.mark.parametrize(
    ("arns", "status"),
    [
        ([], Status.NOT_APPLICABLE),
        ([arn("ssm", "parameter/dsn")], Status.NOT_APPLICABLE),
        ([f"{THERE.arn}:password::"], Status.PASSED),
        ([str(THERE.arn), str(GOING.arn)], Status.FAILED),
        ([str(THERE.arn), ELSEWHERE], Status.FAILED),
        ([SOMEBODYS], Status.FAILED),
        ([arn("secretsmanager", "secret:unread-123456")], Status.ERROR),
    ],
    ids=["none", "a parameter", "there", "about to be deleted", "another region", "another account", "not read"],
)
def test_a_secret_that_a_task_names_is_there_in_its_account_and_region(arns, status):
    assert told(secret_referenced_by_task_exists, task(handed(*arns)), THERE, GOING) is status
