"""Reads Amazon ECS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import to_builtins

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Body, Malformed, Reader, Response
from stack_verify.collect.redaction import clear_command, clear_members, clear_variables
from stack_verify.collect.tags import tag_map
from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import Cluster

# What is deleted is still described for a while; it is gone all the same.
GONE = "INACTIVE"
# ECS has no code of its own for it.
NO_REVISION = (("ClientException", "Unable to describe task definition"),)


@collects_many(Cluster, "ecs:DescribeClusters", size=100)
def clusters(reader: Reader, keys: Sequence[str]) -> Answers:
    """The clusters with these ARNs."""
    include = ["SETTINGS", "CONFIGURATIONS", "TAGS"]
    response = reader.call("ecs", "DescribeClusters", clusters=list(keys), include=include)
    for item in _present(response, "clusters"):
        cluster = response.decode(Cluster, item, **_tags(item))
        yield cluster.cluster_arn, cluster


@collects_many(Service, "ecs:DescribeServices", size=10)
def services(reader: Reader, keys: Sequence[str]) -> Answers:
    """The services with these ARNs; one call for each cluster."""
    by_cluster: dict[str, list[str]] = {}
    for key in keys:
        by_cluster.setdefault(_cluster_of(key), []).append(key)
    for cluster, arns in by_cluster.items():
        response = reader.call(
            "ecs",
            "DescribeServices",
            cluster=cluster,
            services=arns,
            include=["TAGS"],
            answers=("ClusterNotFoundException",),
        )
        if not response.absent:
            for item in _present(response, "services"):
                service = response.decode(Service, item, **_tags(item))
                yield service.service_arn, service


def _cluster_of(service_arn: str) -> str:
    """The cluster in a service's ARN; one of the old form names none, and means the default cluster as ECS does."""
    _, *names = service_arn.split("/")
    return names[0] if len(names) > 1 else "default"


def _present(response: Response, key: str) -> Iterator[Body]:
    """What is described and not gone. That something is missing is an answer; any other failure is none."""
    for failure in response.items("failures"):
        if failure.get("reason") != "MISSING":
            raise Malformed(f"{response.call.api} failed for {failure.get('arn')}: {failure.get('reason')}")
    yield from (item for item in response.items(key) if item.get("status") != GONE)


def _tags(item: Body) -> dict[str, dict[str, str]]:
    return {"Tags": tag_map(item["tags"])} if "tags" in item else {}


@collects(TaskDefinition, "ecs:DescribeTaskDefinition")
def task_definitions(reader: Reader, key: str) -> Iterator[TaskDefinition]:
    """The revision with this ARN."""
    response = reader.call("ecs", "DescribeTaskDefinition", taskDefinition=key, include=["TAGS"], answers=NO_REVISION)
    if not response.absent:
        definition = response.item("taskDefinition")
        more = {"clearSecrets": to_builtins(tuple(clear_members("volumes", definition.get("volumes") or ())))}
        if isinstance(containers := definition.get("containerDefinitions"), list):
            more["containerDefinitions"] = [screened(container) for container in containers]
        yield response.decode(TaskDefinition, definition, **more, **_tags(response.body))


def screened(container: Body) -> Body:
    """The container's definition with the secrets that stand in it in clear: where, and of which kind."""
    return {**container, "clearSecrets": to_builtins(tuple(_clear_secrets(container)))}


def _clear_secrets(container: Body) -> Iterator[ClearSecret]:
    variables = container.get("environment") or ()
    yield from clear_variables("environment", ((each["name"], each.get("value") or "") for each in variables))
    program = _repository_of(container.get("image") or "")
    entry, command = container.get("entryPoint") or [], container.get("command") or []
    yield from clear_command("entryPoint", entry, program)
    yield from clear_command("command", command, entry[0] if entry else program)
    yield from clear_command("healthCheck", (container.get("healthCheck") or {}).get("command") or (), program)
    yield from clear_members("dockerLabels", container.get("dockerLabels") or {})
    yield from clear_members("logConfiguration", (container.get("logConfiguration") or {}).get("options") or {})
    firelens = container.get("firelensConfiguration") or {}
    yield from clear_members("firelensConfiguration", firelens.get("options") or {})


def _repository_of(image: str) -> str:
    """The last name of the image's repository, which mostly is the program's."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]
