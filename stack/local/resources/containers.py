"""ECR repositories; ECS clusters, task definitions and services; log groups."""

import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest


def _log_group(declared: Declared, clients: Clients) -> Created:
    declared.take("skipDestroy")
    name, retention = declared.inputs["name"], declared.take("retentionInDays")
    call_with_rest(declared, clients, "logs", "create_log_group", {"name": "logGroupName"})
    if retention:
        clients.client("logs").put_retention_policy(logGroupName=name, retentionInDays=int(retention))
    return Created(name, {"arn": clients.arn("logs", f"log-group:{name}")})


def _cluster(declared: Declared, clients: Clients) -> Created:
    configuration = {"configuration": _with_nested_log(declared.take("configuration", {}))}
    given = configuration if configuration["configuration"] else {}
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), **given})
    cluster = call_with_rest(flat, clients, "ecs", "create_cluster", {"name": "clusterName"})["cluster"]
    return Created(cluster["clusterArn"], {"arn": cluster["clusterArn"], "name": cluster["clusterName"]})


_LOG: Final = {"cloudWatchEncryptionEnabled": "cloudWatchEncryptionEnabled", "s3BucketEncryptionEnabled": "s3EncryptionEnabled"}


def _with_nested_log(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The execute-command log configuration with the one name that differs from the API's."""
    execute = dict(configuration.get("executeCommandConfiguration", {}))
    if "logConfiguration" in execute:
        execute["logConfiguration"] = {_LOG.get(name, name): value for name, value in execute["logConfiguration"].items()}
    return {**configuration, "executeCommandConfiguration": execute} if execute else dict(configuration)


def _task_definition(declared: Declared, clients: Clients) -> Created:
    declared.take_some("skipDestroy", "trackLatest")
    containers = json.loads(declared.take("containerDefinitions"))
    response = call_with_rest(declared, clients, "ecs", "register_task_definition", containerDefinitions=containers)
    task = response["taskDefinition"]
    arn = task["taskDefinitionArn"]
    outputs = {"arn": arn, "arnWithoutRevision": arn.rpartition(":")[0], "revision": task["revision"]}
    return Created(task["family"], outputs)


def _service(declared: Declared, clients: Clients) -> Created:
    """The deployment's settings, which stand apart in Pulumi, are one structure in the API."""
    declared.take_some("waitForSteadyState", "forceNewDeployment", "forceDelete", "triggers")
    network = dict(declared.take("networkConfiguration", {}))
    if "assignPublicIp" in network:
        network["assignPublicIp"] = "ENABLED" if network["assignPublicIp"] else "DISABLED"
    names = {
        "deploymentCircuitBreaker": "deploymentCircuitBreaker",
        "deploymentMaximumPercent": "maximumPercent",
        "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
    }
    deployment = {
        **declared.take("deploymentConfiguration", {}),
        **{names[name]: value for name, value in declared.take_some(*names).items()},
    }
    nested = {"deploymentConfiguration": deployment, "networkConfiguration": {"awsvpcConfiguration": network}}
    if not network:
        del nested["networkConfiguration"]
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), **nested})
    renames = {"name": "serviceName", "iamRole": "role"}
    service = call_with_rest(flat, clients, "ecs", "create_service", renames)["service"]
    return Created(service["serviceArn"], {"arn": service["serviceArn"], "name": service["serviceName"]})


def _repository(declared: Declared, clients: Clients) -> Created:
    declared.take("forceDelete")
    renames = {"name": "repositoryName", "encryptionConfigurations": "encryptionConfiguration"}
    repository = call_with_rest(declared, clients, "ecr", "create_repository", renames)["repository"]
    return Created(
        repository["repositoryName"],
        {
            "arn": repository["repositoryArn"],
            "registryId": repository["registryId"],
            "repositoryUrl": repository["repositoryUri"],
        },
    )


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:ecs/cluster:Cluster": _cluster,
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:ecs/service:Service": _service,
    "aws:ecr/repository:Repository": _repository,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Row(
        "ecr",
        "put_lifecycle_policy",
        id="repositoryName",
        outputs={"registryId": "registryId"},
        renames={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
    ),
}
