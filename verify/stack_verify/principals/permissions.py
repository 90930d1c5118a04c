"""What an identity may do: what its policies allow, less what they deny, within its boundary.

Only a denial that provably covers wins: without a condition, of the whole action, on all that is allowed. A boundary
is an intersection. Session policies and the organisation's own (SCPs, RCPs) are not known here, and can only narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import structs

from stack_verify.principals.iam_policy import EQUAL, Statement, matches
from stack_verify.resources.arn import parse_arn

# Services in whose ARNs a kind of resource comes first: without a name after it, all of that kind are meant.
OF_KINDS = frozenset({"dynamodb", "ecr", "ecs", "iam", "kms", "lambda", "logs", "rds", "secretsmanager", "ssm"})
# The kinds of what is inside a log group or a table; they stand after its name.
PARTS = frozenset({"index", "log-stream", "stream"})
# Conditions that name resources in another way than by ARN, as their keys end or are.
_NAMING = frozenset(
    {
        "ecs:cluster",
        "iam:permissionsboundary",
        "iam:policyarn",
        "kms:requestalias",
        "kms:resourcealiases",
        "kms:viaservice",
        "lambda:functionarn",
        "secretsmanager:secretid",
    }
)
_PASSED_TO = "iam:passedtoservice"


class Permission(NamedTuple):
    """A statement that allows something, the policy that it stands in, and what may take from it again."""

    policy: str
    statement: Statement
    denials: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None

    @property
    def name(self) -> str:
        """The policy and the statement, for a sentence."""
        return f"{self.policy} {self.statement.name}"

    def allows(self, action: str) -> bool:
        """Whether one ``action`` is allowed on something."""
        if not self.statement.speaks_of(action) or self._denied(action):
            return False
        return self.boundary is None or any(line.effect == "Allow" for line in self._bounds(action))

    def allows_on(self, action: str, arn: str) -> bool:
        """Whether one ``action`` is allowed on the resource with this ARN, conditions of what allows taken to hold."""
        if not self.statement.speaks_of(action) or not self.statement.reaches(arn):
            return False
        if any(line.speaks_of(action) and line.reaches(arn) and not line.condition for line in self.denials):
            return False
        bounds = [line for line in self.boundary or () if line.speaks_of(action) and line.reaches(arn)]
        if any(line.effect == "Deny" and not line.condition for line in bounds):
            return False
        return self.boundary is None or any(line.effect == "Allow" for line in bounds)

    def allows_on_everything(self, action: str) -> bool:
        """Whether one ``action`` is allowed on all resources, or all of one kind."""
        if not on_everything(self.statement) or names_by_condition(self.statement) or not self.allows(action):
            return False
        return self.boundary is None or any(
            line.effect == "Allow" and on_everything(line) and not names_by_condition(line)
            for line in self._bounds(action)
        )

    def allows_all_of(self, pattern: str) -> bool:
        """Whether all actions that ``pattern`` means (``s3:*``) are allowed on all resources, denials apart."""
        if not on_everything(self.statement) or names_by_condition(self.statement):
            return False
        bounds = self.boundary
        return self.statement.covers_action(pattern) and (
            bounds is None or any(line.effect == "Allow" and line.covers_action(pattern) for line in bounds)
        )

    def passes_to(self, services: tuple[str, ...]) -> bool:
        """Whether a role may be passed to one of ``services``, as far as iam:PassedToService says."""
        lines = [line for line in self.statement.conditions if line.key == _PASSED_TO]
        demanded = [line for line in lines if line.operator.removesuffix("IfExists") in EQUAL]
        return all(any(matches(value, each) for value in line.values for each in services) for line in demanded)

    def _denied(self, action: str) -> bool:
        return any(_covers(denial, action, self.statement) for denial in self.denials if denial.speaks_of(action))

    def _bounds(self, action: str) -> Iterator[Statement]:
        lines = [line for line in self.boundary or () if line.speaks_of(action)]
        if not any(line.effect == "Deny" and _covers(line, action, self.statement) for line in lines):
            yield from lines


def permissions(
    policies: Mapping[str, tuple[Statement, ...]], boundary: tuple[Statement, ...] | None = None
) -> tuple[Permission, ...]:
    """What all of an identity's policies together allow, statement by statement.

    Of each, the lines of Action are left out that another statement denies as a whole.
    """
    denials = tuple(line for lines in policies.values() for line in lines if line.effect == "Deny")
    allows = ((policy, line) for policy, lines in policies.items() for line in lines if line.effect == "Allow")
    left = ((policy, _left(line, denials)) for policy, line in allows)
    return tuple(Permission(policy, line, denials, boundary) for policy, line in left if line is not None)


def on_everything(line: Statement) -> bool:
    """Whether it speaks of all resources, or of all of one kind."""
    return bool(line.not_resource) or any(names_none(text) for text in line.resources)


def names_by_condition(line: Statement) -> bool:
    """Whether a condition names the resources, by their tags above all, that Resource does not."""
    return any(
        each.operator.split(":")[-1] in EQUAL and _names(each.key) and all(value.strip("*?") for value in each.values)
        for each in line.conditions
    )


def names_none(resource: str) -> bool:
    """Whether one line of Resource means all resources, or all of one kind."""
    # IAM takes the parts that an ARN lacks for wildcards (IAM user guide, "Resource"). What is no ARN may be anything.
    arn = parse_arn(resource)
    if arn is None:
        return True
    words = re.split("[:/]", arn.resource)
    if arn.service in OF_KINDS and len(words) == 1:
        return True
    # A bucket's name comes first in its ARN; elsewhere a kind of resource may.
    names = words if arn.service == "s3" else words[1:] or words
    return all(not name.strip("*?") or name in PARTS for name in names)


def _names(key: str) -> bool:
    return key in _NAMING or key.partition("/")[0].endswith("resourcetag") or key.startswith("kms:encryptioncontext:")


def _left(line: Statement, denials: Iterable[Statement]) -> Statement | None:
    """What is left of an Allow: None where all of it is denied."""
    winning = [denial for denial in denials if not denial.condition and not denial.not_resource]
    if not winning:
        return line
    if line.not_action:
        return None if any(_denies(each, "*:*", line) for each in winning) else line
    left = tuple(action for action in line.actions if not any(_denies(each, action, line) for each in winning))
    return structs.replace(line, action=left) if left else None


def _denies(denial: Statement, action: str, line: Statement) -> bool:
    whole = not denial.not_action and denial.covers_action("*:*" if action == "*" else action)
    return whole and _covers_resources(denial, action, line)


def _covers(denial: Statement, action: str, line: Statement) -> bool:
    return not denial.condition and not denial.not_resource and _covers_resources(denial, action, line)


def _covers_resources(denial: Statement, action: str, line: Statement) -> bool:
    """Whether the denial is on all that ``line`` allows the action on."""
    if any(_is_all_of(each, action.partition(":")[0].lower()) for each in denial.resources):
        return True
    return not line.not_resource and bool(line.resources) and all(map(denial.covers_resource, line.resources))


def _is_all_of(resource: str, service: str) -> bool:
    """Whether a line of Resource means every resource that an action of ``service`` can be on, wherever it is."""
    if not resource.strip("*"):
        return True
    arn = parse_arn(resource)
    if arn is None or service in ("*", "") or arn.service not in (service, "*"):
        return False
    anywhere = arn.region in ("*", "") and arn.account in ("*", "")
    return anywhere and (arn.resource == "*" or (service == "kms" and arn.resource == "key/*"))
