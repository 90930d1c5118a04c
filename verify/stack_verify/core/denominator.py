"""The denominator: every resource that the outputs and the state name, and whether anything judged it. Pure.

A pass says how much of the stack it is about. What nothing judged is told by name and type, and fails the run where its
type can hold or carry data, grant access or let somebody in, unless the policy accepts it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec

from stack_verify.core.control import Control, hipaa
from stack_verify.core.finding import COMPLETE, UNJUDGED, WAIVERS, Finding, Subject
from stack_verify.detect.naming import UNKNOWN, Named, named_by
from stack_verify.detect.resource_types import AT_RISK, TypeClass, classify, is_of_aws
from stack_verify.policy import Policy
from stack_verify.resources import RESOURCES, kinds_of, leading_to
from stack_verify.resources.resource import Question, unrecorded
from stack_verify.resources.stack import DeclaredResource, StackOutput, StackOutputs
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import Severity, Status

# Controls that compare names, tags and files: what only these look at is not judged by any safeguard.
OF_THE_STACK = frozenset(
    {
        "drift-live-vs-declared",
        "env-suffix-in-names",
        "inventory-in-account-not-in-state",
        "inventory-in-state-not-in-account",
        "no-placeholder-values",
        "outputs-complete",
        "outputs-resolve-live",
        "required-tags",
        "hipaa-eligible-services",
    }
)
_READ = frozenset(kind.kind() for kind in RESOURCES)
# The most names that one line tells.
_MANY = 3


class Standing(StrEnum):
    """What came of a resource that the outputs or the state name."""

    JUDGED = "judged"
    NOT_JUDGED = "not judged"
    ACCEPTED = "accepted"
    ELSEWHERE = "verified elsewhere"


class NamedResource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One resource of the denominator: what it is, who names it, and what came of it.

    ``named_by`` are outputs and URNs; ``type`` is CloudFormation's where it is known, else the tool's. ``type_class``
    says what resources of the type can do. ``controls`` counts those that judged it, ``why`` says why none did.
    ``read`` tells whether AWS answered with it.
    """

    type: str
    id: str
    arn: str | None = None
    named_by: tuple[str, ...] = ()
    declared_as: str | None = None
    type_class: TypeClass
    standing: Standing
    controls: int = 0
    why: str = ""
    unanswered: bool = False
    read: bool = False

    @property
    def fails(self) -> bool:
        """Whether it makes the run fail by itself. What AWS did not answer is an error of its own already."""
        return self.standing is Standing.NOT_JUDGED and self.type_class in AT_RISK and not self.unanswered


class Denominator(msgspec.Struct, frozen=True, kw_only=True):
    """Every resource that is named, sorted by type and id, and the outputs that name none."""

    resources: tuple[NamedResource, ...] = ()
    no_resource: tuple[str, ...] = ()

    def of(self, standing: Standing) -> tuple[NamedResource, ...]:
        """The resources of this standing."""
        return tuple(each for each in self.resources if each.standing is standing)

    @property
    def counts(self) -> dict[Standing, int]:
        """How many are of each standing."""
        counted = Counter(each.standing for each in self.resources)
        return {standing: counted[standing] for standing in Standing}


class _Mention(msgspec.Struct, frozen=True, kw_only=True):
    """That an output or the state names something."""

    by: str
    named: Named | None
    reference: Question | None = None
    about: Question | None = None
    declared_as: str | None = None


def denominator(snapshot: Snapshot, findings: Iterable[Finding], policy: Policy) -> Denominator:
    """Every resource that the stack's outputs and state name, with what ``findings`` say of it."""
    with unrecorded():
        mentions = tuple(_mentions(snapshot))
        judged, elsewhere = _judged(findings := tuple(findings)), _elsewhere(findings)
        groups: dict[tuple[str, str], list[_Mention]] = defaultdict(list)
        for mention in mentions:
            for identity in _identities(mention, snapshot):
                groups[identity].append(mention)
        rows = (_row(identity, each, snapshot, judged, elsewhere, policy) for identity, each in groups.items())
        return Denominator(
            resources=tuple(sorted(rows, key=lambda row: (row.type, row.id))),
            no_resource=tuple(sorted(each.by for each in mentions if each.named is None and each.reference is None)),
        )


def names_nothing(snapshot: Snapshot) -> bool:
    """Whether the outputs and the state, read from files, name nothing of AWS's, and no tags of theirs found any."""
    with unrecorded():
        files, outputs = len(snapshot.of(StackOutputs)), len(snapshot.of(StackOutput))
        tagged = TaggedResource.kind() not in snapshot.unread and snapshot.of(TaggedResource)
        if not files or not outputs or tagged:
            return False
        return not any(
            each.reference or (each.named and (each.declared_as is None or is_of_aws(each.declared_as)))
            for each in _mentions(snapshot)
        )


