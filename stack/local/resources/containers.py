"""ECR repositories; ECS clusters, task definitions and services; log groups."""

import json
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from itertools import cycle, islice
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared, Properties
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest
from stack.local.plan import Held


def _log_group(declared: Declared, clients: Clients) -> Created:
    name, retention = declared.inputs["name"], declared.take("retentionInDays")
    call_with_rest(declared, clients, "logs", "create_log_group", {"name": "logGroupName"})
    clients.client("logs").put_retention_policy(logGroupName=name, retentionInDays=retention)
    return Created(name, {"arn": clients.arn("logs", f"log-group:{name}")})


def _task_definition(declared: Declared, clients: Clients) -> Created:
    containers = json.loads(declared.take("containerDefinitions"))
    response = call_with_rest(declared, clients, "ecs", "register_task_definition", containerDefinitions=containers)
    task = response["taskDefinition"]
    arn = task["taskDefinitionArn"]
    outputs = {"arn": arn, "arnWithoutRevision": arn.rpartition(":")[0], "revision": task["revision"]}
    read = json.dumps([_as_read(container) for container in containers])
    return Created(task["family"], {**outputs, "containerDefinitions": read})


def _as_read(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """A container as ECS answers it and the provider keeps it: capabilities have both lists, asked for or not."""
    linux = container.get("linuxParameters", {})
    if "capabilities" not in linux:
        return container
    capabilities = {"add": [], "drop": [], **linux["capabilities"]}
    return {**container, "linuxParameters": {**linux, "capabilities": capabilities}}


def _service(declared: Declared, clients: Clients) -> Created:
    """The deployment's settings, which stand apart in Pulumi, are one structure in the API.

    moto forgets some of what a service is created with and keeps it when the service is updated with the same. It runs
    no tasks, and says that as many run as were asked for last, by an update.
    """
    declared.take("waitForSteadyState")  # the provider waits; moto says at once that all tasks run
    network = {**declared.take("networkConfiguration")}
    network["assignPublicIp"] = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
    deployment = {_DEPLOYMENT[name]: value for name, value in declared.take_some(*_DEPLOYMENT).items()}
    nested = {"deploymentConfiguration": deployment, "networkConfiguration": {"awsvpcConfiguration": network}}
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), **nested})
    again = {name: flat.inputs[name] for name in _FORGOTTEN if name in flat.inputs}
    service = call_with_rest(flat, clients, "ecs", "create_service", {"name": "serviceName"})["service"]
    clients.client("ecs").update_service(cluster=service["clusterArn"], service=service["serviceArn"], **again)
    _register_tasks(service, network["subnets"], clients)
    return Created(service["serviceArn"], {"arn": service["serviceArn"]})


def change_service(held: Held, declared: Declared, clients: Clients) -> Properties:
    """Replaces the tasks: the new ones are registered with the target group that the service has now."""
    names = ("desiredCount", "healthCheckGracePeriodSeconds", "loadBalancers", "taskDefinition")
    wanted = {**{name: declared.inputs[name] for name in ("cluster", *names)}, "service": held["id"]}
    flat = Declared(declared.type, declared.name, wanted)
    service = call_with_rest(flat, clients, "ecs", "update_service")["service"]
    balancers = {"loadBalancers": declared.inputs["loadBalancers"]}
    _register_tasks({**service, **balancers}, declared.inputs["networkConfiguration"]["subnets"], clients)
    return {}


def _register_tasks(service: Mapping[str, Any], subnet_ids: Sequence[str], clients: Clients) -> None:
    """Registers as many targets as the service wants tasks, spread over its subnets.

    ECS does so with each task that it runs. moto runs none, and finds every registered target healthy.
    """
    subnets = clients.client("ec2").describe_subnets(SubnetIds=list(subnet_ids))["Subnets"]
    hosts = cycle([iter(ip_network(subnet["CidrBlock"]).hosts()) for subnet in subnets])
    # AWS keeps the first addresses of each subnet to itself.
    addresses = [str(next(islice(next(hosts), _KEPT, None))) for _ in range(service["desiredCount"])]
    for entry in service["loadBalancers"]:
        targets = [{"Id": address, "Port": entry["containerPort"]} for address in addresses]
        clients.client("elbv2").register_targets(TargetGroupArn=entry["targetGroupArn"], Targets=targets)


_KEPT: Final = 8
_FORGOTTEN: Final = (
    "deploymentConfiguration",
    "desiredCount",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)

_DEPLOYMENT: Final = {
    "deploymentCircuitBreaker": "deploymentCircuitBreaker",
    "deploymentMaximumPercent": "maximumPercent",
    "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
}


def _repository(declared: Declared, clients: Clients) -> Created:
    declared.take("forceDelete")  # a word for deletion
    return _REPOSITORY(declared, clients)


_REPOSITORY: Final = Row(
    "ecr",
    "create_repository",
    id="repository.repositoryName",
    outputs={
        "arn": "repository.repositoryArn",
        "registryId": "repository.registryId",
        "repositoryUrl": "repository.repositoryUri",
    },
    renames={"name": "repositoryName", "encryptionConfigurations": "encryptionConfiguration"},
)


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:ecs/cluster:Cluster": Row(
        "ecs",
        "create_cluster",
        id="cluster.clusterArn",
        outputs={"arn": "cluster.clusterArn"},
        renames={"name": "clusterName"},
    ),
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
