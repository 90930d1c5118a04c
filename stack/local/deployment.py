"""Deploys one stack of the program to moto and writes what came of it."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import pulumi

from stack.local import state
from stack.local.additions import ADDITIONS
from stack.local.cloud import EmulatedCloud
from stack.local.configuration import PROGRAM_DIRECTORY, project_name, stack_config
from stack.local.endpoint import Clients
from stack.local.engine import Export, Monitor, Registration, Run, run
from stack.local.errors import ConfigurationError, DeploymentError
from stack.local.operation import (
    back_up,
    name_a_security_contact,
    push_image,
    restore_databases,
    secure_the_root_user,
    subscribe_to_security_hub,
)
from stack.local.plan import Step, deletions, held_resources
from stack.local.secrets import SHOWN
from stack.local.supplement import install, is_installed

OUTPUTS_FILE: Final = "flat-outputs.json"
STATE_FILE: Final = "state.json"
_ZONE: Final = "healthcare.example."

OutputValue = str | list[str]


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its flat outputs, and its state in Pulumi's export shape; neither holds a secret."""

    stack: str
    region: str
    outputs: Mapping[str, OutputValue]
    state: state.State
    registrations: tuple[Registration, ...]
    steps: tuple[Step, ...] = ()

    def write(self, directory: Path) -> tuple[Path, Path]:
        """Writes both files, each whole or not at all, and returns their paths."""
        directory.mkdir(parents=True, exist_ok=True)
        paths = directory / OUTPUTS_FILE, directory / STATE_FILE
        for path, document in zip(paths, (self.outputs, self.state), strict=True):
            _write_whole(path, json.dumps(document, indent=2, sort_keys=path.name == OUTPUTS_FILE) + "\n")
        return paths


def deploy(
    stack: str,
    *,
    endpoint_url: str | None = None,
    suffix: str | None = None,
    config: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    previous: state.State | None = None,
) -> Deployment:
    """Runs the program for `stack` against the moto server at `endpoint_url`, or against the active in-process moto.

    A stack of `ADDITIONS` is another stack with resources beside it, which its outputs name too.

    `suffix` is the environment suffix in all names, `config` more settings over those of Pulumi.<stack>.yaml;
    `progress` gets a line for each resource. `previous` is the state that the last deployment of the same stack left:
    what it has is kept, changed, replaced or deleted.

    A first deployment is two, as a user's: the image is pushed to the repository that the first one makes, and named
    in the second.

    Raises:
        EndpointRefusedError: This could reach anything but moto.
        ConfigurationError: The settings cannot be read.
        DeploymentError: The program, or the creation or change of a resource, failed.

    """
    addition = ADDITIONS.get(stack)
    local = _Local(addition.base if addition else stack, endpoint_url, _overrides(suffix, config), progress)
    deployment = local.redeploy(previous) if previous else local.deploy()
    if addition is None:
        return deployment
    made = addition.make(Clients(deployment.region, endpoint_url), deployment.outputs)
    declared = state.with_resources(deployment.state, made.resources)
    return replace(deployment, stack=stack, outputs={**deployment.outputs, **made.outputs}, state=declared)


def preview(
    stack: str,
    previous: state.State | None,
    *,
    endpoint_url: str | None = None,
    suffix: str | None = None,
    config: Mapping[str, str] | None = None,
) -> tuple[Step, ...]:
    """What `deploy` would do to the stack whose state is `previous`, or to none; nothing is done."""
    local = _Local(stack, endpoint_url, _overrides(suffix, config), lambda _: None)
    return local.run(previous, image=True, preview=True).steps


