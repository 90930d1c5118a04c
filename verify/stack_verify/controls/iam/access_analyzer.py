"""IAM Access Analyzer: whether it looks for access from outside the account, and what it found."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.resources.accessanalyzer import AccessFinding, Analyzer
from stack_verify.resources.account import Account
from stack_verify.resources.ecr import Repository
from stack_verify.resources.iam import Role
from stack_verify.resources.kms import Key
from stack_verify.resources.rds import DBSnapshot
from stack_verify.resources.resource import Resource
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.sns import Topic
from stack_verify.snapshot import Snapshot

# What an analyzer of external access looks at and a stack can have (API reference, "AnalyzedResourceSummary").
_ANALYZED: tuple[type[Resource], ...] = (Bucket, DBSnapshot, Key, Repository, Role, Secret, Topic)


@control(
    "iam-access-analyzer",
    "An analyzer looks for access from outside the account",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(D)", "164.312(a)(1)"),
    config_rule="iam-external-access-analyzer-enabled",
    security_hub="IAM.28",
    remediation="Create an analyzer of type ACCOUNT or ORGANIZATION in the region.",
)
def iam_access_analyzer(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    analyzers = snapshot.within(Analyzer, account.account_id)
    told = ", ".join(f"{each.name} of type {each.type} is {each.status}" for each in analyzers)
    looking = any(each.looks_outside and each.status == "ACTIVE" for each in analyzers)
    return verdict(looking, told or "no analyzer", expected="an ACTIVE one of type ACCOUNT or ORGANIZATION")


@control(
    "iam-no-external-access-findings",
    "No analyzer finds that the stack can be reached from outside the account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Take the access away in the resource's policy, or archive the finding where it is intended.",
    where=lambda analyzer: analyzer.looks_outside,
)
def iam_no_external_access_findings(analyzer: Analyzer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    findings = snapshot.within(AccessFinding, analyzer.analyzer_arn)
    own = {str(each.arn) for kind in _ANALYZED for each in every(kind, snapshot)} if findings else set()
    found = sorted(own & {each.resource for each in findings})
    return verdict(
        not found, f"{len(findings)} active findings, of the stack: {', '.join(found) or 'none'}", expected="none"
    )
