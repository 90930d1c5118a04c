"""Faults of AWS Config."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("config-recorder", "configRecorderName"))
def config_recorder(aws: Clients, outputs: Outputs) -> None:
    """Somebody stopped the recorder."""
    aws.client("config").stop_configuration_recorder(ConfigurationRecorderName=outputs["configRecorderName"])


@fault(("config-recorder", "configRecorderName"), variant="types")
def config_recorder_types(aws: Clients, outputs: Outputs) -> None:
    """The recorder records buckets alone."""
    config, name = aws.client("config"), outputs["configRecorderName"]
    (recorder,) = config.describe_configuration_recorders(ConfigurationRecorderNames=[name])["ConfigurationRecorders"]
    buckets = {"allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": ["AWS::S3::Bucket"]}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": name, "roleARN": recorder["roleARN"], "recordingGroup": buckets}
    )
