"""Runs the real program as the Pulumi CLI would, against mocks that record every resource it registers."""

import asyncio
import json
import runpy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.config import set_all_config
from support.stack_sdk import refuse_unknown

import stack

PROGRAM = Path(stack.__file__).parent
PROJECT = "healthcare-platform"
REGION = "sa-east-1"
ACCOUNT = "210987654321"
ZONES = ("sa-east-1c", "sa-east-1a", "sa-east-1b")
SECRET_MARK = "4dabf18193072939515e22adb298388d"
SECRET = "canary-of-the-application"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/5f0c9f1e-7f0b-4c5e-9d43-0a6b8c2d1e3f"
COMMON = {
    "environmentSuffix": "blue7",
    "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/platform:1.4.2",
    "applicationSecret": SECRET,
}
DEV = {**COMMON, "environment": "dev"}
ISSUED = {**COMMON, "environment": "prod", "domainName": "platform.clinic.health", "hostedZoneId": "Z0A1B2C3D4"}
EXISTING = {**COMMON, "environment": "prod", "certificateArn": CERTIFICATE}


@dataclass(frozen=True)
class Registered:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    custom: bool
    parent: str
    dependencies: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.type.rpartition(":")[2]

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def arn(self) -> str:
        return f"arn:aws:{self.id}"


@dataclass
class Deployment:
    """What one run of the program registered and exported."""

    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    component_outputs: dict[str, set[str]] = field(default_factory=dict)
    secret_inputs: set[str] = field(default_factory=set)

    @property
    def aws(self) -> list[Registered]:
        return [resource for resource in self.resources if resource.type.startswith("aws:")]

    def of(self, kind: str) -> list[Registered]:
        return [resource for resource in self.aws if resource.kind == kind]

    def one(self, kind: str, part: str = "") -> Registered:
        (resource,) = [r for r in self.of(kind) if not part or r.name == f"healthcare-{part}-blue7"]
        return resource

    def part(self, part: str) -> list[str]:
        """The kinds of resource that there are of a part of the platform."""
        return sorted(resource.kind for resource in self.aws if resource.name == f"healthcare-{part}-blue7")

    def policy(self, kind: str, part: str, document: str = "policy") -> dict[str, dict[str, Any]]:
        """The statements of a policy document by their Sid."""
        statements = json.loads(self.one(kind, part).inputs[document])["Statement"]
        return {statement["Sid"]: statement for statement in statements}


class Mocks(mocks.Mocks):
    """Answers each resource with its own inputs and the values that only AWS would know."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.inputs: dict[str, Any] = {}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        answers = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getPartition:getPartition": {"partition": "aws"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": list(ZONES)},
        }
        return answers[args.token]

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.inputs = {key: self._in_clear(args.name, key, value) for key, value in args.inputs.items()}
        if args.custom:
            refuse_unknown(args.typ, self.inputs)
        kind = args.typ.rpartition(":")[2]
        return f"{kind}/{args.name}", {"arn": f"arn:aws:{kind}/{args.name}", **self.inputs, **self._computed(args)}

    def _in_clear(self, name: str, key: str, value: Any) -> Any:
        if isinstance(value, dict) and SECRET_MARK in value:
            self.deployment.secret_inputs.add(f"{name}.{key}")
            return value["value"]
        return value

    def _computed(self, args: mocks.MockResourceArgs) -> dict[str, Any]:
        validation = {
            "resourceRecordName": "_proof.clinic.health.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_value.acm-validations.aws.",
        }
        answers: dict[str, dict[str, Any]] = {
            "Key": {"keyId": f"key-{args.name}"},
            "LoadBalancer": {"dnsName": "alb.elb.amazonaws.com", "zoneId": "ZELB", "arnSuffix": "app/alb/1"},
            "TargetGroup": {"arnSuffix": "targetgroup/tasks/1"},
            "VpcEndpoint": {"prefixListId": "pl-s3"},
            "Repository": {"repositoryUrl": f"registry/{args.name}"},
            "Record": {"fqdn": self.inputs.get("name")},
            "Instance": {
                "endpoint": f"db.rds:{self.inputs.get('port')}",
                "address": "db.rds",
                "resourceId": "db-ABCDEFGH",
                "masterUserSecrets": [{"secretArn": "arn:aws:secret/master"}],
            },
            "Certificate": {"domainValidationOptions": [validation]},
        }
        return answers.get(args.typ.rpartition(":")[2], {})


class Monitor(mocks.MockMonitor):
    """Records what is registered, with the parent and the dependencies that the stock monitor drops."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(Mocks(deployment))
        self.deployment = deployment

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name in the protocol
        if request.type == "pulumi:pulumi:Stack":
            return super().RegisterResource(request)
        response = super().RegisterResource(request)
        self.deployment.resources.append(
            Registered(
                urn=response.urn,
                type=request.type,
                name=request.name,
                inputs=self.mocks.inputs,
                custom=request.custom,
                parent=request.parent,
                dependencies=tuple(request.dependencies),
            )
        )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the name in the protocol
        self.deployment.component_outputs[request.urn] = set(request.outputs.keys())
        return super().RegisterResourceOutputs(request)


def run(program: Callable[[], object], settings: Mapping[str, str], region: str | None = REGION) -> Deployment:
    """Run a program on a thread of its own, since Pulumi keeps its state in the thread's context."""
    deployment = Deployment()
    with ThreadPoolExecutor(1) as thread:
        failure = thread.submit(_on_thread, program, settings, region, deployment).exception()
    if failure is not None:
        failure.deployment = deployment
        raise failure
    return deployment


def _on_thread(
    program: Callable[[], object], settings: Mapping[str, str], region: str | None, into: Deployment
) -> None:
    config = {f"{PROJECT}:{key}": value for key, value in settings.items()}
    set_all_config(config | ({"aws:region": region} if region else {}), [f"{PROJECT}:applicationSecret"])
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    # One worker answers all registrations, one after the other, with an event loop that is closed at the end.
    with closing(loop), ThreadPoolExecutor(1) as worker:
        worker.submit(lambda: asyncio.set_event_loop(asyncio.new_event_loop())).result()
        loop.set_default_executor(worker)
        try:
            mocks.set_mocks(Mocks(into), PROJECT, "test", monitor=Monitor(into))
            _run(program, into)
        finally:
            worker.submit(lambda: asyncio.get_event_loop().close()).result()


def _run(program: Callable[[], object], deployment: Deployment) -> None:
    @pulumi.runtime.test
    def under_test() -> pulumi.Output[None]:
        program()
        exported = {name: pulumi.Output.from_input(v) for name, v in pulumi.runtime.get_root_resource().outputs.items()}
        return pulumi.Output.all(**exported).apply(deployment.outputs.update)

    under_test()


def deploy(settings: Mapping[str, str], region: str | None = REGION) -> Deployment:
    """Run the whole program, as the CLI does: by its directory, as __main__."""
    return run(lambda: runpy.run_path(str(PROGRAM), run_name="__main__"), settings, region)
