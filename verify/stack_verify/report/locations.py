"""Where a finding's resource is named: the line of the file of outputs, as far as that is known."""

from __future__ import annotations

from stack_verify.core.finding import Finding
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot


class Places:
    """The lines of the file of outputs by what they name: a name, an id or an ARN."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._lines: dict[str, int] = {}
        for output in snapshot.of(StackOutput):
            if output.line is not None:
                for name in (output.name, output.value, output.reference.key if output.reference else None):
                    if name is not None:
                        self._lines.setdefault(name, output.line)

    def line(self, finding: Finding) -> int | None:
        """The line that names the finding's resource; None where the outputs do not."""
        return self._lines.get(finding.resource.arn or "") or self._lines.get(finding.resource.id)
