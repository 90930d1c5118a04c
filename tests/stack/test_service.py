"""The service: tasks without privilege, each role with the least it needs."""

import json
from typing import Any

import pytest
from support.stack_deployment import ACCOUNT, DEV, Deployment, deploy

SECRET_KEY = "arn:aws:Key/healthcare-secrets-blue7"
OWN_REPOSITORY = "arn:aws:Repository/healthcare-service-blue7"


def container(stack: Deployment) -> dict[str, Any]:
    (definition,) = json.loads(stack.one("TaskDefinition").inputs["containerDefinitions"])
    return definition


def dependencies(stack: Deployment, kind: str, part: str = "") -> set[str]:
    return {r.name for r in stack.resources if r.urn in stack.one(kind, part).dependencies}


def test_the_container_has_no_privilege(any_stack: Deployment):
    definition = container(any_stack)
    keys = ("privileged", "readonlyRootFilesystem", "user", "linuxParameters")
    assert {key: definition[key] for key in keys} == {
        "privileged": False,
        "readonlyRootFilesystem": True,
        "user": "10001:10001",
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
    }


def test_secrets_are_given_by_reference_and_variables_hold_none(any_stack: Deployment):
    definition = container(any_stack)
    assert definition["secrets"] == [
        {"name": "APPLICATION_SECRET", "valueFrom": "arn:aws:Secret/healthcare-application-blue7"}
    ]
    assert {variable["name"]: variable["value"] for variable in definition["environment"]} == {
        "PORT": "8080",
        "PROTOCOL": "HTTP" if any_stack.outputs["environment"] == "dev" else "HTTPS",
        "ENVIRONMENT": any_stack.outputs["environment"],
        "DATABASE_HOST": "db.rds",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "healthcare",
        "DATABASE_USER": "application",
        "DATA_BUCKET": "healthcare-data-210987654321-sa-east-1-blue7",
        "DATA_PREFIX": "documents/",
    }


def test_the_container_logs_to_the_encrypted_group(any_stack: Deployment):
    assert container(any_stack)["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/healthcare/tasks-blue7",
            "awslogs-region": "sa-east-1",
            "awslogs-stream-prefix": "application",
        },
    }


def test_the_task_definition_is_for_fargate(any_stack: Deployment):
    definition = any_stack.one("TaskDefinition").inputs
    keys = ("networkMode", "requiresCompatibilities", "cpu", "memory")
    assert [definition[key] for key in keys] == ["awsvpc", ["FARGATE"], "256", "512"]


def test_size_and_count_come_from_the_settings():
    stack = deploy({**DEV, "cpu": "1024", "memory": "4096", "desiredCount": "3"})
    definition = stack.one("TaskDefinition").inputs
    assert (definition["cpu"], definition["memory"]) == ("1024", "4096")
    assert stack.one("Service").inputs["desiredCount"] == 3


def test_tasks_run_in_the_private_subnets_without_public_addresses(any_stack: Deployment):
    assert any_stack.one("Service").inputs["networkConfiguration"] == {
        "assignPublicIp": False,
        "securityGroups": ["SecurityGroup/healthcare-tasks-blue7"],
        "subnets": ["Subnet/healthcare-private-1-blue7", "Subnet/healthcare-private-2-blue7"],
    }


def test_a_failed_deployment_rolls_back_and_nobody_enters_a_task(any_stack: Deployment):
    service = any_stack.one("Service").inputs
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (service["enableExecuteCommand"], service["platformVersion"]) == (False, "1.4.0")
    assert (service["launchType"], service["propagateTags"]) == ("FARGATE", "SERVICE")


def test_tasks_start_when_everything_they_need_is_there(any_stack: Deployment):
    needed = dependencies(any_stack, "Service")
    assert {
        f"healthcare-{part}-blue7"
        for part in ("listener", "tasks-to-s3", "tasks-to-endpoints", "s3", "ecr-dkr", "application", "execution")
    } <= needed


