"""What the account must have in every region that the stack uses, whoever set it up: judged where it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.controls.cloudtrail.events import BOTH, management
from stack_verify.controls.config.recording import recording
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict, verified_elsewhere
from stack_verify.errors import KeptElsewhere, Unanswered
from stack_verify.ownership.keepers import keeper
from stack_verify.policy import Policy
from stack_verify.resources.account import Account
from stack_verify.resources.cloudtrail import EventSelectors, TrailStatus
from stack_verify.resources.guardduty import Detector
from stack_verify.resources.safeguards import (
    Detectors,
    Recorder,
    Recorders,
    RecorderState,
    SecurityHub,
    TrailOfRegion,
    Trails,
    scope,
)
from stack_verify.resources.stack import StackRegions
from stack_verify.snapshot import Snapshot


class InRegion(NamedTuple):
    """What was found in one region; ``elsewhere`` is who keeps what cannot be read from here."""

    holds: bool
    observed: str
    elsewhere: str | None = None


Look = Callable[[str, str], InRegion]  # takes the region and the scope


@control(
    "account-cloudtrail",
    "A trail logs all management events of every region that the stack uses",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="multi-region-cloudtrail-enabled",
    security_hub="CloudTrail.1",
    remediation="Create a multi-Region trail that logs all management events, or start the one that was stopped.",
    rationale="Without a trail nothing shows who read or changed what, which 164.312(b) requires to be recorded.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(EventSelectors, StackRegions, TrailStatus, Trails),
)
def account_cloudtrail(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    def look(_region: str, key: str) -> InRegion:
        return _trails(snapshot.require(Trails, key), snapshot, policy)

    return _everywhere(
        account, snapshot, policy, look, expected="a multi-Region trail that is logging read and write calls"
    )


@control(
    "account-guardduty",
    "GuardDuty is enabled in every region that the stack uses",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)", "164.308(a)(5)(ii)(B)"),
    config_rule="guardduty-enabled-centralized",
    security_hub="GuardDuty.1",
    remediation="Enable GuardDuty in the region; a suspended detector finds nothing.",
    rationale="GuardDuty finds intrusions in logs that are read by no one; a suspended or missing detector finds none.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html",
    reads=(Detector, Detectors, StackRegions),
)
def account_guardduty(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    def look(_region: str, key: str) -> InRegion:
        ids = snapshot.require(Detectors, key).detector_ids
        states = {each: snapshot.require(Detector, each).status for each in ids}
        told = ", ".join(f"detector {each} is {status}" for each, status in states.items())
        return InRegion("ENABLED" in states.values(), told or "no detector")

    return _everywhere(account, snapshot, policy, look, expected="a detector that is ENABLED")


@control(
    "account-config-recorder",
    "AWS Config records the stack's resources in every region that the stack uses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.312(b)", "164.308(a)(1)(ii)(D)"),
    security_hub="Config.1",
    remediation="Create a recorder and a delivery channel in the region, and start the recorder.",
    rationale="Without a record of configurations it is unknown when a safeguard was changed, and by whom.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/config-controls.html",
)
def account_config_recorder(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    def look(region: str, key: str) -> InRegion:
        return _recorders(snapshot.require(Recorders, key), region, snapshot)

    return _everywhere(account, snapshot, policy, look, expected="a recorder that records every type the stack has")


@control(
    "account-config-delivery",
    "AWS Config delivers what it records, in every region that the stack uses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.316(b)(1)(ii)"),
    remediation="Create the delivery channel, and fix what its last error says: the bucket's policy or its key's.",
    rationale="What a recorder cannot deliver is not kept, and is missing when it is asked for.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html",
    reads=(Recorders, StackRegions),
)
def account_config_delivery(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    def look(_region: str, key: str) -> InRegion:
        channels = snapshot.require(Recorders, key).channels
        failing = [f"{each.name}: {', '.join(each.failures)}" for each in channels if each.failures]
        names = ", ".join(each.name for each in channels) or "none"
        observed = f"delivery channels: {names}; failing: {'; '.join(failing) or 'none'}"
        return InRegion(bool(channels) and not failing, observed)

    return _everywhere(account, snapshot, policy, look, expected="a delivery channel whose deliveries do not fail")


@control(
    "account-security-hub",
    "Security Hub is enabled in every region that the stack uses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(D)", "164.308(a)(8)"),
    config_rule="securityhub-enabled",
    remediation="Enable Security Hub in the region.",
    rationale="Security Hub checks the account all the time, where an audit looks now and then.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html",
    hardening=True,
    reads=(SecurityHub, StackRegions),
)
def account_security_hub(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    def look(_region: str, key: str) -> InRegion:
        hub = snapshot.require(SecurityHub, key).hub_arn
        return InRegion(hub is not None, hub or "the account is not subscribed to it")

    return _everywhere(account, snapshot, policy, look, expected="a hub")


def regions_used(snapshot: Snapshot) -> tuple[str, ...]:
    """The regions that the stack uses, that which is read first."""
    found = [region for each in snapshot.of(StackRegions) for region in each.regions]
    return tuple(dict.fromkeys((snapshot.caller.region, *found)))


def _everywhere(account: Account, snapshot: Snapshot, policy: Policy, look: Look, *, expected: str) -> Verdict:
    """Whether ``look`` holds in every region; what another account keeps in one is told where nothing fails."""
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    seen = {region: look(region, scope(account.account_id, region)) for region in regions_used(snapshot)}
    observed = "; ".join(f"{region}: {found.observed}" for region, found in seen.items())
    keepers = [found.elsewhere for found in seen.values() if found.elsewhere]
    if keepers and all(found.holds or found.elsewhere for found in seen.values()):
        return verified_elsewhere(observed, keeper="; ".join(dict.fromkeys(keepers)))
    return verdict(all(found.holds for found in seen.values()), observed, expected=f"in each: {expected}")


def _trails(found: Trails, snapshot: Snapshot, policy: Policy) -> InRegion:
    """One trail that records everything is enough. Which is not known does not matter where another one does."""
    told, unknown, kept = [], [], []
    for trail in found.trails:
        try:
            seen = _trail(trail, snapshot)
        except KeptElsewhere as reason:
            kept.append((f"{_kind(trail)} {trail.trail_arn}: {reason}", keeper(reason.account, policy)))
        except Unanswered as reason:
            unknown.append(reason)
        else:
            if seen.holds:
                return seen
            told.append(seen.observed)
    if unknown:
        raise unknown[0]
    observed = "; ".join((*told, *(text for text, _ in kept))) or "no trail, and no shadow of one of another region"
    return InRegion(holds=False, observed=observed, elsewhere="; ".join(who for _, who in kept) or None)


def _trail(trail: TrailOfRegion, snapshot: Snapshot) -> InRegion:
    everywhere = trail.is_multi_region_trail
    logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging if everywhere else False
    if not (everywhere and logging):
        why = "IsLogging is false" if everywhere else "IsMultiRegionTrail is false"
        return InRegion(holds=False, observed=f"{trail.trail_arn}: {why}")
    calls = management(snapshot.require(EventSelectors, trail.trail_arn))
    observed = f"{_kind(trail)} {trail.trail_arn} logs management events of {' and '.join(sorted(calls)) or 'no'} calls"
    return InRegion(calls == BOTH, observed)


def _kind(trail: TrailOfRegion) -> str:
    return "the organization's trail" if trail.is_organization_trail else "trail"


def _recorders(found: Recorders, region: str, snapshot: Snapshot) -> InRegion:
    told = []
    for recorder, state in _with_states(found):
        seen = recording(
            recorder.recording_group,
            is_on=state.recording,
            last_status=state.last_status,
            error=state.last_error_code,
            region=region,
            snapshot=snapshot,
        )
        told.append(f"{recorder.name}: {seen.observed}")
        if seen.well:
            return InRegion(holds=True, observed=told[-1])
    return InRegion(holds=False, observed="; ".join(told) or "no recorder")


def _with_states(found: Recorders) -> Iterator[tuple[Recorder, RecorderState]]:
    states = {each.name: each for each in found.states}
    for recorder in found.recorders:
        state = states.get(recorder.name)
        if state is None:
            raise Unanswered(f"AWS answers no status of the recorder {recorder.name}")
        yield recorder, state
