"""Faults of AWS Config."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_RECORDER: Final = (("config-recorder", "configRecorderName"), ("account-config-recorder", "accountId"))


@fault(*_RECORDER)
def config_recorder(aws: Clients, outputs: Outputs) -> None:
    """Somebody stopped the recorder."""
    aws.client("config").stop_configuration_recorder(ConfigurationRecorderName=outputs["configRecorderName"])


@fault(*_RECORDER)
def account_config_recorder(aws: Clients, outputs: Outputs) -> None:
    """The account's only recorder is stopped."""
    config_recorder.apply(aws, outputs)


@fault(*_RECORDER, variant="types")
def config_recorder_types(aws: Clients, outputs: Outputs) -> None:
    """The recorder records buckets alone."""
    config, name = aws.client("config"), outputs["configRecorderName"]
    (recorder,) = config.describe_configuration_recorders(ConfigurationRecorderNames=[name])["ConfigurationRecorders"]
    buckets = {"allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": ["AWS::S3::Bucket"]}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": name, "roleARN": recorder["roleARN"], "recordingGroup": buckets}
    )
