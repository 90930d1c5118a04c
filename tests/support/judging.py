"""Verifies a deployed stack inside the process that holds it, broken or not."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import msgspec
from stack_verify.collect import collect
from stack_verify.controls import CONTROLS
from stack_verify.controls.stack.drift import DRIFT
from stack_verify.core.evaluate import evaluate
from stack_verify.outputs import StackOutputs, load_outputs
from stack_verify.policy import Policy, load_policy
from stack_verify.snapshot import Snapshot, dump, load

from stack.local.demo import POLICY
from stack.local.endpoint import ACCESS_KEY, SECRET_KEY
from stack.local.faults import Fault, find

DRIFT_TABLE = Path(__file__).parents[1] / "fault_matrix/drift.tsv"


class Golden:
    """Whether the table of drift is written rather than compared: ``pytest tests/fault_matrix --write``, without -n."""

    writes = False


# (control, resource id, resource ARN or None) -> (status, observed)
Judgement = dict[tuple[str, str, str | None], tuple[str, str]]


@cache
class Session:
    """A boto3 session that keeps its clients: making them takes longer than all that is asked of them."""

    def __init__(self, region: str) -> None:
        self._session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=region)
        self._clients = {}
        self.region_name = region

    def client(self, service, config=None, **settings):
        del settings  # the region, which is one
        if service not in self._clients:
            self._clients[service] = self._session.client(service, region_name=self.region_name, config=config)
        return self._clients[service]


def judge(live, fault: str | None = None) -> Judgement:
    """What every control says of every resource of the stack, after ``fault`` where one is named."""
    return _judged(observe(live, fault))


def observe(live, fault: str | None = None) -> Snapshot:
    """What AWS answers of the stack, after ``fault`` where one is named."""
    if fault is not None:
        find(fault).apply(live.aws, live.outputs)
    return collected(live)


def save(live) -> bytes:
    """The stack's snapshot as it is saved."""
    return dump(collected(live))


def judged(path: Path) -> Judgement:
    """What every control says of a saved snapshot."""
    return _judged(load(path))


def outputs_of(live):
    return live.outputs


def proven(fault: Fault, outputs, before: Judgement, after: Judgement) -> None:
    """Asserts that exactly the findings changed that ``fault`` names, and that one of its control's own failed."""
    expected = fault.findings(outputs)
    changed = {key for key in before.keys() | after.keys() if status(before, key) != status(after, key)}
    assert changed, f"nothing changed: the emulator ignored the fault {fault.name}, or the verifier does not read it"
    if fault.control not in DRIFT:
        # Most of what can be broken is declared too. That it drifts besides stands in a table, and not with the fault.
        drifted = {key for key in changed if key[0] in DRIFT}
        rows = {drift_row(fault.name, key, status(after, key)) for key in drifted}
        if Golden.writes:
            write_drift(fault.name, rows)
        listed = drift_table()[fault.name]
        assert rows == listed, "\n".join(
            ("drift.tsv lacks", *sorted(rows - listed), "and has", *sorted(listed - rows), "(to write it: --write)")
        )
        changed -= drifted
    else:
        # What nobody declared is judged by everything else too, and passes: that is not said again either.
        changed = {key for key in changed if key in before or status(after, key) not in ("passed", "not applicable")}
    named = {(control, arn if (control, arn) in expected else name) for control, name, arn in changed}
    assert named == expected, {key: after.get(key) for key in changed}
    assert "failed" in {status(after, key) for key in changed if key[0] == fault.control}


@cache
def drift_table() -> dict[str, set[str]]:
    """The rows of ``drift.tsv`` by fault: what a fault of another control changes in the findings of drift."""
    rows = defaultdict[str, set[str]](set)
    for row in DRIFT_TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        rows[row.partition("\t")[0]].add(row)
    return rows


def write_drift(fault: str, rows: set[str]) -> None:
    """Puts what a fault changes into ``drift.tsv``, which a person then looks at with ``git diff``."""
    head, *lines = DRIFT_TABLE.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("\t")[0] != fault]
    DRIFT_TABLE.write_text("\n".join((head, *sorted((*kept, *rows)))) + "\n", encoding="utf-8")
    drift_table.cache_clear()


def drift_row(fault: str, key: tuple[str, str, str | None], now: str) -> str:
    """A row of ``drift.tsv``. Of a URN the last type and the name; an id that is made up is ``*``."""
    control, name, _ = key
    return "\t".join((fault, control, re.sub(r"[0-9a-f]{16,17}", "*", name.rpartition("$")[2]), now))


def status(judgement: Judgement, key) -> str:
    return judgement[key][0] if key in judgement else "absent"


def collected(live) -> Snapshot:
    """What AWS answers of the stack."""
    # One call after the other: moto in process is not made for threads.
    return collect(Session(live.region), loaded(live), max_in_flight=1)


def loaded(live) -> StackOutputs:
    """What the verifier makes of the stack's outputs and state."""
    return _loaded(msgspec.json.encode(live.outputs), msgspec.json.encode(live.state))


@cache
def _loaded(outputs: bytes, state: bytes) -> StackOutputs:
    with TemporaryDirectory() as directory:
        files = Path(directory, "flat-outputs.json"), Path(directory, "state.json")
        for file, content in zip(files, (outputs, state), strict=True):
            file.write_bytes(content)
        return load_outputs(*files)


@cache
def policy_for(environment: str | None) -> Policy:
    return load_policy(str(POLICY), environment)


def _judged(snapshot: Snapshot) -> Judgement:
    findings = evaluate(snapshot, CONTROLS, policy_for(snapshot.stack.environment))
    return {
        (finding.control, finding.resource.id, finding.resource.arn): (finding.status.value, finding.observed)
        for finding in findings
    }
