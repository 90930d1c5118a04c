"""A real Chromium, and pages for it: of the compliant prod stack, and of what is left of it after a bad day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from stack_verify.comparison.changes import audit_of, changes
from stack_verify.controls import CONTROLS
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import Waiver
from stack_verify.policy import load_policy
from stack_verify.report import Report, report_of
from stack_verify.snapshot import Snapshot, load
from support.chromium import chromium, written
from support.running import verify

# Nothing of the browser's own goes to the network, and it runs as root too.
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

POLICY = load_policy("hipaa", "prod")
WAIVER = Waiver(
    control="rds-multi-az",
    resource="*",
    owner="platform",
    reason="One zone until the new database is there",
    approver="CISO",
    ticket="SEC-1",
    expires=date(2199, 1, 1),
)
DENIED = "kms:GetKeyRotationStatus"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIETLY)
        yield launched
        launched.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file in a window of its own: ``show(path, "?q=kms", color_scheme="dark")``."""
    contexts = []

    def opened(path: Path, address: str = "", **settings: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **settings}))
        page = contexts[-1].new_page()
        page.goto(path.as_uri() + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def passing(prod, tmp_path_factory) -> Path:
    """The page that a run writes of the compliant stack."""
    folder = tmp_path_factory.mktemp("passing")
    ran = verify(
        prod.outputs,
        *("--stack-state", str(prod.state)),
        environment=prod.environment(),
        cwd=folder,
        report="html,snapshot",
    )
    assert ran.status == 0, ran.out
    return folder / "reports/report.html"


@pytest.fixture(scope="session")
def before(passing) -> Snapshot:
    return load(passing.with_name("snapshot.json"))


@pytest.fixture(scope="session")
def bad_day(before, passing, tmp_path_factory) -> Report:
    """Somebody blocked the network, and the database lost its encryption; something was denied, something is waived."""
    snapshot = json.loads(passing.with_name("snapshot.json").read_text())
    for resource in snapshot["resources"]:
        if resource["ResourceType"] == "AWS::EC2::NetworkAcl":
            for entry in resource["Entries"]:
                entry["RuleAction"] = "allow" if entry["Egress"] else "deny"
        if resource["ResourceType"] == "AWS::RDS::DBInstance":
            resource |= {"StorageEncrypted": False, "MultiAZ": False}
    (first, *_) = denied = [answer for answer in snapshot["answers"] if answer["call"]["api"] == DENIED]
    snapshot["answers"] = [answer for answer in snapshot["answers"] if answer not in denied]
    snapshot["resources"] = [each for each in snapshot["resources"] if each["ObservedBy"]["api"] != DENIED]
    about = {"api": DENIED, "action": DENIED, "at": first["call"]["at"]}
    said = {"code": "AccessDeniedException", "message": "User is not authorized"}
    snapshot["gaps"] = [{"question": answer["question"], **about, **said} for answer in denied]
    file = tmp_path_factory.mktemp("bad-day") / "snapshot.json"
    file.write_text(json.dumps(snapshot))
    after = load(file)
    findings = evaluate(after, CONTROLS, POLICY, (WAIVER,))
    earlier = audit_of(before, evaluate(before, CONTROLS, POLICY, ()))
    return report_of(after, findings, POLICY, changes(earlier, audit_of(after, findings)))


@pytest.fixture(scope="session")
def failing(bad_day, tmp_path_factory) -> Path:
    """The page of the bad day."""
    return written(bad_day, tmp_path_factory.mktemp("failing"))
