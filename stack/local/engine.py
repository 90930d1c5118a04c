"""Runs the Pulumi program with this process in the engine's place, through the SDK's own seam for tests."""

import asyncio
import runpy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import pulumi
import pulumi.runtime
from google.protobuf import empty_pb2, struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import Stack

from stack.local.declared import Created, Properties
from stack.local.errors import DeploymentError
from stack.local.plan import UNKNOWN, Held, Operation, Step, deletions, step
from stack.local.sdk import required_texts
from stack.local.secrets import as_output, revealed

STACK_TYPE: Final = "pulumi:pulumi:Stack"
_UNFILLED: Final = "unfilled output "


class Cloud(Protocol):
    """Where the program's resources go."""

    def create(self, type_: str, name: str, inputs: Properties) -> Created:
        """Creates a resource and returns its id and outputs."""

    def update(self, held: Held, name: str, inputs: Properties, changed: Sequence[str]) -> Properties:
        """Changes these inputs of a resource and returns the outputs that the change gave."""

    def delete(self, held: Held) -> None:
        """Deletes a resource."""

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Answers a provider function."""


@dataclass
class Registration:
    """One resource of the deployed stack. Inputs and outputs keep Pulumi's marks around secrets."""

    urn: str
    type: str
    custom: bool
    parent: str = ""
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool = False


@dataclass(frozen=True)
class Export:
    """One output of the stack."""

    value: Any
    secret: bool


@dataclass(frozen=True)
class Run:
    """What a run of the program declared, and what it did or, in a preview, would do."""

    registrations: tuple[Registration, ...]
    exports: Mapping[str, Export]
    steps: tuple[Step, ...]


class _Invokes(mocks.Mocks):
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return dict(self._cloud.invoke(args.token, args.args)), []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise DeploymentError(f"{args.typ} {args.name!r}: reading an existing resource is not supported locally")


