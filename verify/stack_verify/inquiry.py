"""An inquiry: who asked about which stack, what of it was answered and what was not, and how long was waited."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from stack_verify.resources.resource import ApiCall, Question

# AWS's codes for a call the caller may not make (IAM user guide, "Troubleshoot access denied error messages").
DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403", "NotAuthorized"}
)


# IAM user guide, "Troubleshoot access denied error messages". Since 2025 some of them name the policy's ARN.
_DENIED_BY = re.compile(
    r"(?:with an explicit deny in an? |because no )"
    r"(?P<policy>(?:service control|resource control|session|identity-based|resource-based|VPC endpoint) policy"
    r"|permissions boundary)(?::? (?P<arn>arn:\S+))?"
)
_LACKING = "because no identity-based policy"


class Settling(msgspec.Struct, frozen=True, kw_only=True):
    """That the run waited for what AWS answers late after a deployment: at most ``limit`` seconds, ``seconds`` of them.

    ``asked_again`` counts the questions that were asked more than once, in ``rounds`` at the most. A failing or erring
    finding still rests on the answers to ``still_open``.
    """

    limit: float
    seconds: float
    rounds: int
    asked_again: int
    still_open: tuple[Question, ...]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whose credentials read the account, as ``sts:GetCallerIdentity`` answered, and the region that was read."""

    account: str
    arn: str
    region: str


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """What the outputs say of the stack as a whole; None where they do not say."""

    source: str
    name: str | None = None
    project: str | None = None
    environment: str | None = None
    environment_suffix: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """That a question was asked and answered, with the ids of the resources that are the answer (possibly none).

    ``in_stack`` tells an answer about the stack from one about its surroundings.
    """

    question: Question
    call: ApiCall
    ids: tuple[tuple[str, str], ...]
    in_stack: bool


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A question that AWS did not answer: which call failed and how, and the IAM action that it needs."""

    question: Question
    api: str
    action: str
    code: str
    message: str
    at: datetime

    def text(self) -> str:
        """One sentence for a person, naming the action to allow where permission was missing."""
        if self.code in DENIED and (policy := self.denied_by()):
            return f"{self.api} was denied by {policy} ({self.code}); change that policy to allow {self.action}"
        if self.code in DENIED:
            return f"{self.api} was denied ({self.code}); allow {self.action} to the caller"
        return f"{self.api} gave no usable answer: {self.code}: {self.message}"

    def denied_by(self) -> str | None:
        """The policy that denies the call, as AWS names it, where that is not the lack of an allowing one.

        No identity policy helps against an explicit deny, nor where a boundary, a session policy or the organisation
        does not allow the action.
        """
        match = _DENIED_BY.search(self.message)
        if match is None or match[0].startswith(_LACKING):
            return None
        return f"the {match['policy']} {match['arn'].rstrip('.,')}" if match["arn"] else f"a {match['policy']}"
