"""What an account has only one of: GuardDuty, AWS Config, passwords, public access, disks, analysis of access."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import NotHeld, Row, call_with_rest
from stack.local.supplement import is_installed

_FEATURE: Final = {"additionalConfigurations": "AdditionalConfiguration"}


def _feature(declared: Declared, clients: Clients) -> Created:
    """AWS changes one feature of a detector and keeps the others; moto keeps only those it is told of."""
    guardduty, detector = clients.client("guardduty"), declared.take("detectorId")
    others = [_of_feature(each) for each in guardduty.get_detector(DetectorId=detector).get("Features", [])]
    name = declared.inputs["name"]
    features = [*others, declared.take_rest()]
    flat = Declared(declared.type, declared.name, {"features": features})
    call_with_rest(flat, clients, "guardduty", "update_detector", _FEATURE, DetectorId=detector)
    asked = declared.inputs.get("additionalConfigurations") or []
    read = {"additionalConfigurations": _as_read(asked)} if name == "RUNTIME_MONITORING" else {}
    return Created(f"{detector}/{name}", read)


def _as_read(configurations: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The configurations of runtime monitoring as GuardDuty answers them: all three, in its own order."""
    asked = {each["name"]: each["status"] for each in configurations}
    return [{"name": agent, "status": asked.get(agent, "DISABLED")} for agent in _AGENTS]


_AGENTS: Final = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")


def _of_feature(live: Mapping[str, Any]) -> dict[str, Any]:
    """What GetDetector answers of a feature, as UpdateDetector takes it: without when it was changed."""
    kept = {key: value for key, value in live.items() if key in ("Name", "Status")}
    more = [{key: each[key] for key in ("Name", "Status")} for each in live.get("AdditionalConfiguration", [])]
    return {**kept, "AdditionalConfiguration": more} if more else kept


def _recorder(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    flat = Declared(declared.type, declared.name, {"ConfigurationRecorder": declared.take_rest()})
    call_with_rest(flat, clients, "config", "put_configuration_recorder")
    return Created(name)


def _delivery_channel(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    flat = Declared(declared.type, declared.name, {"DeliveryChannel": declared.take_rest()})
    renames = {"snapshotDeliveryProperties": "configSnapshotDeliveryProperties"}
    call_with_rest(flat, clients, "config", "put_delivery_channel", renames)
    return Created(name)


def _recorder_status(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    operation = "start_configuration_recorder" if declared.take("isEnabled") else "stop_configuration_recorder"
    call_with_rest(declared, clients, "config", operation, {"name": "ConfigurationRecorderName"})
    return Created(name)


def _password_policy(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "iam", "update_account_password_policy")
    return Created("iam-account-password-policy")


def _public_access_block(declared: Declared, clients: Clients) -> Created:
    account = declared.take("accountId")
    flat = Declared(declared.type, declared.name, {"PublicAccessBlockConfiguration": declared.take_rest()})
    call_with_rest(flat, clients, "s3control", "put_public_access_block", AccountId=account)
    return Created(account)


def _ebs_encryption(declared: Declared, clients: Clients) -> Created:
    ec2 = clients.client("ec2")
    change = ec2.enable_ebs_encryption_by_default if declared.take("enabled") else ec2.disable_ebs_encryption_by_default
    change()
    return Created("ebs-encryption-by-default")


def _inspector(declared: Declared, clients: Clients) -> Created:
    scanned = "-".join((*declared.inputs["accountIds"], *declared.inputs["resourceTypes"]))
    call_with_rest(declared, clients, "inspector2", "enable")
    return Created(scanned)


def _analyzer(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["analyzerName"]
    if not is_installed(clients):
        return NotHeld("accessanalyzer", "create_analyzer")(declared, clients)
    return Created(name, {"arn": call_with_rest(declared, clients, "accessanalyzer", "create_analyzer")["arn"]})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:accessanalyzer/analyzer:Analyzer": _analyzer,
    "aws:cfg/deliveryChannel:DeliveryChannel": _delivery_channel,
    "aws:cfg/recorder:Recorder": _recorder,
    "aws:cfg/recorderStatus:RecorderStatus": _recorder_status,
    "aws:ebs/encryptionByDefault:EncryptionByDefault": _ebs_encryption,
    "aws:guardduty/detector:Detector": Row("guardduty", "create_detector", id="DetectorId"),
    "aws:guardduty/detectorFeature:DetectorFeature": _feature,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": _password_policy,
    "aws:inspector2/enabler:Enabler": _inspector,
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": _public_access_block,
}
