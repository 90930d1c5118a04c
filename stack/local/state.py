"""The stack's state in the shape that `pulumi stack export` writes, version 3."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from stack.local.engine import STACK_TYPE, Registration, Run
from stack.local.secrets import SECRET_SIGNATURE, SIGNATURE_KEY, concealed

State = dict[str, Any]
"""A document of JSON, whose properties the program and the provider decide."""

_PROVIDER: Final = "pulumi:providers:aws"


def export(run: Run, region: str, *, at: datetime | None = None) -> State:
    """The state of what `run` deployed, as of `at` (now by default)."""
    time = (at or datetime.now(UTC)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    root = run.registrations[0]
    provider = _default_provider(root.urn, region)
    resources = [_stack(run, root), provider, *_declared(run.registrations[1:], provider)]
    for resource in resources:
        resource |= {"created": time, "modified": time}
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": time, "magic": "", "version": f"v{version('pulumi')}"},
            "secrets_providers": {"type": "passphrase", "state": {"salt": ""}},
            "resources": resources,
            "metadata": {},
        },
    }


def with_resources(state: State, added: Iterable[tuple[str, str, str, Mapping[str, Any]]]) -> State:
    """`state` with further resources of the aws provider, each a type, a name, an id and its inputs."""
    deployment = state["deployment"]
    first = deployment["resources"][0]["urn"]
    resources = [
        {
            "urn": f"{'::'.join(first.split('::')[:2])}::{kind}::{name}",
            "custom": True,
            "id": identifier,
            "type": kind,
            "inputs": dict(inputs),
            "outputs": {},
            "created": deployment["manifest"]["time"],
            "modified": deployment["manifest"]["time"],
        }
        for kind, name, identifier, inputs in added
    ]
    return {**state, "deployment": {**deployment, "resources": [*deployment["resources"], *resources]}}


def _stack(run: Run, root: Registration) -> State:
    outputs = {
        name: concealed({SIGNATURE_KEY: SECRET_SIGNATURE} if each.secret else each.value)
        for name, each in sorted(run.exports.items())
    }
    return {"urn": root.urn, "custom": False, "type": STACK_TYPE, "outputs": outputs}


def _default_provider(root_urn: str, region: str) -> State:
    """The provider that the engine adds for resources that name none."""
    release = version("pulumi-aws")
    prefix = "::".join(root_urn.split("::")[:2])
    urn = f"{prefix}::{_PROVIDER}::default_{release.replace('.', '_')}"
    properties = {"region": region, "version": release}
    return {
        "urn": urn,
        "custom": True,
        "id": str(uuid5(NAMESPACE_URL, urn)),
        "type": _PROVIDER,
        "inputs": properties,
        "outputs": dict(properties),
    }


def _declared(registrations: tuple[Registration, ...], provider: State) -> Iterator[State]:
    default = f"{provider['urn']}::{provider['id']}"
    return (_resource(registration, default) for registration in registrations)


def _resource(registration: Registration, default_provider: str) -> State:
    resource: State = {"urn": registration.urn, "custom": registration.custom, "type": registration.type}
    if registration.custom:
        resource |= {"id": registration.id, "provider": default_provider}
    resource |= {
        "inputs": concealed(registration.inputs),
        "outputs": concealed(registration.outputs),
        "parent": registration.parent,
        "dependencies": list(registration.dependencies),
        "propertyDependencies": registration.property_dependencies,
    }
    if registration.protect:
        resource["protect"] = True
    return resource