def test_container_insights_are_on_and_log_to_a_group_that_exists_before(any_stack: Deployment):
    assert any_stack.one("Cluster").inputs["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert "healthcare-container-insights-blue7" in dependencies(any_stack, "Cluster")


def test_the_roles_are_distinct_and_trusted_for_this_account(any_stack: Deployment):
    definition = any_stack.one("TaskDefinition").inputs
    assert definition["executionRoleArn"] == "arn:aws:Role/healthcare-execution-blue7"
    assert definition["taskRoleArn"] == "arn:aws:Role/healthcare-task-blue7"
    for part in ("execution", "task"):
        (trust,) = json.loads(any_stack.one("Role", part).inputs["assumeRolePolicy"])["Statement"]
        assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert trust["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "210987654321"},
            "ArnLike": {"aws:SourceArn": "arn:aws:ecs:sa-east-1:210987654321:*"},
        }


def test_the_execution_role_starts_tasks_and_no_more(any_stack: Deployment):
    policy = any_stack.policy("RolePolicy", "execution")
    assert {sid: (s["Action"], s["Resource"]) for sid, s in policy.items()} == {
        "LogInToRegistry": (["ecr:GetAuthorizationToken"], "*"),
        "PullImage": (
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [OWN_REPOSITORY, f"arn:aws:ecr:sa-east-1:{ACCOUNT}:repository/platform"],
        ),
        "PullGuardDutyAgent": (
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "arn:aws:ecr:sa-east-1:*:repository/aws-guardduty-agent-fargate",
        ),
        "WriteLogs": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            "arn:aws:LogGroup/healthcare-tasks-blue7:*",
        ),
        "ReadSecret": (["secretsmanager:GetSecretValue"], "arn:aws:Secret/healthcare-application-blue7"),
        "DecryptSecret": (["kms:Decrypt"], SECRET_KEY),
    }
    assert policy["DecryptSecret"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "secretsmanager.sa-east-1.amazonaws.com"}
    }


def test_the_task_role_reaches_its_objects_and_its_database_user(any_stack: Deployment):
    bucket, key = "arn:aws:Bucket/healthcare-data-blue7", "arn:aws:Key/healthcare-storage-blue7"
    policy = any_stack.policy("RolePolicy", "task")
    assert {sid: (s["Action"], s["Resource"]) for sid, s in policy.items()} == {
        "ListOwnObjects": (["s3:ListBucket"], bucket),
        "ReadAndWriteOwnObjects": (["s3:GetObject", "s3:PutObject"], f"{bucket}/documents/*"),
        "UseObjectKey": (["kms:Decrypt", "kms:GenerateDataKey"], key),
        "ConnectToDatabase": (
            ["rds-db:connect"],
            "arn:aws:rds-db:sa-east-1:210987654321:dbuser:db-ABCDEFGH/application",
        ),
    }
    assert policy["ListOwnObjects"]["Condition"] == {"StringLike": {"s3:prefix": "documents/*"}}
    assert policy["UseObjectKey"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.sa-east-1.amazonaws.com"}}


@pytest.mark.parametrize(
    ("image", "repositories"),
    [
        (
            "333322221111.dkr.ecr.us-east-1.amazonaws.com/shared/app:2",
            [OWN_REPOSITORY, "arn:aws:ecr:us-east-1:333322221111:repository/shared/app"],
        ),
        ("quay.io/clinic/app:2", [OWN_REPOSITORY]),
    ],
)
def test_images_are_pulled_from_the_repository_of_the_settings_wherever_it_is(image, repositories):
    stack = deploy({**DEV, "image": image, "allowInternetEgress": "true"})
    assert stack.policy("RolePolicy", "execution")["PullImage"]["Resource"] == repositories


def test_no_role_may_do_everything_or_reach_everything(any_stack: Deployment):
    unbounded = set()
    for policy in any_stack.of("RolePolicy"):
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            if statement["Resource"] == "*" or any(action.endswith("*") for action in statement["Action"]):
                unbounded.add((policy.name, statement["Sid"]))
    assert unbounded == {("healthcare-execution-blue7", "LogInToRegistry")}


def test_without_an_image_no_task_is_started_and_with_one_a_deployment_waits_for_its_tasks(any_stack: Deployment):
    waiting = deploy({name: value for name, value in DEV.items() if name != "image"})
    assert waiting.one("Service").inputs["desiredCount"] == 0
    assert container(waiting)["image"] == "registry/healthcare-service-blue7:not-pushed-yet"
    assert waiting.policy("RolePolicy", "execution")["PullImage"]["Resource"] == [OWN_REPOSITORY]
    service = any_stack.one("Service").inputs
    assert (service["desiredCount"], service["waitForSteadyState"]) == (1, True)
