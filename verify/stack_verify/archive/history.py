"""The history: the findings of each audit in a Parquet file of its own, for DuckDB, Athena and pandas."""

from __future__ import annotations

import atexit
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stack_verify.comparison.changes import Row, named
from stack_verify.comparison.trend import RecordedAudit
from stack_verify.core.finding import Subject
from stack_verify.errors import HistoryError
from stack_verify.report.fingerprint import identified
from stack_verify.report.model import Report
from stack_verify.report.text import encodable, one_line
from stack_verify.report.wording import exception
from stack_verify.snapshot import Snapshot
from stack_verify.util.atomic_write import write_whole
from stack_verify.vocabulary import Severity, Status

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Of a row, which is a finding; in DuckDB's types. ``finding`` is the same from audit to audit, as in SARIF and ASFF.
COLUMNS: dict[str, str | list[str]] = {
    "taken_at": "TIMESTAMPTZ",
    "snapshot_sha256": "VARCHAR",
    "policy": "VARCHAR",
    "policy_sha256": "VARCHAR",
    "version": "VARCHAR",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "project": "VARCHAR",
    "stack": "VARCHAR",
    "environment_suffix": "VARCHAR",
    "finding": "VARCHAR",
    "control": "VARCHAR",
    "title": "VARCHAR",
    "severity": "VARCHAR",
    "citations": ["VARCHAR"],
    "resource_type": "VARCHAR",
    "resource_id": "VARCHAR",
    "resource_arn": "VARCHAR",
    "resource_region": "VARCHAR",
    "resource_account": "VARCHAR",
    "status": "VARCHAR",
    "observed": "VARCHAR",
    "since": "TIMESTAMPTZ",
    "expected": "VARCHAR",
    "waiver": "VARCHAR",
}
_WRITE = "SELECT unnest(from_json(?, ?), recursive := true)"
# Not the time itself, for which DuckDB would need one more package.
_READ = (
    "SELECT epoch_us(taken_at), snapshot_sha256, policy_sha256, account, region, project, stack, environment_suffix, "
    "control, title, severity, resource_type, resource_id, resource_arn, resource_region, resource_account, status, "
    "observed, epoch_us(since) FROM read_parquet(?) ORDER BY control, resource_type, resource_id"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MISSING = "the history needs the package duckdb. Install it with: pip install stack-verify[history]"


@dataclass(frozen=True)
class History:
    """The recorded audits in the order of their times, each once, and why each damaged file could not be read."""

    audits: tuple[RecordedAudit, ...] = ()
    damaged: dict[Path, str] = field(default_factory=dict)

    def before(self, snapshot: Snapshot) -> tuple[RecordedAudit, ...]:
        """The audits of the snapshot's stack that were taken before it.

        Raises:
            HistoryError: when a file is damaged: what is new since the last audit would not be known.
        """
        for path, what in self.damaged.items():
            raise HistoryError(f"{path}: {what}. Get it back, or move it out of the history.")
        caller, stack = snapshot.caller, snapshot.stack
        whose = (caller.account, caller.region, named(stack))
        mine = (audit for audit in self.audits if (audit.account, audit.region, audit.stack) == whose)
        return tuple(audit for audit in mine if audit.taken_at < snapshot.taken_at)


def load_history(folder: Path, progress: Callable[[str], None] = lambda _: None) -> History:
    """The history in a folder; an empty one where there is no such folder. ``progress`` hears of each hundred audits.

    Raises:
        HistoryError: when DuckDB is not installed.
    """
    connection = _connection()
    audits: dict[str, RecordedAudit] = {}
    damaged: dict[Path, str] = {}
    texts: dict[str, str] = {}
    paths = sorted(folder.glob("*.parquet"))
    for number, path in enumerate(paths, start=1):
        if number % 100 == 0:
            progress(f"reading the history: {number} of {len(paths)} audits")
        try:
            audit = _audit(_rows(connection, path), texts)
        except ValueError as error:
            damaged[path] = f"is no audit of the history, or is damaged ({one_line(str(error))})"
        else:
            audits.setdefault(audit.snapshot_sha256, audit)
    return History(tuple(sorted(audits.values(), key=lambda audit: audit.taken_at)), damaged)


def record(report: Report, folder: Path) -> Path | None:
    """Writes the report into the history and returns the file; None where it has no findings.

    An audit that is there already stays as it is, by whatever rules its snapshot is judged again.

    Raises:
        HistoryError: when DuckDB is not installed, or the file cannot be written.
    """
    if not report.findings:
        return None
    path = folder / f"{report.run.taken_at.astimezone(UTC):%Y%m%dT%H%M%S}-{report.run.snapshot_sha256[:16]}.parquet"
    connection = _connection()
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as room:
            file = Path(room) / path.name
            rows = encodable(json.dumps(list(_written(report)), ensure_ascii=False))
            connection.sql(_WRITE, params=[rows, json.dumps([COLUMNS])]).write_parquet(str(file), compression="zstd")
            write_whole(path, lambda stream: stream.write(file.read_bytes()))
    except OSError as error:
        raise HistoryError(
            f"{path}: cannot be written ({error.strerror}). Name another folder: --history DIR"
        ) from error
    return path


def _written(report: Report) -> Iterator[dict[str, object]]:
    run, stack = report.run, report.run.stack
    facts = {
        "taken_at": run.taken_at.isoformat(),
        "snapshot_sha256": run.snapshot_sha256,
        "policy": run.policy,
        "policy_sha256": run.policy_sha256,
        "version": run.version,
        "account": run.account,
        "region": run.region,
        "project": stack.project,
        "stack": stack.name,
        "environment_suffix": stack.environment_suffix,
    }
    for mark, finding in identified(report):
        resource = finding.resource
        yield facts | {
            "finding": mark,
            "control": finding.control,
            "title": finding.title,
            "severity": finding.severity,
            "citations": [citation.id for citation in finding.citations],
            "resource_type": resource.type,
            "resource_id": resource.id,
            "resource_arn": resource.arn,
            "resource_region": resource.region,
            "resource_account": resource.account,
            "status": finding.status,
            "observed": finding.observed,
            "since": finding.since.isoformat() if finding.since else None,
            "expected": finding.expected,
            "waiver": exception(finding) if finding.waiver else None,
        }


def _rows(connection: DuckDBPyConnection, path: Path) -> list[tuple[Any, ...]]:
    """The rows of a file, as DuckDB gives them; ValueError where it cannot read it."""
    import duckdb  # noqa: PLC0415 - of an extra

    try:
        return connection.execute(_READ, [str(path)]).fetchall()
    except duckdb.Error as error:
        raise ValueError(str(error).partition("\n")[0]) from error


def _audit(rows: Sequence[tuple[Any, ...]], texts: dict[str, str]) -> RecordedAudit:
    """The audit of a file's rows. Texts come again in every audit; one of each is kept."""
    if not rows:
        raise ValueError("it has no findings")
    at, snapshot, policy, account, region, project, stack, suffix, *_ = rows[0]
    if any(row[1] != snapshot for row in rows):
        raise ValueError("it holds several audits")
    return RecordedAudit(
        taken_at=_time(at),
        account=account,
        region=region,
        stack=(project, stack, suffix),
        snapshot_sha256=snapshot,
        policy_sha256=policy,
        rows=tuple(_row([texts.setdefault(cell, cell) for cell in row[8:-1]], row[-1]) for row in rows),
    )


def _row(cells: Sequence[Any], since: int | None) -> Row:
    control, title, severity, kind, id_, arn, region, account, status, observed = cells
    return Row(
        control=control,
        title=title,
        severity=Severity(severity),
        resource=Subject(type=kind, id=id_, arn=arn, region=region, account=account),
        status=Status(status),
        observed=observed,
        since=None if since is None else _time(since),
    )


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _connection() -> DuckDBPyConnection:
    try:
        import duckdb  # noqa: PLC0415 - of an extra
    except ImportError as error:
        raise HistoryError(_MISSING) from error
    # It complains on stderr of all that is left of it at the end, as what long_lived() froze would be.
    atexit.register(gc.unfreeze)
    return duckdb.connect(":memory:", config={"threads": 1})
