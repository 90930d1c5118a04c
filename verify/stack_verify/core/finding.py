"""A finding: what one control says of one resource, complete enough to be read by somebody who was not there."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from stack_verify.core.control import Citation
from stack_verify.resources.resource import Evidence
from stack_verify.vocabulary import Severity, Status

# The findings on the run itself are of no control: on what AWS did not answer, and on waivers, and on
# resources that nothing judged.
COMPLETE, WAIVERS, UNJUDGED = "evidence-complete", "waivers-valid", "resources-judged"


class Subject(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """The resource a finding speaks of. ``id`` is empty where the stack has none of the kind."""

    type: str
    id: str
    arn: str | None
    region: str
    account: str


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A documented exception: ``control`` on ``resource`` (an id, an ARN or a glob) is accepted until ``expires``.

    ``alternative`` is the equivalent measure in place of it, which 45 CFR 164.306(d)(3) asks for.
    """

    control: str
    resource: str
    owner: str
    reason: str
    approver: str
    ticket: str
    expires: date
    alternative: str | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the result. ``expected`` is None where nothing was expected; ``waiver`` only when waived.

    ``nist`` holds the controls of NIST SP 800-53r5 that AWS relates the control's check to.
    ``path`` holds the steps from end to end where a way through the network was judged. ``since`` is the audit since
    which the finding is open, as far as the baseline tells; None where it is not open, or there is no baseline.
    ``elsewhere`` says who keeps what cannot be read from this account, and where to verify it; None where judged here.
    ``cause`` is what an error comes from, the same for all errors of one cause; None where there is no error.
    """

    control: str
    title: str
    severity: Severity
    citations: tuple[Citation, ...]
    nist: tuple[str, ...] = ()
    resource: Subject
    status: Status
    observed: str
    expected: str | None
    remediation: str
    evidence: tuple[Evidence, ...]
    waiver: Waiver | None = None
    path: tuple[str, ...] = ()
    since: datetime | None = None
    elsewhere: str | None = None
    cause: str | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The required specifications among its citations: no measure can stand in for these."""
        return tuple(citation.id for citation in self.citations if citation.is_required)

    @property
    def non_compliance(self) -> tuple[str, ...]:
        """The required specifications that it is documented not to comply with: those of a waived failure."""
        return self.required if self.status is Status.WAIVED else ()
