"""pytest's nodes: the outputs file holds controls, a control holds one item for each resource it judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

import pytest

from stack_verify.core.finding import Finding
from stack_verify.pytest_plugin.selection import EVIDENCE
from stack_verify.vocabulary import Status


class NotCompliant(Exception):  # noqa: N818 - pytest's word for it is failure
    """The finding says failed."""


class NotVerified(Exception):  # noqa: N818 - pytest's word for it is error
    """The finding says error: the state could not be read or judged."""


class OutputsFile(pytest.File):
    """The file of stack outputs. ``concerns`` tells what each control is about, which becomes a mark of its items."""

    def __init__(
        self,
        *,
        findings: tuple[Finding, ...],
        concerns: Mapping[str, str],
        **kwargs: Any,  # noqa: ANN401 - pytest's own
    ) -> None:
        super().__init__(**kwargs)
        self.findings = findings
        self.concerns = concerns

    def collect(self) -> Iterator[ControlNode]:
        """One node for each control, in the order of their ids."""
        for control, findings in groupby(self.findings, key=attrgetter("control")):
            concern = self.concerns.get(control, EVIDENCE)
            yield ControlNode.from_parent(self, name=control, findings=tuple(findings), concern=concern)


class ControlNode(pytest.Collector):
    """One control."""

    def __init__(self, *, findings: tuple[Finding, ...], concern: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.findings = findings
        self.concern = concern

    def collect(self) -> Iterator[FindingItem]:
        """One item for each resource, in the order of their types and ids."""
        for name, finding in named(self.findings):
            yield FindingItem.from_parent(self, name=name, finding=finding, concern=self.concern)


class FindingItem(pytest.Item):
    """One control on one resource, already judged. Its outcome is pytest's word for the finding's status."""

    def __init__(self, *, finding: Finding, concern: str, **kwargs: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**kwargs)
        self.finding = finding
        self.user_properties += _properties(finding)
        # Plain texts: xdist sends them to its controller, and knows no enumerations.
        for mark in (finding.severity.value, concern, "hipaa"):
            self.add_marker(mark)

    def setup(self) -> None:
        """An error could not be judged, a waived or not applicable finding need not be."""
        finding = self.finding
        if finding.status is Status.ERROR:
            raise NotVerified(finding.observed)
        if finding.status is Status.NOT_APPLICABLE:
            pytest.skip(f"not applicable: {finding.observed}")
        if finding.waiver is not None:
            waiver = finding.waiver
            until = f"waived until {waiver.expires} by {waiver.approver} for {waiver.owner} ({waiver.ticket})"
            instead = f"; instead: {waiver.alternative}" if waiver.alternative else ""
            required = ", ".join(finding.non_compliance)
            breach = f"documented non-compliance with {required} (required): " if required else ""
            pytest.skip(f"{breach}{until}: {waiver.reason}{instead}")

    def runtest(self) -> None:
        """A failed finding fails."""
        if self.finding.status is Status.FAILED:
            raise NotCompliant(self.finding.observed)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """What a person needs: what was seen, what was expected, how to mend it, which answer of AWS proves it."""
        if isinstance(excinfo.value, (NotCompliant, NotVerified)):
            return explanation(self.finding)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, None, str]:
        """Where the item stands and what it is called in pytest's own lines."""
        return self.path, None, f"{self.finding.control} {self.name}"


def explanation(finding: Finding) -> str:
    """The finding in a few lines of text."""
    lines = [
        f"{finding.title} ({finding.severity}; HIPAA {', '.join(citation.id for citation in finding.citations)})",
        f"  resource  {finding.resource.type} {finding.resource.arn or finding.resource.id}",
        f"  observed  {finding.observed}",
    ]
    if finding.expected is not None:
        lines.append(f"  expected  {finding.expected}")
    lines.append(f"  remedy    {finding.remediation}")
    lines += [f"  evidence  {item.api} {item.request_id or ''} {item.field}".rstrip() for item in finding.evidence]
    return "\n".join(lines)


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "control", finding.control
    yield "severity", finding.severity.value
    yield "citations", ", ".join(citation.id for citation in finding.citations)
    yield "resource_type", finding.resource.type
    yield "resource", finding.resource.arn or finding.resource.id
    yield "status", finding.status.value
    yield "observed", finding.observed
    yield "expected", finding.expected or ""
    yield "remediation", finding.remediation
    for item in finding.evidence:
        yield "evidence", f"{item.api} {item.request_id or ''} {item.field}"


def named(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """The findings of one control, each with a name that no other has and that pytest can take apart again."""
    taken: set[str] = set()
    for finding in findings:
        # "::" is what pytest takes node ids apart by, and global ARNs hold it.
        name = (finding.resource.id or finding.resource.type).replace("::", ":")
        name = f"{finding.resource.type.replace('::', ':')} {name}" if name in taken else name
        taken.add(name)
        yield name, finding


def by_node(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The findings (sorted by control) by the part of their node id that follows the file: ``control::name``."""
    return {
        f"{control}::{name}": finding
        for control, group in groupby(findings, key=attrgetter("control"))
        for name, finding in named(group)
    }
