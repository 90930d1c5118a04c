"""Reads AWS: a session and the stack's outputs in, a snapshot out. The only place that calls AWS."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from stack_verify.collect.asking import Remembered, ask
from stack_verify.collect.caller import identify
from stack_verify.collect.collector import by_kind
from stack_verify.collect.reader import Aws, ClientSource
from stack_verify.detect.references import kind_of_type, recognise, recognise_kind
from stack_verify.drift import table_of
from stack_verify.drift.field import ACCOUNT
from stack_verify.inquiry import Answer, Caller, Gap, Stack
from stack_verify.outputs import Declared, Output, StackOutputs
from stack_verify.resources.account import Account
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.resources.stack import DeclaredResource, StackOutput, StackRegions
from stack_verify.resources.stack import StackOutputs as OutputsAsAWhole
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot, as_saved, sorted_resources

COLLECTORS = by_kind(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-\d", re.ASCII)

# Enough to hide the round trips of a whole stack, and well under the request rates that AWS allows an account.
MAX_IN_FLIGHT = 40


def collect(
    session: ClientSource,
    outputs: StackOutputs,
    progress: Callable[[str], None] = lambda _: None,
    *,
    unread: Collection[str] = (),
    max_in_flight: int = MAX_IN_FLIGHT,
) -> Snapshot:
    """Reads everything the stack's outputs and state name, and what that refers to in turn.

    Takes a boto3 session, the outputs, a function that is told how far it is, the kinds of resources that are not to
    be read, and how many calls may be under way at once. A call that fails leaves a gap in the snapshot and stops
    nothing.

    Raises:
        CredentialsError: when AWS does not know the caller, or the caller is of another account or region.
    """
    taken_at = datetime.now(UTC)
    caller = identify(session, outputs)
    return _read(session, outputs, caller, taken_at, progress, unread=unread, max_in_flight=max_in_flight)


def collect_again(
    session: ClientSource,
    outputs: StackOutputs,
    before: Snapshot,
    progress: Callable[[str], None] = lambda _: None,
    *,
    forgetting: Collection[Question] = (),
    besides: Collection[Question] = (),
    max_in_flight: int = MAX_IN_FLIGHT,
) -> Snapshot:
    """The snapshot ``before`` as it would be if the questions ``forgetting`` were asked now, and no others.

    What their answers lead to and nobody asked yet is asked too, and what nothing leads to any more is gone. The
    questions ``besides`` are asked in addition, as surroundings.
    """
    resources = {(each.kind(), each.id): each for each in before.resources}
    remembered: dict[Question, tuple[ApiCall, list[Resource]] | Gap] = {gap.question: gap for gap in before.gaps}
    for answer in before.answers:
        remembered[answer.question] = answer.call, [resources[identity] for identity in answer.ids]
    for question in forgetting:
        remembered.pop(question, None)
    return _read(
        session,
        outputs,
        before.caller,
        before.taken_at,
        progress,
        unread=before.unread,
        max_in_flight=max_in_flight,
        remembered=remembered,
        besides=besides,
        regions={
            each.question: each.call.region for each in before.answers if each.call.region != before.caller.region
        },
    )


def _read(
    session: ClientSource,
    outputs: StackOutputs,
    caller: Caller,
    taken_at: datetime,
    progress: Callable[[str], None],
    *,
    unread: Collection[str],
    max_in_flight: int,
    remembered: Remembered = MappingProxyType({}),
    besides: Collection[Question] = (),
    regions: Mapping[Question, str] = MappingProxyType({}),
) -> Snapshot:
    call = ApiCall(
        api=f"file:{outputs.stack.source}", account=caller.account, region=caller.region, request_id=None, at=taken_at
    )
    promised = tuple(_promised(outputs, call))
    of_outputs = (question for resource in promised for question in resource.refers_to())
    first = dict.fromkeys(besides, False)
    first |= {question: False for resource in promised for question in resource.surroundings()}
    first |= dict.fromkeys((Account.ask(caller.account), *_by_tags(outputs.stack), *of_outputs), True)
    first |= {DeclaredResource.ask(name): True for name in outputs.cloudformation}
    aws = Aws(session, account=caller.account, region=caller.region, max_in_flight=max_in_flight)
    known = ask(
        aws,
        COLLECTORS,
        first,
        max_in_flight=max_in_flight,
        progress=progress,
        remembered=remembered,
        unread=unread,
        regions={**regions, **dict(_regions_of_ids(outputs, caller))},
    )
    answer = Answer(
        question=Question("Stack", outputs.stack.source),
        call=call,
        ids=tuple(sorted((resource.kind(), resource.id) for resource in promised)),
        in_stack=True,
    )
    snapshot = Snapshot(
        taken_at=taken_at,
        caller=caller,
        stack=outputs.stack,
        resources=sorted_resources((*promised, *known.resources().values())),
        answers=(answer, *known.answers()),
        gaps=tuple(sorted(known.gaps, key=lambda gap: gap.question)),
        unread=tuple(sorted(unread)),
    )
    return as_saved(snapshot)


def _by_tags(stack: Stack) -> Iterator[Question]:
    """What carries the stack's tags, where the outputs say enough to tell the stack from its neighbours."""
    if stack.project and stack.environment_suffix:
        yield TaggedResource.ask(f"Project={stack.project},EnvironmentSuffix={stack.environment_suffix}")


