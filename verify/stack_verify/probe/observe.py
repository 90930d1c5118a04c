"""Probes a stack: a snapshot and settings in, the snapshot with what was seen out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from msgspec import structs

from stack_verify.errors import Unanswered
from stack_verify.inquiry import Answer, Gap
from stack_verify.probe import tls
from stack_verify.probe.connection import StoppedError, connect, find_addresses, own_address
from stack_verify.probe.endpoint import EndpointProbe
from stack_verify.probe.settings import Place, ProbeSettings
from stack_verify.probe.targets import database_place, endpoint_target, listeners
from stack_verify.resources.elbv2 import Listener
from stack_verify.resources.probe import DatabasePort, Endpoint, ProbeRun, Stop
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.snapshot import Snapshot, as_saved, sorted_resources
from stack_verify.util.workers import Workers

MAX_AT_ONCE = 16

_Look: TypeAlias = Callable[[Callable[[], ApiCall]], Resource]


def probe(snapshot: Snapshot, settings: ProbeSettings, progress: Callable[[str], None]) -> Snapshot:
    """Probes the listeners and databases of a snapshot of live state.

    Takes the snapshot that was just read, the settings, and a function that is told what is waited for. Returns the
    snapshot with a ``ProbeRun``, an ``Endpoint`` for each listener and a ``DatabasePort`` for each database; what
    could not be probed because AWS left something out is a gap. Opens connections, sends one GET to each listener and
    to what that redirects to, and reads no body.
    """
    over, gaps = threading.Event(), list[Gap]()
    asked: dict[Question, Future[Resource]] = {}
    with Workers(MAX_AT_ONCE, "probe") as threads:
        try:
            for question, look in _probes(snapshot, settings, progress, over):
                try:
                    asked[question] = threads.submit(partial(look(), partial(_call, question, snapshot)))
                except Unanswered as reason:
                    gaps.append(_gap(question, reason))
            progress(f"probing {len(asked)} endpoints, each for {settings.deadline:.0f} s at the most")
            found = {question: future.result() for question, future in asked.items()}
        finally:
            over.set()  # whoever interrupts a long wait is not kept waiting
    run = ProbeRun.ask(settings.mode)
    found[run] = ProbeRun(
        observed_by=_call(run, snapshot),
        mode=settings.mode,
        deadline=settings.deadline,
        resolved=settings.resolved,
        authorities=settings.authorities_sha256,
    )
    return as_saved(
        structs.replace(
            snapshot,
            resources=sorted_resources((*snapshot.resources, *found.values())),
            answers=(*snapshot.answers, *_answers(found)),
            gaps=tuple(sorted((*snapshot.gaps, *gaps), key=lambda gap: gap.question)),
        )
    )


def _probes(
    snapshot: Snapshot, settings: ProbeSettings, progress: Callable[[str], None], over: threading.Event
) -> Iterator[tuple[Question, Callable[[], _Look]]]:
    """What is to be seen, with what makes the probe of it; making it raises Unanswered where AWS left something out."""
    offers = tls.contexts(settings)

    def of_listener(listener: Listener) -> _Look:
        return EndpointProbe(endpoint_target(listener, snapshot), settings, offers, progress, over).run

    def of_database(instance: DBInstance) -> _Look:
        return partial(_database, instance, database_place(instance), settings)

    # Where no control that is on needs a probe, what it takes to make one need not have been read either.
    if Endpoint.kind() not in snapshot.unread:
        for listener in listeners(snapshot):
            yield Endpoint.ask(listener.listener_arn), partial(of_listener, listener)
    if DatabasePort.kind() not in snapshot.unread:
        for instance in snapshot.subjects(DBInstance):
            yield DatabasePort.ask(instance.db_instance_arn), partial(of_database, instance)


def _database(instance: DBInstance, place: Place, settings: ProbeSettings, call: Callable[[], ApiCall]) -> DatabasePort:
    since, patience = time.monotonic(), settings.database_patience
    addresses: tuple[str, ...] = ()
    stopped: Stop | None = None
    try:
        addresses = find_addresses(place, settings, settings.patience)
        connect(place, addresses, patience)[0].close()
    except StoppedError as error:
        stopped = error.stop
    own = (own_address(address, place[1]) for address in addresses)
    return DatabasePort(
        observed_by=call(),
        db_instance_arn=instance.db_instance_arn,
        host=place[0],
        port=place[1],
        overridden=bool(settings.addresses(*place)),
        addresses=addresses,
        seen_from=tuple(sorted({address for address in own if address is not None})),
        stopped=stopped,
        seconds=round(time.monotonic() - since, 1),
    )


def _call(question: Question, snapshot: Snapshot) -> ApiCall:
    """Where an observation comes from, in the form of an AWS answer's: ``probe`` in the place of the service."""
    return ApiCall(
        api=_api(question),
        account=snapshot.caller.account,
        region=snapshot.caller.region,
        request_id=None,
        at=datetime.now(UTC),
    )


def _api(question: Question) -> str:
    return f"probe:{question.kind.rpartition('::')[2]}"


def _gap(question: Question, reason: Unanswered) -> Gap:
    return Gap(
        question=question,
        api=_api(question),
        action="",
        code="NotProbed",
        message=str(reason),
        at=datetime.now(UTC),
    )


def _answers(found: dict[Question, Resource]) -> Iterator[Answer]:
    for question, resource in sorted(found.items(), key=lambda item: item[0]):
        ids = ((resource.kind(), resource.id),)
        yield Answer(question=question, call=resource.observed_by, ids=ids, in_stack=False)
