"""AWS Config: whether it records how the stack's resources are configured."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.config import ConfigurationRecorder, RecorderStatus
from stack_verify.snapshot import Snapshot


@control(
    "config-recorder",
    "AWS Config records every supported type of resource",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.312(b)", "164.308(a)(1)(ii)(D)"),
    security_hub="Config.1",
    remediation="Start the recorder, let it record all supported types, and mend what its last status says.",
)
def config_recorder(recorder: ConfigurationRecorder, snapshot: Snapshot, _policy: Policy) -> Verdict:
    status = snapshot.require(RecorderStatus, recorder.name)
    recording, last = status.recording, status.last_status
    everything = recorder.recording_group.all_supported
    observed = f"recording is {recording}, allSupported is {everything}, lastStatus is {last}"
    # A recorder that has just been started is pending.
    well = last.upper() in ("SUCCESS", "PENDING")
    return verdict(recording and everything and well, observed, expected="both true, and a last status of success")
