"""What is read does not depend on the order in which answers come: it is what asking in waves would have read."""

from __future__ import annotations

import time
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as some
from stack_verify.collect.asking import ask
from stack_verify.collect.collector import Collector
from stack_verify.collect.reader import Aws
from stack_verify.resources.resource import Question, Resource
from support.hand_made import ACCOUNT, CALL, REGION, OneClient

NAMES = "abcdefgh"
FAILS = "h"
AWS = Aws(OneClient("sts"), account=ACCOUNT, region=REGION, max_in_flight=4)


class Node(Resource, frozen=True, kw_only=True, tag="Test::Node"):
    id_field: ClassVar[str] = "name"
    leads_to: ClassVar[tuple[str, ...]] = ("Test::Many", "Test::Node")
    name: str
    owns: tuple[str, ...]
    beside: tuple[str, ...]

    def refers_to(self):
        return (question(name) for name in self.owns)

    def surroundings(self):
        return (question(name) for name in self.beside)


class Many(Node, frozen=True, kw_only=True, tag="Test::Many"):
    """One that is asked for with others."""


def question(name: str) -> Question:
    return (Many if name in "bdf" else Node).ask(name)


graphs = some.fixed_dictionaries(
    {name: some.tuples(some.lists(some.sampled_from(NAMES)), some.lists(some.sampled_from(NAMES))) for name in NAMES}
)


def in_waves(graph, first) -> tuple[dict[str, bool], set[str]]:
    """What is asked, and whether it is of the stack, one wave after the other."""
    in_stack, wave = dict(first), set(first)
    while wave:
        following = {}
        parts = [name for name in wave if in_stack[name] and name != FAILS]
        while parts:
            for owned in graph[parts.pop()][0]:
                if owned not in in_stack:
                    following[owned] = True
                elif not in_stack[owned]:
                    in_stack[owned] = True
                    parts += [owned] if owned != FAILS else []
        for name in wave - {FAILS}:
            for beside in graph[name][1]:
                if beside not in in_stack:
                    following.setdefault(beside, False)
        in_stack |= following
        wave = set(following)
    return in_stack, set(in_stack) - {FAILS}


@settings(max_examples=60, deadline=None)
@given(
    graph=graphs,
    first=some.dictionaries(some.sampled_from(NAMES), some.booleans(), min_size=1),
    pauses=some.lists(some.integers(0, 3), min_size=len(NAMES), max_size=len(NAMES)),
)
def test_what_is_read_is_what_waves_would_have_read(graph, first, pauses):
    asked = []

    def answers(kind):
        def answer(reader, keys):
            reader.api = "sts:GetCallerIdentity"
            asked.extend(keys)
            for key in keys:
                time.sleep(pauses[NAMES.index(key)] / 2000)
                if key == FAILS:
                    raise OSError("gone")
                owns, beside = graph[key]
                yield key, kind(observed_by=CALL, name=key, owns=tuple(owns), beside=tuple(beside))
            reader.calls.append(CALL)

        return answer

    collectors = {
        Node.kind(): Collector(Node, (), 1, answers(Node)),
        Many.kind(): Collector(Many, (), 2, answers(Many)),
    }
    begin = {question(name): part for name, part in first.items()}
    known = ask(AWS, collectors, begin, max_in_flight=4, progress=lambda _: None)
    in_stack, answered = in_waves(graph, first)
    assert {each.key: part for each, part in known.in_stack.items()} == in_stack
    assert {each.key for each in known.found} == answered
    assert [gap.question.key for gap in known.gaps] == [FAILS] * (FAILS in in_stack)
    assert sorted(asked) == sorted(in_stack), "each thing is asked for once"

    remembered = {each: (known.calls[each], known.found[each]) for each in known.found}
    remembered |= {gap.question: gap for gap in known.gaps}
    asked.clear()
    again = ask(AWS, collectors, begin, max_in_flight=4, progress=lambda _: None, remembered=remembered)
    assert (asked, again.in_stack, again.found) == ([], known.in_stack, known.found), "what is remembered is not asked"