def destroy(
    previous: state.State, *, endpoint_url: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> tuple[Step, ...]:
    """Deletes all that the state holds, the last that was created first; what it depends on is still there.

    Raises:
        DeploymentError: A resource is protected, or not empty, and the settings do not allow to destroy it.

    """
    resources = held_resources(previous)
    region = previous["deployment"]["resources"][1]["inputs"]["region"]
    if endpoint_url is None:
        install()
    cloud = EmulatedCloud(Clients(region, endpoint_url))
    steps = tuple(deletions(resources, ()))
    for each in steps:
        progress(str(each))
        cloud.delete(resources[each.urn])
    return steps


def kept(directory: Path, endpoint_url: str) -> state.State | None:
    """The state that the last deployment left in `directory`, if what it holds is at this moto."""
    try:
        found: state.State = json.loads((directory / STATE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{directory / STATE_FILE} is not a state: {error}") from error
    networks = [each["id"] for each in held_resources(found).values() if each["type"] == "aws:ec2/vpc:Vpc"]
    ec2 = Clients(found["deployment"]["resources"][1]["inputs"]["region"], endpoint_url).client("ec2")
    there = ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": networks}])["Vpcs"]
    return found if networks and len(there) == len(networks) else None


def _overrides(suffix: str | None, config: Mapping[str, str] | None) -> Mapping[str, str]:
    return {**(config or {}), **({"environmentSuffix": suffix} if suffix else {})}


class _Local:
    """One stack and its settings at one moto."""

    def __init__(
        self, stack: str, endpoint_url: str | None, overrides: Mapping[str, str], progress: Callable[[str], None]
    ) -> None:
        self._stack = stack
        self._overrides = overrides
        self._progress = progress
        self._region = stack_config(stack, overrides)["aws:region"]
        self._clients = Clients(self._region, endpoint_url)
        if endpoint_url is None:
            install()
        self._supplemented = is_installed(self._clients)

    def deploy(self) -> Deployment:
        """All for the first time: an account that is looked after, the registry and the rest, the image, the tasks."""
        name_a_security_contact(self._clients)
        subscribe_to_security_hub(self._clients)
        if self._supplemented:
            secure_the_root_user(self._clients)
        first = self._deployed(self.run(None, image="image" in self._overrides))
        if "ecrRepositoryUrl" not in first.outputs or "image" in self._overrides:
            done = first
        else:
            push_image(self._clients, self._image(), str(first.outputs["ecrRepositoryUrl"]))
            done = self.redeploy(first.state)
        if self._supplemented and "backupPlanId" in done.outputs:
            back_up(self._clients, str(done.outputs["backupPlanId"]))
            restore_databases(self._clients, str(done.outputs["backupVaultName"]))
        return done

    def redeploy(self, previous: state.State) -> Deployment:
        """What differs from the last deployment."""
        return self._deployed(self.run(previous, image=True))

    def run(self, previous: state.State | None, *, image: bool, preview: bool = False) -> Run:
        """Runs the program; `image` says whether one has been pushed that its settings name."""
        supplied = {**_supplied(self._stack, self._clients, self._overrides, previous)}
        supplied |= {"image": self._image()} if image else {}
        settings = stack_config(self._stack, {**supplied, **self._overrides})
        held = held_resources(previous) if previous else {}
        monitor = Monitor(EmulatedCloud(self._clients), self._progress, held, preview=preview)
        program = PROGRAM_DIRECTORY / "__main__.py"
        try:
            return run(program, project=project_name(), stack=self._stack, config=settings, monitor=monitor)
        except pulumi.RunError as refusal:
            raise ConfigurationError(str(refusal)) from refusal

    def _deployed(self, done: Run) -> Deployment:
        return Deployment(
            stack=self._stack,
            region=self._region,
            outputs={name: _flat(name, export) for name, export in sorted(done.exports.items())},
            state=state.export(done, self._region),
            registrations=done.registrations,
            steps=done.steps,
        )

    def _image(self) -> str:
        suffix = self._overrides.get("environmentSuffix", self._stack)
        return f"{self._clients.account}.dkr.ecr.{self._region}.amazonaws.com/healthcare-service-{suffix}:1.4.2"


def _supplied(
    stack: str, clients: Clients, overrides: Mapping[str, str], previous: state.State | None
) -> dict[str, str]:
    """The settings without a default that each deployer chooses, as a local run chooses them."""
    suffix = overrides.get("environmentSuffix", stack)
    supplied = {
        "applicationSecret": "known to the emulator alone",
        "alarmEmail": f"security@{_ZONE}".rstrip("."),
    }
    if stack == "prod" and _recorder_of_others(clients, previous):
        supplied["accountSafeguards"] = "false"  # an account has only one of each, and another stack has set it up
    if stack == "prod" and not {"certificateArn", "hostedZoneId"} & overrides.keys():
        supplied |= {"domainName": f"portal-{suffix}.{_ZONE}".rstrip("."), "hostedZoneId": _hosted_zone(clients)}
    return supplied


def _recorder_of_others(clients: Clients, previous: state.State | None) -> bool:
    own = {each["id"] for each in held_resources(previous).values()} if previous else set()
    found = clients.client("config").describe_configuration_recorders()["ConfigurationRecorders"]
    return any(each["name"] not in own for each in found)


def _hosted_zone(clients: Clients) -> str:
    """The zone that a company has before it deploys: found by its name, or made."""
    route53 = clients.client("route53")
    found = [each for each in route53.list_hosted_zones_by_name(DNSName=_ZONE)["HostedZones"] if each["Name"] == _ZONE]
    zone = found[0] if found else route53.create_hosted_zone(Name=_ZONE, CallerReference=str(uuid4()))["HostedZone"]
    return str(zone["Id"]).removeprefix("/hostedzone/")


def _flat(name: str, export: Export) -> OutputValue:
    if export.secret:
        return SHOWN
    match export.value:
        case str() | int() as scalar:
            return str(scalar)
        case list() as items if all(isinstance(item, str) for item in items):
            return list(items)
    raise DeploymentError(
        f"stack output {name} is a {type(export.value).__name__}; outputs are texts, numbers or lists of texts"
    )


def _write_whole(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
