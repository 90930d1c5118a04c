"""What a finding is known by from one run to the next, whatever it says."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from stack_verify.core.finding import Finding
from stack_verify.report.model import Report


def identified(report: Report) -> Iterator[tuple[str, Finding]]:
    """Each finding with the SHA-256 of what it is about: stack, control and resource. No two have the same."""
    stack = report.run.stack
    about = (report.run.account, report.run.region, stack.project, stack.name, stack.environment_suffix)
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in report.findings:
        resource = finding.resource
        subject = (finding.control, resource.account, resource.region, resource.type, resource.id)
        seen[subject] += 1
        yield hashlib.sha256(json.dumps([*about, *subject, seen[subject]]).encode()).hexdigest(), finding
