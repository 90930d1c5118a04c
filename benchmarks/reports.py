"""How long each report of many findings takes to write, how large it is, and how much memory the whole needs.

    .tox/docs/bin/python benchmarks/reports.py [--findings N] [--runs N]

Each format is written by a process of its own, and then all of them by one. Prints a Markdown table with medians.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from stack_verify.controls import CONTROLS
from stack_verify.core.control import Status
from stack_verify.core.finding import Finding, Subject, Waiver
from stack_verify.inquiry import Answer, Caller, Stack
from stack_verify.policy import load_policy
from stack_verify.report import Report, report_of, reporters, write_reports
from stack_verify.report.registry import ALL, FORMATS
from stack_verify.resources.resource import ApiCall, Evidence, Question
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

ACCOUNT, REGION = "123456789012", "sa-east-1"
AT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
# As many of each as a large stack in poor health might have.
STATUSES = [Status.PASSED] * 6 + [Status.FAILED] * 2 + [Status.ERROR, Status.WAIVED]
EVIDENCE = 3


class Measure(NamedTuple):
    wall: float
    processor: float
    written: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--format", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.format:
        measure(options.findings, options.format)
        return
    print(f"{options.findings} findings\n\n| format | wall, median (min-max) | CPU | written | memory at the peak |")
    print("|---|---|---|---|---|")
    for name in (*FORMATS, ALL):
        print(row(name, [in_a_process(options.findings, name) for _ in range(options.runs)]), flush=True)


def in_a_process(findings: int, name: str) -> Measure:
    command = [sys.executable, __file__, "--findings", str(findings), "--format", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measure(*map(float, done.stdout.split()))


def measure(findings: int, name: str) -> None:
    """Prints the seconds, those of the processor, the megabytes written, and the peak of the process."""
    report = large(findings)
    with tempfile.TemporaryDirectory() as folder:
        started, busy = time.perf_counter(), time.process_time()
        files = write_reports(report, reporters(name), Path(folder))
        wall, processor = time.perf_counter() - started, time.process_time() - busy
        size = sum(file.stat().st_size for file in files if file.name != "manifest.json")
    print(wall, processor, size / 1e6, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


def row(name: str, runs: list[Measure]) -> str:
    walls = [run.wall for run in runs]
    wall = f"{statistics.median(walls):.2f} s ({min(walls):.2f}-{max(walls):.2f})"
    processor = statistics.median(run.processor for run in runs)
    return (
        f"| {name} | {wall} | {processor:.2f} s | {runs[0].written:.1f} MB | {max(run.peak for run in runs):.0f} MB |"
    )


def large(findings: int) -> Report:
    """A report of so many findings, of the catalogue's own controls, with evidence, and a snapshot to match."""
    found = [finding(number) for number in range(findings)]
    outputs = tuple(
        StackOutput(
            observed_by=call("file:outputs.json"),
            name=f"output{number}",
            value=f"resource-{number}",
            reference=Question("AWS::RDS::DBInstance", f"resource-{number}"),
            line=number + 2,
        )
        for number in range(findings)
    )
    taken = Snapshot(
        taken_at=AT,
        caller=Caller(account=ACCOUNT, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/audit/ci", region=REGION),
        stack=Stack(
            source="outputs/flat-outputs.json",
            name="prod",
            project="healthcare",
            environment="prod",
            environment_suffix="large",
        ),
        resources=outputs,
        answers=tuple(
            Answer(
                question=each.reference,
                call=call("rds:DescribeDBInstances"),
                ids=((each.reference.kind, each.reference.key),),
                in_stack=True,
            )
            for each in outputs
            if each.reference is not None
        ),
        gaps=(),
    )
    return report_of(taken, found, load_policy("hipaa", "prod"))


def finding(number: int) -> Finding:
    control, status = CONTROLS[number % len(CONTROLS)], STATUSES[number % len(STATUSES)]
    name = f"resource-{number}"
    return Finding(
        control=control.id,
        title=control.title,
        severity=control.severity,
        citations=control.citations,
        resource=Subject(
            type=control.subject.kind(),
            id=name,
            arn=f"arn:aws:service:{REGION}:{ACCOUNT}:{name}",
            region=REGION,
            account=ACCOUNT,
        ),
        status=status,
        observed=f"the setting of {name} is what it is, and these are the words that tell so",
        expected="another setting, in as many words",
        remediation=control.remediation,
        evidence=tuple(
            Evidence(
                api="rds:DescribeDBInstances", request_id=f"r-{number}", at=AT, field=f"{name} Field{each}", value=False
            )
            for each in range(EVIDENCE)
        ),
        waiver=waiver(control.id, name) if status is Status.WAIVED else None,
    )


def waiver(control: str, name: str) -> Waiver:
    return Waiver(
        control=control,
        resource=name,
        owner="platform",
        reason="accepted for now",
        approver="CISO",
        ticket="SEC-1",
        expires=date(2027, 1, 1),
    )


def call(api: str) -> ApiCall:
    return ApiCall(api=api, account=ACCOUNT, region=REGION, request_id="r-1", at=AT)


if __name__ == "__main__":
    main()
