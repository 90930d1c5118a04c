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
    if fault is not None:
        find(fault).apply(live.aws, live.outputs)
    session = Session(live.region)
    with TemporaryDirectory() as directory:
        outputs, state = Path(directory, "flat-outputs.json"), Path(directory, "state.json")
        outputs.write_bytes(msgspec.json.encode(live.outputs))
        state.write_bytes(msgspec.json.encode(live.state))
        loaded = load_outputs(outputs, state)
    # One call after the other: moto in process is not made for threads.
    snapshot = collect(session, loaded, max_in_flight=1)
    findings = evaluate(snapshot, CONTROLS, load_policy("hipaa", snapshot.stack.environment))
    return {
        (finding.control, finding.resource.id, finding.resource.arn): (finding.status.value, finding.observed)
        for finding in findings
    }
