"""AWS Config: whether it records how the stack's resources are configured."""

from __future__ import annotations

from stack_verify.controls.config.recording import recording
from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.config import ConfigurationRecorder, RecorderStatus
from stack_verify.snapshot import Snapshot

EXPECTED = "recording, with a last status of success, every type of resource that the stack has"


@control(
    "config-recorder",
    "AWS Config records every type of resource that the stack has",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.312(b)", "164.308(a)(1)(ii)(D)"),
    security_hub="Config.1",
    remediation="Start the recorder, let it record every type that the stack has, and fix what its last status says.",
    rationale="Without a record of configurations it is unknown when a safeguard was changed, and by whom.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/config-controls.html",
)
def config_recorder(recorder: ConfigurationRecorder, snapshot: Snapshot, _policy: Policy) -> Verdict:
    status = snapshot.require(RecorderStatus, recorder.name)
    found = recording(
        recorder.recording_group,
        is_on=status.recording,
        last_status=status.last_status,
        error=status.last_error_code,
        region=recorder.observed_by.region,
        snapshot=snapshot,
    )
    return verdict(found.well, found.observed, expected=EXPECTED)
