"""``stack-verify evaluate SNAPSHOT --check-manifest``: judges a sealed run again, offline, and says what differs."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path

from stack_verify.archive.seal import SealedRun, broken_seals, chosen_findings, differences, load_manifest
from stack_verify.archive.signature import is_signed
from stack_verify.cli.command import chosen
from stack_verify.core.finding import Finding
from stack_verify.errors import SnapshotError
from stack_verify.options import POLICY
from stack_verify.pipeline.run import Request, judge, rules_for
from stack_verify.report import Report, report_of, reporters
from stack_verify.snapshot import load
from stack_verify.vocabulary import OPEN

BESIDE = Path()  # what --check-manifest without a file stands for
HINT = (
    "Judged again were the snapshot, the recorded policy and the given --waivers, --controls, --baseline and --history "
    "by stack-verify {now}; the run was made by {then}. Where the run had others, give them too."
)


def check(options: argparse.Namespace) -> int:
    """Prints what of the run is sound: 0 where every byte is and nothing was left out of the reports, else 1."""
    manifest = options.snapshot.parent / "manifest.json" if options.check_manifest == BESIDE else options.check_manifest
    sealed = load_manifest(manifest)
    forged = options.signed_by is not None and not is_signed(manifest, options.signed_by)
    if options.signed_by is not None:
        print(f"{'NOT SIGNED' if forged else 'signed':14} {manifest.name}: by {options.signed_by}")
    broken = broken_seals(sealed, manifest.parent, options.snapshot)
    for file in sealed.files:
        if file.name not in broken:
            print(f"as sealed      {file.name}")
    for name, what in broken.items():
        print(f"CHANGED        {name}: {what}")
    if "snapshot.json" in broken:
        print("NOT JUDGED     the snapshot is not the sealed one, so nothing can be said of what it gives")
        return 1
    report, left_out = _again(options, sealed, manifest.parent)
    if left_out:
        of = len(report.findings) + len(left_out)
        open_ones = Counter(finding.status.value for finding in left_out if finding.status in OPEN)
        told = ", ".join(f"{count} {status}" for status, count in sorted(open_ones.items())) or "none that is open"
        print(f"PARTIAL        {len(report.findings)} of {of} findings are reported; not reported: {told}")
    unlike = differences(report, sealed, manifest, reporters("all"))
    for name, where in unlike.items():
        print(f"DIFFERENT      {name}: {where}")
    if unlike:
        print(f"               {HINT.format(now=report.run.version, then=sealed.run.version)}")
    else:
        print(f"judged again   {len(report.findings)} findings, byte-identical")
    return 1 if broken or unlike or forged or left_out else 0


def _again(options: argparse.Namespace, sealed: SealedRun, folder: Path) -> tuple[Report, tuple[Finding, ...]]:
    """The report on the sealed snapshot, by the recorded policy unless another is named, and the findings left out."""
    try:
        snapshot = load(options.snapshot)
    except SnapshotError as error:
        raise SnapshotError(f"{error} It is the sealed one, of stack-verify {sealed.run.version}.") from error
    request = Request(
        options.snapshot,
        policy=POLICY.value(options.policy),
        waivers=options.waivers,
        baseline=options.baseline,
        fail_on=options.fail_on,
        history=options.history,
    )
    rules = rules_for(snapshot.stack, request, chosen(options))
    if options.policy is None:
        rules = replace(rules, policy=sealed.run.effective_policy)
    again = judge(snapshot, request, rules)
    selected = chosen_findings(folder)
    reported = tuple(each for each in again.findings if selected is None or _place(each) in selected)
    left_out = tuple(each for each in again.findings if selected is not None and _place(each) not in selected)
    # As in the run: a selection is no audit of the whole stack.
    past = None if left_out else again.past
    return report_of(snapshot, reported, rules.policy, again.changes, past, of=len(again.findings)), left_out


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.control, finding.resource.type, finding.resource.id
