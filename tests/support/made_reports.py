"""Reports made by hand, and findings with any text that AWS or a user may choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from hypothesis import strategies as st
from stack_verify.core.control import Citation, Severity, Status, hipaa
from stack_verify.core.finding import Finding, Subject, Waiver
from stack_verify.inquiry import Answer, Caller, Gap, Stack
from stack_verify.policy import load_policy
from stack_verify.report import Report, report_of
from stack_verify.resources.resource import ApiCall, Evidence, Question
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

AT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
POLICY = load_policy("hipaa", "prod")

WAIVER = Waiver(
    control="rds-multi-az",
    resource="database",
    owner="platform",
    reason="one zone for now",
    approver="CISO",
    ticket="SEC-1",
    expires=date(2026, 12, 3),
    alternative="hourly snapshots",
)


CALL = ApiCall(api="rds:DescribeDBInstances", account="123456789012", region="sa-east-1", request_id="r-1", at=AT)


def snapshot(*gaps: Gap, environment: str | None = "prod") -> Snapshot:
    stack = Stack(
        source="outputs/flat-outputs.json",
        name="prod",
        project="healthcare",
        environment=environment,
        environment_suffix="synth1",
    )
    asked = Question("AWS::RDS::DBInstance", "database")
    return Snapshot(
        taken_at=AT,
        caller=Caller(
            account="123456789012", arn="arn:aws:sts::123456789012:assumed-role/audit/ci", region="sa-east-1"
        ),
        stack=stack,
        resources=(),
        answers=(Answer(question=asked, call=CALL, ids=(), in_stack=True),),
        gaps=gaps,
    )


def gap(action: str, key: str, code: str = "AccessDeniedException", message: str = "no") -> Gap:
    question = Question("AWS::KMS::Key", key)
    return Gap(question=question, api=action, action=action, code=code, message=message, at=AT)


def finding(
    control: str = "rds-storage-encrypted",
    resource: str = "database",
    status: Status = Status.FAILED,
    *,
    severity: Severity = Severity.CRITICAL,
    citations: tuple[Citation, ...] = hipaa("164.312(a)(2)(iv)"),
    observed: str = "StorageEncrypted is False",
    value: object = False,
) -> Finding:
    return Finding(
        control=control,
        title="RDS storage is encrypted",
        severity=severity,
        citations=citations,
        nist=("SC-28", "SC-28(1)"),
        resource=Subject(
            type="AWS::RDS::DBInstance", id=resource, arn=None, region="sa-east-1", account="123456789012"
        ),
        status=status,
        observed=observed,
        expected="true" if status is Status.FAILED else None,
        remediation="Set storage_encrypted.",
        evidence=(
            Evidence(
                api="rds:DescribeDBInstances", request_id="r-1", at=AT, field="database StorageEncrypted", value=value
            ),
        ),
        waiver=WAIVER if status is Status.WAIVED else None,
    )


def report(*findings: Finding, gaps: tuple[Gap, ...] = ()) -> Report:
    return report_of(snapshot(*gaps), findings, POLICY)


def with_outputs(*outputs: StackOutput, findings: Iterable[Finding]) -> Report:
    """The report on findings in a stack that has ``outputs``."""
    return report_of(msgspec.structs.replace(snapshot(), resources=outputs), findings, POLICY)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


ANY_TEXT = st.text(st.one_of(st.characters(), st.characters(categories=["Cc", "Cs", "Cf"])), max_size=30)
# A snapshot holds whole characters only.
WHOLE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
COMMON = hipaa("164.312(a)(2)(iv)")

ANY_FINDING = st.builds(
    finding,
    control=ANY_TEXT,
    resource=ANY_TEXT,
    status=st.sampled_from(Status),
    severity=st.sampled_from(Severity),
    citations=st.sampled_from([COMMON, COMMON + hipaa("164.312(e)(1)"), COMMON * 2]),
    observed=ANY_TEXT,
    value=st.one_of(ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3), st.integers(), st.none()),
)
