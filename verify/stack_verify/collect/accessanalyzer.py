"""Reads IAM Access Analyzer."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.accessanalyzer import AccessFinding, Analyzer


@collects(Analyzer, "accessanalyzer:ListAnalyzers")
def analyzers(reader: Reader, _account: str) -> Iterator[Analyzer]:
    """The analyzers of the region."""
    for page in reader.pages("accessanalyzer", "ListAnalyzers"):
        for item in page.items("analyzers"):
            yield page.decode(Analyzer, item)


@collects(AccessFinding, "accessanalyzer:ListFindingsV2")
def access_findings(reader: Reader, arn: str) -> Iterator[AccessFinding]:
    """What the analyzer found and nobody has settled or archived."""
    active = {"status": {"eq": ["ACTIVE"]}}
    for page in reader.pages("accessanalyzer", "ListFindingsV2", analyzerArn=arn, filter=active):
        for item in page.items("findings"):
            yield page.decode(AccessFinding, item)
