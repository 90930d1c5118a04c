"""Verifies a deployed stack inside the process that holds it, broken or not."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import msgspec

from stack.local.endpoint import ACCESS_KEY, SECRET_KEY
from stack.local.faults import find
from verify.collect import collect
from verify.controls import CONTROLS
from verify.evaluate import evaluate
from verify.outputs import load_outputs
from verify.policy import load_policy
from verify.snapshot import Snapshot

# (control, resource id, resource ARN or None) -> (status, observed)
Judgement = dict[tuple[str, str, str | None], tuple[str, str]]


@cache
class Session:
    """A boto3 session that keeps its clients: making them takes longer than all that is asked of them."""

    def __init__(self, region: str) -> None:
        self._session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=region)
        self.region_name = region
        self.client = cache(self._client)

    def _client(self, service, **settings):
        del settings  # retries and time limits, for which there is no need in one process
        return self._session.client(service, region_name=self.region_name)


def judge(live, fault: str | None = None) -> Judgement:
    """What every control says of every resource of the stack, after ``fault`` where one is named."""
    snapshot = observe(live, fault)
    findings = evaluate(snapshot, CONTROLS, load_policy("hipaa", snapshot.stack.environment))
    return {
        (finding.control, finding.resource.id, finding.resource.arn): (finding.status.value, finding.observed)
        for finding in findings
    }


def observe(live, fault: str | None = None) -> Snapshot:
    """What AWS answers of the stack, after ``fault`` where one is named."""
    if fault is not None:
        find(fault).apply(live.aws, live.outputs)
    session = Session(live.region)
    with TemporaryDirectory() as directory:
        outputs, state = Path(directory, "flat-outputs.json"), Path(directory, "state.json")
        outputs.write_bytes(msgspec.json.encode(live.outputs))
        state.write_bytes(msgspec.json.encode(live.state))
        loaded = load_outputs(outputs, state)
    # One call after the other: moto in process is not made for threads.
    return collect(session, loaded, max_in_flight=1)
