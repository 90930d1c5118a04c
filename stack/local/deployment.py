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
from stack.local.engine import Export, Monitor, Registration, run
from stack.local.errors import ConfigurationError, DeploymentError
from stack.local.operation import (
    back_up,
    name_a_security_contact,
    push_image,
    restore_databases,
    secure_the_root_user,
    subscribe_to_security_hub,
)
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
) -> Deployment:
    """Runs the program for `stack` against the moto server at `endpoint_url`, or against the active in-process moto.

    A stack of `ADDITIONS` is another stack with resources beside it, which its outputs name too.

    `suffix` is the environment suffix in all names, `config` more settings over those of Pulumi.<stack>.yaml;
    `progress` gets a line for each resource.

    Raises:
        EndpointRefusedError: This could reach anything but moto.
        ConfigurationError: The settings cannot be read.
        DeploymentError: The program, or the creation of a resource, failed.

    """
    addition = ADDITIONS.get(stack)
    overrides = {**(config or {}), **({"environmentSuffix": suffix} if suffix else {})}
    deployment = _run_program(addition.base if addition else stack, endpoint_url, overrides, progress)
    if addition is None:
        return deployment
    made = addition.make(Clients(deployment.region, endpoint_url), deployment.outputs)
    declared = state.with_resources(deployment.state, made.resources)
    return replace(deployment, stack=stack, outputs={**deployment.outputs, **made.outputs}, state=declared)


def _run_program(
    stack: str, endpoint_url: str | None, overrides: Mapping[str, str], progress: Callable[[str], None]
) -> Deployment:
    region = stack_config(stack, overrides)["aws:region"]
    clients = Clients(region, endpoint_url)
    if endpoint_url is None:
        install()
    supplemented = is_installed(clients)
    name_a_security_contact(clients)
    subscribe_to_security_hub(clients)
    if supplemented:
        secure_the_root_user(clients)
    settings = stack_config(stack, {**_supplied(stack, clients, overrides), **overrides})
    monitor = Monitor(EmulatedCloud(clients), progress)
    program = PROGRAM_DIRECTORY / "__main__.py"
    try:
        done = run(program, project=project_name(), stack=stack, config=settings, monitor=monitor)
    except pulumi.RunError as refusal:
        raise ConfigurationError(str(refusal)) from refusal
    if "ecrRepositoryUrl" in done.exports:
        push_image(clients, settings[f"{project_name()}:image"], str(done.exports["ecrRepositoryUrl"].value))
    if supplemented and "backupPlanId" in done.exports:
        back_up(clients, str(done.exports["backupPlanId"].value))
        restore_databases(clients, str(done.exports["backupVaultName"].value))
    return Deployment(
        stack=stack,
        region=region,
        outputs={name: _flat(name, export) for name, export in sorted(done.exports.items())},
        state=state.export(done, region),
        registrations=done.registrations,
    )


def _supplied(stack: str, clients: Clients, overrides: Mapping[str, str]) -> dict[str, str]:
    """The settings without a default that each deployer chooses, as a local run chooses them."""
    registry = f"{clients.account}.dkr.ecr.{clients.region}.amazonaws.com"
    suffix = overrides.get("environmentSuffix", stack)
    supplied = {
        "image": f"{registry}/healthcare-service-{suffix}:1.4.2",
        "applicationSecret": "known to the emulator alone",
        "alarmEmail": f"security@{_ZONE}".rstrip("."),
    }
    if stack == "prod" and clients.client("config").describe_configuration_recorders()["ConfigurationRecorders"]:
        supplied["accountSafeguards"] = "false"  # an account has only one of each, and another stack has set it up
    if stack == "prod" and not {"certificateArn", "hostedZoneId"} & overrides.keys():
        supplied |= {"domainName": f"portal-{suffix}.{_ZONE}".rstrip("."), "hostedZoneId": _hosted_zone(clients)}
    return supplied


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
