"""IAM Access Analyzer: the analyzers of a region and what those of external access found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.resource import UNKNOWN, Known, Question, Resource

# The types that look for access from outside: the account, or the organisation (API reference, "AnalyzerSummary").
EXTERNAL = ("ACCOUNT", "ORGANIZATION")


class AccessFinding(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::AccessAnalyzer::Finding"):
    """One active finding of ``accessanalyzer:ListFindingsV2``; listed by analyzer ARN. ``resource`` is its ARN."""

    id_field: ClassVar[str] = "finding_id"

    finding_id: str = msgspec.field(name="id")
    # AWS leaves it out where the finding is of no one resource.
    resource: str | None = None


class Analyzer(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::AccessAnalyzer::Analyzer"):
    """One analyzer of ``accessanalyzer:ListAnalyzers``; listed by account id."""

    id_field: ClassVar[str] = "name"
    arn_field: ClassVar[str | None] = "analyzer_arn"
    leads_to: ClassVar[tuple[str, ...]] = (AccessFinding.kind(),)
    lags: ClassVar[frozenset[str]] = frozenset({"status"})

    name: str
    analyzer_arn: str = msgspec.field(name="arn")
    type: Known[str] = UNKNOWN
    status: Known[str] = UNKNOWN

    @property
    def looks_outside(self) -> bool:
        """Whether it looks for access from outside, and not for access that is unused or within."""
        return self.type in EXTERNAL

    def refers_to(self) -> Iterator[Question]:
        if self.looks_outside:
            yield AccessFinding.ask(self.analyzer_arn)
