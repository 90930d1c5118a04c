"""What kills a mutant: another finding on a recorded snapshot, or a failing test of its module."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import grimp
from msgspec import UNSET, structs, to_builtins
from recording import STACKS
from stack_verify.core.control import Control, catalogue
from stack_verify.core.evaluate import evaluate
from stack_verify.inquiry import Gap
from stack_verify.policy import Policy, load_policy
from stack_verify.snapshot import Snapshot, answered, load

from stack.local.faults import FAULTS

# (control, kind of resource, id, ARN) -> status
Statuses = dict[tuple[str, str, str, str | None], str]
Texts = list[tuple[str, str | None]]

_JUDGING = (
    "stack_verify.controls.",
    "stack_verify.network.",
    "stack_verify.principals.iam_policy",
    "stack_verify.controls.cloudwatch.filter_pattern",
)


@dataclass(frozen=True)
class Case:
    """A snapshot, the controls to judge it by, and what they said of it before anything was mutated."""

    name: str
    snapshot: Snapshot
    policy: Policy
    controls: frozenset[str]
    statuses: Statuses
    texts: Texts


class Oracle:
    """Judges mutants of one module by the controls that it decides: its own, and those of modules that import it."""

    def __init__(self, module: str, recorded: Path) -> None:
        self.module = module
        self.deciding = _deciding(module)
        controls = frozenset(control.id for control in _controls(self.deciding))
        faults = [fault.name for fault in FAULTS.values() if controls & {control for control, _ in fault.flips}]
        snapshots = {name: load(recorded / f"{name}.json") for name in (*STACKS, *faults)}
        self.cases = [self._case(name, snapshot, controls) for name, snapshot in snapshots.items()]
        self.cases += [self._case(*each) for each in _poorer(snapshots["prod"], _controls(self.deciding))]

    def told(self) -> str:
        """``findings`` where some finding's status is another than before, ``text`` where only words are, or nothing.

        Judges by the modules as they are loaded now.
        """
        controls, said = _controls(self.deciding), ""
        for case in self.cases:
            statuses, texts = _judged(case.snapshot, case.policy, controls, case.controls)
            if statuses != case.statuses:
                return f"findings of {case.name}"
            if texts != case.texts:
                said = "text"
        return said

    def _case(self, name: str, snapshot: Snapshot, ids: frozenset[str]) -> Case:
        policy = load_policy("hipaa-strict", snapshot.stack.environment)
        return Case(name, snapshot, policy, ids, *_judged(snapshot, policy, _controls(self.deciding), ids))


def replace(module: str, deciding: Iterable[str], source: str, path: Path) -> None:
    """Puts ``source`` in the place of ``module`` in this process, for all that import it."""
    for name in deciding:
        del sys.modules[name]
    mutated = ModuleType(module)
    mutated.__file__, mutated.__package__ = str(path), module.rpartition(".")[0]
    sys.modules[module] = mutated
    exec(compile(source, path, "exec"), vars(mutated))
    setattr(sys.modules[mutated.__package__], module.rpartition(".")[2], mutated)
    for name in deciding:
        importlib.import_module(name)
    importlib.reload(sys.modules["stack_verify.controls"])


def _deciding(module: str) -> tuple[str, ...]:
    """The module and what imports it, of the modules that decide verdicts."""
    importing = grimp.build_graph("stack_verify").find_downstream_modules(module)
    return (module, *sorted(name for name in importing if name.startswith(_JUDGING)))


def _controls(modules: Iterable[str]) -> tuple[Control, ...]:
    return catalogue(importlib.import_module(name) for name in modules)


def _judged(
    snapshot: Snapshot, policy: Policy, controls: Iterable[Control], ids: frozenset[str]
) -> tuple[Statuses, Texts]:
    statuses, texts = {}, []
    for finding in evaluate(snapshot, [control for control in controls if control.id in ids], policy):
        if finding.control in ids:
            resource = finding.resource
            statuses[finding.control, resource.type, resource.id, resource.arn] = finding.status.value
            texts.append((finding.observed, finding.expected))
    return statuses, texts


def _poorer(snapshot: Snapshot, controls: Iterable[Control]) -> Iterator[tuple[str, Snapshot, frozenset[str]]]:
    """The snapshot without a field that AWS may leave out, or without an answer, and the controls that had read it."""
    readers: dict[str, set[str]] = {}
    for finding in evaluate(snapshot, controls, load_policy("hipaa-strict", snapshot.stack.environment)):
        for item in finding.evidence:
            readers.setdefault(item.field, set()).add(finding.control)
    for number, resource in enumerate(snapshot.resources):
        plain = None
        for field in structs.fields(resource):
            name = f"{resource.id} {field.encode_name}"
            if field.default is UNSET and name in readers:
                plain = to_builtins(resource) if plain is None else plain
                if field.encode_name in plain:
                    lacking = structs.replace(resource, **{field.name: UNSET})
                    resources = (*snapshot.resources[:number], lacking, *snapshot.resources[number + 1 :])
                    yield name, structs.replace(snapshot, resources=resources), frozenset(readers[name])
    for answer in snapshot.answers:
        if (name := answered(answer).field) in readers:
            question, call = answer.question, answer.call
            gap = Gap(question=question, api=call.api, action=call.api, code="AccessDenied", message="no", at=call.at)
            answers = tuple(each for each in snapshot.answers if each is not answer)
            yield name, structs.replace(snapshot, answers=answers, gaps=(gap,)), frozenset(readers[name])
