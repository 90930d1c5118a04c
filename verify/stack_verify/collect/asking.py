"""Asks AWS all that is known to matter, and what each answer leads to as soon as it is there, until nothing is new.

Nothing waits for an answer that it does not depend on; only questions that one call can answer together wait for
others of their kind, as long as something under way leads straight to such. What is read in the end does not depend on
the order in which answers come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import islice
from queue import SimpleQueue
from types import MappingProxyType
from typing import TypeAlias

import msgspec
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from stack_verify.collect.actions import iam_action
from stack_verify.collect.collector import Collector
from stack_verify.collect.place import Place, follows, known_there_as, place_of, region_to_ask
from stack_verify.collect.reader import Aws, Malformed, Reader, error_of, said
from stack_verify.collect.redaction import text_without_secrets, without_secrets
from stack_verify.errors import MISTAKES, Unanswered
from stack_verify.inquiry import Answer, Gap
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.resources.tagging import TaggedResource
from stack_verify.util.workers import Workers

# Every way in which AWS can fail to answer. What an answer of an unknown shape makes a collector raise is one of them,
# as are botocore's errors for a body that is not JSON and for text that is no Unicode. Credentials that are renewed in
# the middle of a run come from files, processes and questions at the terminal: OSError, EOFError, RuntimeError, which
# is also botocore's word for credentials that are expired when they come, and Python's for redirections without end.
NOT_ANSWERED = (
    ClientError,
    BotoCoreError,
    ResponseParserError,
    Malformed,
    Unanswered,
    OSError,
    EOFError,
    RuntimeError,
    *MISTAKES,
)


# AWS's codes for a caller who is to come again later.
BUSY = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "SlowDown",
        "ServiceUnavailable",
        "RequestTimeout",
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
    }
)

# What an earlier look found, by what was asked: where the answer came from and what it was, or why there is none.
Remembered: TypeAlias = Mapping[Question, tuple[ApiCall, list[Resource]] | Gap]

# What came of a batch: answers with the calls that gave them, and gaps.
Came: TypeAlias = tuple[list[tuple[Question, ApiCall, list[Resource]]], list[Gap]]


@dataclass
class Known:
    """What has been asked, whether as a part of the stack or of its surroundings, and what was answered."""

    in_stack: dict[Question, bool] = field(default_factory=dict)
    found: dict[Question, list[Resource]] = field(default_factory=dict)
    calls: dict[Question, ApiCall] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    # Where a question is asked whose key names no region, if not in the stack's.
    regions: dict[Question, str] = field(default_factory=dict)

    def recall(self, question: Question, remembered: Remembered) -> bool:
        """Whether the question need not be asked, since it is remembered what came of it."""
        match remembered.get(question):
            case None:
                return False
            case Gap() as gap:
                self.gaps.append(gap)
            case call, resources:
                self.calls[question], self.found[question] = call, resources
        return True

    def resources(self) -> dict[tuple[str, str], Resource]:
        """Every resource that was read, by kind and id; one that answers several questions is there as read last."""
        resources = [resource for found in self.found.values() for resource in found]
        resources.sort(key=lambda resource: resource.observed_by.at)
        return {(resource.kind(), resource.id): resource for resource in resources}

    def answers(self) -> list[Answer]:
        """Every answer, sorted by question."""
        return [_answer(question, self) for question in sorted(self.found)]


@dataclass(frozen=True)
class Batch:
    """Questions that one call can answer, and what came of them."""

    collector: Collector
    questions: tuple[Question, ...]
    place: Place

    def run(self, aws: Aws) -> Came:
        """Asks. Whatever goes wrong, nothing of a half-read answer is kept: every question of the batch is a gap."""
        reader = Reader(aws, self.collector.apis)
        reader.go_to(self.place.region)
        keys = {known_there_as(each, self.place, aws.account, aws.region): each.key for each in self.questions}
        found: dict[str, list[Resource]] = {question.key: [] for question in self.questions}
        try:
            for key, resource in self.collector.ask(reader, tuple(keys)):
                found[keys[key]].append(_checked(resource))
        except NOT_ANSWERED as error:
            if self.place.account is None or not _refused(error):
                return [], [_gap(question, reader, error) for question in self.questions]
            call, said = _refusal(reader, aws, error)
            return [(each, call, [_elsewhere(each, self.place, call, said)]) for each in self.questions], []
        if self.place.account is not None:
            # AWS does not tell what is not there from what the caller may not see.
            for each in self.questions:
                found[each.key] = found[each.key] or [_elsewhere(each, self.place, reader.calls[-1], "AWS lists none")]
        return [(question, reader.calls[-1], found[question.key]) for question in self.questions], []


# What is finished, in the order in which it was.
Done: TypeAlias = "SimpleQueue[tuple[Batch, Future[Came]]]"


def ask(
    aws: Aws,
    collectors: Mapping[str, Collector],
    first: Mapping[Question, bool],
    *,
    max_in_flight: int,
    progress: Callable[[str], None],
    remembered: Remembered = MappingProxyType({}),
    unread: Collection[str] = (),
    regions: Mapping[Question, str] = MappingProxyType({}),
) -> Known:
    """Asks ``first``, each a part of the stack or not, and all it leads to.

    Takes the number of calls that may be in flight at once, what is known already and not to be asked again, the kinds
    that nothing is asked of, and where questions are asked whose keys do not say it. Returns what is known: every
    resource, answer and gap. Raises nothing for a call that fails; that is a gap.
    """
    known = Known(regions=dict(regions))
    asked = Asked(aws, collectors, known)
    with Workers(max_in_flight, "aws") as workers:
        done: Done = SimpleQueue()
        following = _new(first, known, unread)
        while following or asked.open:
            unknown = _recalled(following, known, remembered, unread, aws.region)
            if unknown:
                progress(f"reading {len(unknown)} things from AWS, {len(known.found)} answers so far")
            for batch in asked.add(unknown):
                workers.submit(partial(batch.run, aws)).add_done_callback(partial(_put, done, batch))
            # Where all was remembered, there is nothing to wait for.
            following = _heard(asked, done, known, unread) if asked.open else {}
    return known


def _put(done: Done, batch: Batch, future: Future[Came]) -> None:
    done.put((batch, future))


def _recalled(
    questions: Mapping[Question, bool], known: Known, remembered: Remembered, unread: Collection[str], region: str
) -> list[Question]:
    """The questions that are to be asked: these, without what is remembered, and what that leads to."""
    unknown: list[Question] = []
    while questions:
        found = [question for question in questions if known.recall(question, remembered)]
        unknown += [question for question in questions if question not in known.found and question not in found]
        questions = _new(_next(found, known, region), known, unread)
    return sorted(unknown, key=_slowest_first)


def _slowest_first(question: Question) -> tuple[bool, Question]:
    # What carries the stack's tags is told in pages, one after the other, and leads to much.
    return question.kind != TaggedResource.kind(), question


def _heard(asked: Asked, done: Done, known: Known, unread: Collection[str]) -> dict[Question, bool]:
    """What the next answers lead to: waits for one, and takes all that are there by then."""
    heard = [done.get()]
    while not done.empty():
        heard.append(done.get())
    answered: list[Question] = []
    for batch, future in heard:
        answers, gaps = future.result()
        asked.finished(batch)
        known.gaps += gaps
        for question, call, resources in answers:
            known.calls[question], known.found[question] = call, resources
            answered.append(question)
    return _new(_next(answered, known, asked.region), known, unread)


def _new(questions: Mapping[Question, bool], known: Known, unread: Collection[str]) -> dict[Question, bool]:
    """The questions but for those of kinds that nothing is asked of. From now on they are known to be asked."""
    new = {question: in_stack for question, in_stack in questions.items() if question.kind not in unread}
    known.in_stack.update(new)
    return new


class Asked:
    """What is under way, and what waits for others of its kind to be asked with them."""

    def __init__(self, aws: Aws, collectors: Mapping[str, Collector], known: Known) -> None:
        self.region = aws.region
        self._aws = aws
        self._collectors = collectors
        self._known = known
        self._waiting: list[Question] = []
        # How many questions of a kind are under way.
        self._kinds: Counter[str] = Counter()

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._kinds or self._waiting)

    def add(self, questions: Iterable[Question]) -> Iterator[Batch]:
        """What is to be asked now, of ``questions`` and of those that have waited."""
        self._waiting += questions
        ready = self._ready()
        self._waiting = [question for question in self._waiting if question not in ready]
        for batch in _batches(sorted(ready, key=_slowest_first), self._collectors, self._aws, self._known):
            self._kinds[batch.collector.kind.kind()] += 1
            yield batch

    def finished(self, batch: Batch) -> None:
        """That ``batch`` is no longer under way."""
        kind = batch.collector.kind.kind()
        self._kinds[kind] -= 1
        self._kinds += Counter()  # without those of which there are none left

    def _ready(self) -> set[Question]:
        coming = {kind for each in self._kinds for kind in self._collectors[each].kind.leads_to if each != kind}
        return {each for each in self._waiting if self._collectors[each.kind].size == 1 or each.kind not in coming}


def _checked(resource: Resource) -> Resource:
    """What is kept of the answer. Raises where it cannot be used: it does not say what it leads to, or be written."""
    kept = without_secrets(resource)
    tuple(kept.refers_to())
    tuple(kept.surroundings())
    msgspec.json.encode(kept)
    return kept


def _batches(
    questions: Iterable[Question], collectors: Mapping[str, Collector], aws: Aws, known: Known
) -> Iterator[Batch]:
    alike: dict[tuple[str, Place], list[Question]] = {}
    for question in questions:
        place = place_of(question, aws.account, known.regions.get(question, aws.region))
        if place.account is not None:
            # AWS refuses a whole call for one ARN of another account, so such a one is asked for alone.
            yield Batch(collectors[question.kind], (question,), place)
        else:
            alike.setdefault((question.kind, place), []).append(question)
    for (kind, place), together in alike.items():
        rest = iter(together)
        while group := tuple(islice(rest, collectors[kind].size)):
            yield Batch(collectors[kind], group, place)


def _next(answered: Iterable[Question], known: Known, region: str) -> dict[Question, bool]:
    """The questions that the answers to ``answered`` lead to and that nobody asked yet.

    What was read as surroundings and turns out to be a part of the stack is followed from there, without a second call.
    """
    following: dict[Question, bool] = {}
    answered = tuple(answered)
    parts = [
        resource for question in answered if known.in_stack[question] for resource in known.found.get(question, ())
    ]
    while parts:
        resource = parts.pop()
        for question in _led_to(resource, resource.refers_to(), known, region):
            if question not in known.in_stack:
                following[question] = True
            elif not known.in_stack[question]:
                known.in_stack[question] = True
                parts += known.found.get(question, ())
        _surround(resource, known, following, region)
    for question in answered:
        for resource in known.found.get(question, ()):
            _surround(resource, known, following, region)
    return following


def _led_to(resource: Resource, questions: Iterable[Question], known: Known, region: str) -> Iterator[Question]:
    """The questions that a resource leads to, as far as they mean the same in the stack's region."""
    for question in questions:
        if follows(resource, question, region):
            there = region_to_ask(resource, question)
            if there is not None and there != region:
                known.regions.setdefault(question, there)
            yield question


