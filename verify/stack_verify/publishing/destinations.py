"""Tells others of a run that was written: AWS Security Hub of its findings, an SNS topic of what is new.

Apart from the verifier, which only reads AWS: nothing but ``stack-verify publish`` comes here, and nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from stack_verify.archive.seal import broken_seals, load_manifest
from stack_verify.collect.redaction import text_without_secrets
from stack_verify.collect.session import session
from stack_verify.comparison.changes import ChangedFinding, Row
from stack_verify.errors import PublishError
from stack_verify.inquiry import Stack
from stack_verify.report.text import one_line, shortened
from stack_verify.resources.arn import parse_arn
from stack_verify.vocabulary import OPEN

LONGEST_SUBJECT = 99  # characters: "less than 100" (API reference of SNS, Publish)
MOST_NAMED = 100  # findings, which keeps a message far below the 256 KB that SNS takes
LONGEST_NAME = 300


class Request(msgspec.Struct, frozen=True):
    """A request of ``asff.json``: at most a hundred findings, as Security Hub takes them."""

    findings: list[dict[str, Any]] = msgspec.field(name="Findings")  # AWS's own JSON, passed on as it is


class Facts(msgspec.Struct, frozen=True):
    """Of the facts of a run those that are told."""

    account: str
    region: str
    stack: Stack
    taken_at: datetime


class Changed(msgspec.Struct, frozen=True):
    """Of the changes those that are told."""

    new: tuple[ChangedFinding, ...]


class Results(msgspec.Struct, frozen=True):
    """What of ``results.json`` is told. ``changes`` is None where the run had no earlier audit to compare with."""

    schema: Literal["stack-verify/results/1"]
    run: Facts
    findings: tuple[Row, ...]
    changes: Changed | None = None

    @property
    def new(self) -> tuple[Row | ChangedFinding, ...]:
        """What failed or could not be verified for the first time; without an earlier audit, all that is open."""
        if self.changes is not None:
            return self.changes.new
        return tuple(row for row in self.findings if row.status in OPEN)


def load_results(folder: Path) -> Results:
    """The results of the run in a folder of reports.

    Raises:
        ManifestError: when the run is not sealed.
        PublishError: when its results are not there, cannot be read, or are not those that were sealed.
    """
    return _load(folder, "results.json", "json", Results)


def load_requests(folder: Path) -> list[Request]:
    """The requests for Security Hub of the run in a folder of reports; raises as ``load_results`` does."""
    return _load(folder, "asff.json", "asff", list[Request])


def import_findings(
    requests: Sequence[Request], region: str, progress: Callable[[str], None] = lambda _: None
) -> tuple[int, dict[str, str]]:
    """Imports the findings into Security Hub (BatchImportFindings); how many, and why it refused each other, by its Id.

    Raises:
        PublishError: when Security Hub cannot be asked at all.
        CredentialsError: when the AWS settings cannot be used.
    """
    hub = _client("securityhub", region)
    imported = 0
    refused: dict[str, str] = {}
    for number, request in enumerate(requests, start=1):
        progress(f"Security Hub: request {number} of {len(requests)}")
        ids = [str(finding.get("Id")) for finding in request.findings]
        try:
            answer = hub.batch_import_findings(Findings=request.findings)
        except (BotoCoreError, ClientError) as error:
            refused |= dict.fromkeys(ids, text_without_secrets(str(error)))
            continue
        told = {each["Id"]: f"{each['ErrorCode']}: {each['ErrorMessage']}" for each in answer.get("FailedFindings", ())}
        taken = answer.get("SuccessCount", 0)
        if taken + len(told) != len(ids):
            told = {id_: told.get(id_, "Security Hub does not say whether it took it") for id_ in ids}
            taken = 0
        imported, refused = imported + taken, refused | told
    return imported, refused


def notify(results: Results, topic: str) -> None:
    """Sends one message that names what is new to the SNS topic of this ARN.

    It says which control and which resource, and not what was observed: a message goes further than the reports do.

    Raises:
        PublishError: when there is no such ARN, or SNS does not take the message.
        CredentialsError: when the AWS settings cannot be used.
    """
    arn = parse_arn(topic)
    if arn is None or arn.service != "sns":
        raise PublishError(f"--sns {topic}: is no ARN of an SNS topic")
    sns = _client("sns", arn.region)
    try:
        sns.publish(TopicArn=topic, Subject=_subject(results), Message=_message(results))
    except (BotoCoreError, ClientError) as error:
        raise PublishError(
            f"SNS did not take the message: {text_without_secrets(str(error))}. Allow sns:Publish on {topic}."
        ) from error


def _client(service: str, region: str) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
    try:
        return session().client(service, region_name=region)
    except (BotoCoreError, ValueError) as error:
        raise PublishError(f"{service} cannot be asked: {error}. Check the region, and AWS_ENDPOINT_URL.") from error


def _subject(results: Results) -> str:
    name = "/".join(part for part in (results.run.stack.project, results.run.stack.name) if part) or "the stack"
    return shortened(one_line(f"stack-verify: {len(results.new)} new in {name}"), LONGEST_SUBJECT)


def _message(results: Results) -> str:
    run, new = results.run, results.new
    since = "" if results.changes is not None else " (no earlier audit: all that is open)"
    lines = [
        f"new findings: {len(new)}, in account {run.account}, {run.region}, at {run.taken_at:%Y-%m-%d %H:%M} UTC{since}"
    ]
    lines += ["", *(_line(each) for each in new[:MOST_NAMED])]
    lines += [f"... and {len(new) - MOST_NAMED} more"] if len(new) > MOST_NAMED else []
    return "\n".join([*lines, "", "What was observed is in results.json and report.html of the run."])


def _line(finding: Row | ChangedFinding) -> str:
    status = finding.status if isinstance(finding, Row) else finding.after
    resource = finding.resource
    return shortened(
        one_line(f"{finding.severity} {status} {finding.control}: {resource.type} {resource.id}"), LONGEST_NAME
    )


T = TypeVar("T")


def _load(folder: Path, name: str, form: str, kind: type[T]) -> T:
    path = folder / name
    sealed = load_manifest(folder / "manifest.json")
    if all(file.name != name for file in sealed.files):
        raise PublishError(f"{path}: is none of the reports of this run. Write it with: --report all, or {form}")
    wrong = broken_seals(sealed, folder, folder / "snapshot.json").get(name)
    if wrong is not None:
        raise PublishError(f"{path}: is not what was sealed: {wrong}. Verify again.")
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise PublishError(f"{path}: cannot be read ({error.strerror}). Verify again.") from error
    except msgspec.DecodeError as error:
        raise PublishError(f"{path}: is of another version of stack-verify ({error}). Verify again.") from error