def _promised(outputs: StackOutputs, call: ApiCall) -> Iterator[Resource]:
    in_state = None if outputs.in_state is None else _names(outputs.in_state)
    source = outputs.stack.source
    yield OutputsAsAWhole(observed_by=call, source=source, names=_names(outputs.outputs), in_state=in_state)
    yield StackRegions(observed_by=call, source=source, account=call.account, regions=_regions(outputs, call))
    for output in outputs.outputs:
        yield _output(output, call)
    for declared in outputs.declared:
        yield _declared(declared, call)


def _named(outputs: StackOutputs) -> Iterator[tuple[str, str]]:
    """What names a resource in the outputs and the state, with the name of the output or the tool's type."""
    yield from ((output.name, output.value) for output in outputs.outputs if output.value is not None)
    yield from ((declared.type, declared.arn or declared.id) for declared in outputs.declared)


def _regions(outputs: StackOutputs, call: ApiCall) -> tuple[str, ...]:
    """The region that is read, and the others that resources of the account are named in."""
    arns = [arn for _, value in _named(outputs) if (arn := parse_arn(value)) and arn.account == call.account]
    others = {arn.region for arn in arns if _REGION.fullmatch(arn.region) and not arn.may_be_global}
    return (call.region, *sorted(others - {call.region}))


def _regions_of_ids(outputs: StackOutputs, caller: Caller) -> Iterator[tuple[Question, str]]:
    """The regions of resources that are asked for by an id, where the ARN that names them says another region."""
    for name, value in _named(outputs):
        arn = parse_arn(value)
        question = recognise(name, value, account=caller.account, region=caller.region) if arn else None
        if arn and question and not parse_arn(question.key) and arn.region not in ("", caller.region):
            yield question, arn.region


def _names(outputs: Iterable[Output]) -> tuple[str, ...]:
    return tuple(sorted({re.split(r"[.[]", output.name, maxsplit=1)[0] for output in outputs}))


def _output(output: Output, call: ApiCall) -> StackOutput:
    reference = None
    if output.value is not None:
        reference = recognise(output.name, output.value, account=call.account, region=call.region)
    return StackOutput(observed_by=call, name=output.name, value=output.value, reference=reference, line=output.line)


def _declared(declared: Declared, call: ApiCall) -> DeclaredResource:
    named = declared.arn or declared.id
    reference = recognise_kind(kind_of_type(declared.type), named, account=call.account, region=call.region)
    return DeclaredResource(
        observed_by=call,
        urn=declared.urn,
        type=declared.type,
        named=named,
        reference=reference,
        about=_about(declared, reference, call),
        properties=declared.properties.values,
        secret_properties=declared.properties.secret,
        unread_properties=declared.properties.unread,
    )


def _about(declared: Declared, reference: Question | None, call: ApiCall) -> Question | None:
    """What the declared properties are to be compared with; None where nothing of the resource is."""
    table = table_of(declared.type)
    if table is None or table.kind is None:
        return reference if table else None
    key = call.account if table.key == ACCOUNT else declared.properties.key
    return table.kind.ask(key) if key and not _elsewhere(key, declared, call) else None


def _elsewhere(key: str, declared: Declared, call: ApiCall) -> bool:
    """Whether it is about what another account or region has, of which the caller would not be told or not that."""
    arn = parse_arn(key)
    if arn is None:
        # What an account has in each region goes by the account's id alone.
        own = parse_arn(declared.arn)
        region = declared.region or (own.region if own else "")
        return key == call.account and region not in ("", call.region)
    there = arn.region not in ("", call.region) and not arn.may_be_global
    return there or arn.account not in ("", call.account)