def _surround(resource: Resource, known: Known, following: dict[Question, bool], region: str) -> None:
    """Adds what surrounds a resource, be it of the surroundings itself: a VPC's route tables name prefix lists."""
    for question in _led_to(resource, resource.surroundings(), known, region):
        if question not in known.in_stack:
            following.setdefault(question, False)


def _answer(question: Question, known: Known) -> Answer:
    ids = tuple(sorted({(resource.kind(), resource.id) for resource in known.found[question]}))
    return Answer(question=question, call=known.calls[question], ids=ids, in_stack=known.in_stack[question])


def _refused(error: Exception) -> bool:
    """Whether AWS refused or could not understand the request, and was not merely too busy or out of order."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.BAD_REQUEST)
        return error_of(error)[0] not in BUSY and status < HTTPStatus.INTERNAL_SERVER_ERROR
    # The name of what is asked for by name may be no name here, being an ARN.
    return isinstance(error, ParamValidationError)


def _refusal(reader: Reader, aws: Aws, error: Exception) -> tuple[ApiCall, str]:
    """The call that was refused, and with which code."""
    code, request_id = type(error).__name__, None
    if isinstance(error, ClientError):
        code, request_id = error_of(error)[0], error.response.get("ResponseMetadata", {}).get("RequestId")
    call = ApiCall(
        api=reader.api, account=aws.account, region=reader.region, request_id=request_id, at=datetime.now(UTC)
    )
    return call, f"{reader.api} answered {text_without_secrets(code)}"


def _elsewhere(question: Question, place: Place, call: ApiCall, said: str) -> Elsewhere:
    return Elsewhere(observed_by=call, kind_asked=question.kind, key=question.key, account=place.account, said=said)


def _gap(question: Question, reader: Reader, error: Exception) -> Gap:
    code, message = said(error)
    return Gap(
        question=question,
        api=reader.api,
        action=iam_action(reader.api),
        code=text_without_secrets(code),
        message=text_without_secrets(message),
        at=datetime.now(UTC),
    )