class Monitor(mocks.MockMonitor):
    """The resource monitor: each registration is created or changed at once, one at a time.

    After the first failure nothing more is done; nothing is rolled back.
    """

    def __init__(
        self,
        cloud: Cloud,
        progress: Callable[[str], None],
        held: Mapping[str, Held] | None = None,
        *,
        preview: bool = False,
    ) -> None:
        """A monitor that acts on `cloud` and tells `progress` of each resource that it creates or changes.

        `held` is what the last deployment left, by URN. A preview does nothing and plans all the same.
        """
        super().__init__(_Invokes(cloud))
        self.registrations: dict[str, Registration] = {}
        self.steps: list[Step] = []
        self.preview = preview
        self._held = held or {}
        self._replaced: list[Held] = []
        self.failure: Exception | None = None
        self._cloud = cloud
        self._progress = progress
        self._one_at_a_time = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the Pulumi engine makes it: all parent types, without the stack's own."""
        parent_type = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parent_type == STACK_TYPE else f"{parent_type}${type_}"
        return "::".join([f"urn:pulumi:{pulumi.get_stack()}", pulumi.get_project(), qualified, name])

    def Invoke(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answers a provider function."""
        with _event_loop():
            return super().Invoke(request)  # type: ignore[no-untyped-call,no-any-return]

    def ReadResource(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Refuses: see `_Invokes.new_resource`."""
        with _event_loop():
            return super().ReadResource(request)  # type: ignore[no-untyped-call,no-any-return]

    def RegisterResource(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Creates the resource and answers with its id and outputs."""
        with self._one_at_a_time:
            if self.failure is not None:
                raise self.failure
            try:
                registration = self._register(request)
            except Exception as failure:
                # Of whatever kind: what depends on this resource fails in its turn, and `run` is to raise this one.
                self.failure = failure
                raise
        with _event_loop() as loop:
            # asyncio.run would look through all tasks of all loops at its end, once for each resource.
            outputs = loop.run_until_complete(_answer(registration, preview=self.preview))
        return resource_pb2.RegisterResourceResponse(urn=registration.urn, id=registration.id, object=outputs)

    def RegisterResourceOutputs(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Keeps the outputs of a component."""
        registration = self.registrations[request.urn]
        if registration.type != STACK_TYPE:
            registration.outputs = dict(rpc.deserialize_properties(request.outputs))
        return empty_pb2.Empty()

    def _register(self, request: resource_pb2.RegisterResourceRequest) -> Registration:
        urn = self.make_urn(request.parent, request.type, request.name)
        if urn in self.registrations:
            raise DeploymentError(f"duplicate resource URN {urn}: two resources of one type share a name")
        registration = Registration(
            urn=urn,
            type=request.type,
            custom=request.custom,
            parent=request.parent,
            inputs={
                name: _whole(value)
                for name, value in rpc.deserialize_properties(request.object, keep_unknowns=self.preview).items()
            },
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={
                name: sorted(each.urns) for name, each in sorted(request.propertyDependencies.items())
            },
            protect=request.protect,
        )
        if request.custom:
            self._carry_out(registration, request.name)
        self.registrations[urn] = registration
        return registration

    def _carry_out(self, registration: Registration, name: str) -> None:
        _refuse_unfilled(registration.urn, registration.inputs)
        held = self._held.get(registration.urn)
        planned = step(registration.urn, registration.inputs, held)
        self.steps.append(planned)
        if held is not None and planned.operation in {Operation.SAME, Operation.UPDATE}:
            self._keep(registration, name, held, planned)
        else:
            self._create(registration, name, held)

    def _keep(self, registration: Registration, name: str, held: Held, planned: Step) -> None:
        given: Properties = {}
        if planned.operation is Operation.UPDATE and not self.preview:
            self._progress(f"{registration.type} {name}")
            given = self._cloud.update(held, name, revealed(registration.inputs), planned.changed)
        registration.id = held["id"]
        registration.outputs = {**held["outputs"], **registration.inputs, **given}

    def _create(self, registration: Registration, name: str, replaced: Held | None) -> None:
        if self.preview:
            registration.outputs = dict(registration.inputs)
            return
        self._progress(f"{registration.type} {name}")
        if replaced is not None and _same_name(registration.inputs, replaced["inputs"]):
            self._cloud.delete(replaced)
        elif replaced is not None:
            self._replaced.append(replaced)
        created = self._cloud.create(registration.type, name, revealed(registration.inputs))
        registration.id = created.id
        registration.outputs = {**registration.inputs, **created.outputs, "id": created.id}

    def finish(self) -> None:
        """Deletes what was replaced, and what is no longer declared."""
        gone = list(deletions(self._held, self.registrations))
        self.steps += gone
        if not self.preview:
            for each in (*self._replaced, *(self._held[each.urn] for each in gone)):
                self._cloud.delete(each)


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for the SDK to wait on while it answers on an executor's thread; it would make one and never close it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _same_name(inputs: Properties, others: Properties) -> bool:
    """Whether two resources cannot be there at once: the provider then deletes the first before it makes the second."""
    return any(name in inputs and inputs[name] == others.get(name) for name in ("name", "bucket", "identifier"))


def _refuse_unfilled(where: str, value: Any) -> None:  # noqa: ANN401 - a JSON value
    """An output that a creator leaves out must not become an input that is quietly not there."""
    if isinstance(value, str) and _UNFILLED in value:
        raise DeploymentError(f"{where} uses {value!r}: add that output to the creator in stack/local/resources")
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_unfilled(f"{where}.{name}", item)
    if isinstance(value, list):
        for item in value:
            _refuse_unfilled(where, item)


def _whole(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """The value with integers where the wire, which knows doubles alone, had 50.0."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case Unknown():
            return UNKNOWN
        case dict():
            return {name: _whole(item) for name, item in value.items()}
        case list():
            return [_whole(item) for item in value]
    return value


async def _answer(registration: Registration, *, preview: bool) -> struct_pb2.Struct:
    """The outputs as the program gets them: those that the SDK promises and nobody filled say so.

    In a preview they are values that the deployment will give.
    """
    promised = required_texts(registration.type) if registration.custom and not preview else ()
    unfilled = {name: f"{_UNFILLED}{name} of {registration.urn}" for name in promised}
    outputs = unfilled | {name: as_output(value) for name, value in registration.outputs.items()}
    return await rpc.serialize_properties(outputs, {})


def run(program: Path, *, project: str, stack: str, config: Mapping[str, str], monitor: Monitor) -> Run:
    """Runs the Pulumi program at `program` (its __main__.py) and returns what it declared and created.

    Raises:
        Exception: Whatever the program raised, or the creation of the first resource that failed.

    """
    done: Future[Run] = Future()

    def work() -> None:
        try:
            done.set_result(_run_here(program, project, stack, config, monitor))
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread whole, SystemExit too
            done.set_exception(error)

    # Pulumi keeps its state in context variables: a fresh context on a fresh thread, or a failed run spoils the next.
    thread = threading.Thread(target=Context().run, args=(work,), name="pulumi-program")
    thread.start()
    thread.join()
    return done.result()


def _run_here(program: Path, project: str, stack: str, config: Mapping[str, str], monitor: Monitor) -> Run:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=1))  # registrations in order, so runs are alike
    loop.set_exception_handler(lambda *_: None)  # the first failure is raised; those that follow from it are noise
    try:
        pulumi.runtime.set_all_config(dict(config))
        pulumi.runtime.set_mocks(monitor.mocks, project=project, stack=stack, preview=monitor.preview, monitor=monitor)
        pulumi.runtime.test(lambda: _execute(program))()  # type: ignore[no-untyped-call]  # the SDK's
        exports = {} if monitor.preview else loop.run_until_complete(_exports())
        monitor.finish()
    except Exception:
        # A program may raise anything. What the SDK makes of a failed creation says less than the failure itself.
        if monitor.failure is not None:
            raise monitor.failure from None
        raise
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
    return Run(tuple(monitor.registrations.values()), exports, tuple(monitor.steps))


def _execute(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


async def _exports() -> dict[str, Export]:
    root = pulumi.runtime.get_root_resource()
    outputs = root.outputs if isinstance(root, Stack) else {}
    return {name: await _export(name, value) for name, value in outputs.items()}


async def _export(name: str, value: object) -> Export:
    output = pulumi.Output.from_input(value)
    plain = await output.future()
    _refuse_unfilled(f"stack output {name}", plain)
    if plain is None:
        raise DeploymentError(f"stack output {name} has no value: the output it comes from is unfilled")
    return Export(plain, bool(await output.is_secret()))
