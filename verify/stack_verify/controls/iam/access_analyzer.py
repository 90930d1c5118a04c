"""IAM Access Analyzer: whether it looks for access from outside the account, and what it found."""

from __future__ import annotations

from stack_verify.controls.account.safeguards import regions_used
from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.resources.accessanalyzer import EXTERNAL, AccessFinding, Analyzer
from stack_verify.resources.account import Account
from stack_verify.resources.ecr import Repository
from stack_verify.resources.iam import Role
from stack_verify.resources.kms import Key
from stack_verify.resources.rds import DBSnapshot
from stack_verify.resources.resource import Resource
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.safeguards import Analyzers, ExternalAnalyzer, scope
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.sns import Topic
from stack_verify.resources.stack import StackRegions
from stack_verify.snapshot import Snapshot

# What an analyzer of external access looks at and a stack can have (API reference, "AnalyzedResourceSummary").
_ANALYZED: tuple[type[Resource], ...] = (Bucket, DBSnapshot, Key, Repository, Role, Secret, Topic)


@control(
    "iam-access-analyzer",
    "IAM Access Analyzer looks for external access in every region that the stack uses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(D)", "164.312(a)(1)"),
    config_rule="iam-external-access-analyzer-enabled",
    security_hub="IAM.28",
    remediation="Create an analyzer of type ACCOUNT or ORGANIZATION in the region.",
    rationale="Access from outside is granted in many policies; the analyzer proves which of them grant it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    reads=(Analyzer, Analyzers, StackRegions),
)
def iam_access_analyzer(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    home, *others = regions_used(snapshot)
    found: dict[str, tuple[Analyzer | ExternalAnalyzer, ...]] = {home: snapshot.within(Analyzer, account.account_id)}
    for region in others:
        found[region] = snapshot.require(Analyzers, scope(account.account_id, region)).analyzers
    observed = "; ".join(f"{region}: {_told(analyzers)}" for region, analyzers in found.items())
    looking = all(any(_looks(each) for each in analyzers) for analyzers in found.values())
    return verdict(looking, observed, expected="in each an ACTIVE one of type ACCOUNT or ORGANIZATION")


def _looks(analyzer: Analyzer | ExternalAnalyzer) -> bool:
    return analyzer.type in EXTERNAL and analyzer.status == "ACTIVE"


def _told(analyzers: tuple[Analyzer | ExternalAnalyzer, ...]) -> str:
    return ", ".join(f"{each.name} of type {each.type} is {each.status}" for each in analyzers) or "no analyzer"


@control(
    "iam-no-external-access-findings",
    "IAM Access Analyzer finds no external access to the stack",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the access from the resource's policy, or archive the finding where it is intended.",
    rationale="An active finding is a principal outside the account that can reach the resource.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html",
    where=lambda analyzer: analyzer.looks_outside,
    reads=(AccessFinding, Bucket, DBSnapshot, Key, Repository, Role, Secret, Topic),
)
def iam_no_external_access_findings(analyzer: Analyzer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    findings = snapshot.within(AccessFinding, analyzer.analyzer_arn)
    own = {str(each.arn) for kind in _ANALYZED for each in every(kind, snapshot)} if findings else set()
    found = sorted(own & {each.resource for each in findings})
    return verdict(
        not found, f"{len(findings)} active findings, of the stack: {', '.join(found) or 'none'}", expected="none"
    )