def unjudged(snapshot: Snapshot, findings: Iterable[Finding], policy: Policy) -> Iterator[Finding]:
    """A finding for each resource that nothing judged: failed where its type is at risk, else not applicable.

    One that was read and can do no harm (a NAT gateway) has none: it is listed, and may be a part of what was judged.
    """
    for row in denominator(snapshot, findings, policy).resources:
        if (
            row.standing in (Standing.NOT_JUDGED, Standing.ACCEPTED)
            and not row.unanswered
            and (row.fails or not row.read)
        ):
            yield _finding(row, snapshot)


def unrecognised(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """The kinds that are read and of which something is named in a form that is not known, with those names."""
    found: dict[str, list[str]] = defaultdict(list)
    with unrecorded():
        for mention in _mentions(snapshot):
            # A part may be named by the ARN of its whole: a secret's attachment to a database is.
            whole = mention.declared_as is None or classify(mention.declared_as).name is not TypeClass.PART
            named = mention.named if mention.reference is None and whole else None
            if named is not None and named.type in _READ and not _of_another(named, snapshot):
                found[named.type].append(named.arn or named.id)
    return {kind: tuple(names) for kind, names in found.items()}


def not_recognised(
    findings: Iterable[Finding], controls: Iterable[Control], snapshot: Snapshot, policy: Policy
) -> Iterator[Finding]:
    """The findings; instead of "the stack has none" an error where one is named that could not be recognised."""
    hidden = unrecognised(snapshot)
    by_id = {control.id: control for control in controls} if hidden else {}
    for finding in findings:
        control = by_id.get(finding.control)
        none = finding.status is Status.NOT_APPLICABLE and not finding.resource.id
        if control is None or not none or policy.unjudged(control.id, hardening=control.hardening) is not None:
            yield finding
            continue
        kinds = kinds_of(control.subject)
        names = [name for kind in sorted((kinds | leading_to(kinds)) & hidden.keys()) for name in hidden[kind]]
        if not names:
            yield finding
            continue
        yield msgspec.structs.replace(finding, status=Status.ERROR, observed=f"{', '.join(names)} cannot be recognised")


def _mentions(snapshot: Snapshot) -> Iterator[_Mention]:
    for output in snapshot.of(StackOutput):
        named = named_by(output.name, output.value) if output.value is not None else None
        yield _Mention(by=output.name, named=named, reference=output.reference)
    for declared in snapshot.of(DeclaredResource):
        # Another tool's type says better what it is than the form of the id does.
        named = named_by(declared.type, declared.named) if declared.named.startswith("arn:") else None
        if named is None or named.type.startswith(UNKNOWN):
            named = Named(declared.type, declared.named or declared.urn.rpartition("::")[2])
        yield _Mention(
            by=declared.urn,
            named=named,
            reference=declared.reference,
            about=declared.about,
            declared_as=declared.type,
        )


def _identities(mention: _Mention, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Which resources are meant: those that AWS answered, or what the value says of itself."""
    answer = None if mention.reference is None else snapshot.answer_to(mention.reference)
    if mention.declared_as is not None and classify(mention.declared_as).name is TypeClass.PART:
        yield mention.declared_as, mention.by
    elif answer is not None and answer.ids:
        yield from answer.ids
    elif mention.reference is not None:
        yield mention.reference.kind, mention.reference.key
    elif mention.named is not None:
        yield mention.named.type, mention.named.id


def _judged(findings: Iterable[Finding]) -> Mapping[str, frozenset[str]]:
    """The controls that judged something or looked at it, by its id, its ARN, or the question for it."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.control in OF_THE_STACK or finding.control in (COMPLETE, WAIVERS, UNJUDGED):
            continue
        for name in (finding.resource.id, finding.resource.arn):
            if name:
                found[name].add(finding.control)
        if finding.status is Status.NOT_APPLICABLE:
            continue
        for item in finding.evidence:
            subject, _, rest = item.field.rpartition(" ")
            for name in (subject, rest, *(item.value if isinstance(item.value, list) else ())):
                if isinstance(name, str) and name:
                    found[name].add(finding.control)
    return {name: frozenset(controls) for name, controls in found.items()}


def _elsewhere(findings: Iterable[Finding]) -> Mapping[str, str]:
    """Who keeps what cannot be read from here, by the output or the resource."""
    return {finding.resource.id: finding.elsewhere for finding in findings if finding.elsewhere}


def _row(  # noqa: PLR0917 - what the rows have in common
    identity: tuple[str, str],
    mentions: list[_Mention],
    snapshot: Snapshot,
    judged: Mapping[str, frozenset[str]],
    elsewhere: Mapping[str, str],
    policy: Policy,
) -> NamedResource:
    kind, name = identity
    declared_as = next((each.declared_as for each in mentions if each.declared_as), None)
    resource = snapshot.resource(kind, name)
    named = next((each.named for each in mentions if each.named), None)
    arn = resource.arn if resource is not None else (named.arn if named else None)
    row = NamedResource(
        type=kind,
        id=name if kind != declared_as or named is None else named.id,
        arn=arn,
        named_by=tuple(sorted({each.by for each in mentions})),
        declared_as=declared_as if declared_as != kind else None,
        type_class=_class(kind, declared_as),
        standing=Standing.NOT_JUDGED,
        read=resource is not None,
    )
    controls = frozenset().union(*(judged.get(each, frozenset()) for each in (name, arn) if each))
    return msgspec.structs.replace(
        row, **_standing(row, mentions, controls, resource is not None, snapshot, elsewhere, policy)
    )


def _class(kind: str, declared_as: str | None) -> TypeClass:
    found = classify(kind).name
    if found is TypeClass.UNCLASSIFIED and declared_as is not None:
        return classify(declared_as).name
    return found


def _standing(  # noqa: PLR0911, PLR0917 - a line for each case
    row: NamedResource,
    mentions: list[_Mention],
    controls: frozenset[str],
    read: bool,
    snapshot: Snapshot,
    elsewhere: Mapping[str, str],
    policy: Policy,
) -> dict[str, object]:
    """The fields of the row that say what came of the resource."""
    keeper = next((elsewhere[each.by] for each in mentions if each.by in elsewhere), None)
    keeper = keeper or elsewhere.get(row.id)
    if keeper is not None:
        return {"standing": Standing.ELSEWHERE, "why": keeper}
    if row.type_class is TypeClass.PART:
        return _of_part(row, mentions, snapshot)
    if read and controls:
        return {"standing": Standing.JUDGED, "controls": len(controls)}
    for question in dict.fromkeys(each.reference for each in mentions if each.reference):
        if question.kind in snapshot.unread:
            return {"standing": Standing.ACCEPTED, "why": "the policy turns off every control that needs it"}
        if (unknown := snapshot.unknown(question)) is not None:
            return {"why": unknown, "unanswered": _is_gap(question, snapshot)}
        if not read:
            return {"standing": Standing.JUDGED, "why": "AWS answers that there is none, as another finding says"}
    if _accepted(row, policy):
        return {"standing": Standing.ACCEPTED, "why": "the policy accepts it (accept_unjudged)"}
    named = next((each.named for each in mentions if each.named), None)
    role = policy.role_of_account(named.account) if named is not None and _of_another(named, snapshot) else None
    if named is not None and role is not None:
        return {"standing": Standing.ELSEWHERE, "why": f"account {named.account} ({role}) keeps it"}
    return {"why": _why(row, mentions, read=read)}


def _of_part(row: NamedResource, mentions: list[_Mention], snapshot: Snapshot) -> dict[str, object]:
    """A part is read and judged with its whole."""
    whole = classify(row.declared_as or row.type).part_of
    about = next((each.about for each in mentions if each.about), None)
    if about is not None and about.kind not in snapshot.unread and (unknown := snapshot.unknown(about)) is not None:
        return {"why": f"a part of {whole}, which is not known: {unknown}", "unanswered": _is_gap(about, snapshot)}
    return {"standing": Standing.JUDGED, "why": f"as a part of {whole}"}


def _is_gap(question: Question, snapshot: Snapshot) -> bool:
    return any(gap.question == question for gap in snapshot.gaps)


def _why(row: NamedResource, mentions: list[_Mention], *, read: bool) -> str:
    if read:
        return f"no control judges this {row.type}"
    if row.type.startswith(UNKNOWN):
        return f"{row.type}: nothing is known of it"
    if row.type in _READ and all(each.reference is None for each in mentions):
        return f"it cannot be recognised as {row.type}: its name has a form that is not known"
    return f"no controls for {row.type}"


def _accepted(row: NamedResource, policy: Policy) -> bool:
    names = [name for name in (row.type, row.declared_as, row.id, row.arn, *row.named_by) if name]
    return any(name == glob or fnmatchcase(name, glob) for name in names for glob in policy.accept_unjudged)


def _of_another(named: Named, snapshot: Snapshot) -> bool:
    return named.account not in ("", snapshot.caller.account)


def _finding(row: NamedResource, snapshot: Snapshot) -> Finding:
    caller = snapshot.caller
    can = f" ({row.type_class})" if row.fails else ""
    return Finding(
        control=UNJUDGED,
        title="Every resource that the outputs and the state name is judged",
        severity=Severity.HIGH if row.fails else Severity.LOW,
        citations=hipaa("164.308(a)(8)"),
        resource=Subject(type=row.type, id=row.id, arn=row.arn, region=caller.region, account=caller.account),
        status=Status.FAILED if row.fails else Status.NOT_APPLICABLE,
        observed=f"{row.standing}: {row.why}{can}; named by {_few(row.named_by)}",
        expected="judged by a control, or accepted by the policy" if row.fails else None,
        remediation="Verify it by other means, then name it or its type in accept_unjudged of the policy, "
        "or remove it from the stack.",
        evidence=(),
    )


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return ", ".join(names[:_MANY]) + more
