"""Fields of AWS Config: recorders and where they deliver to."""

from __future__ import annotations

from stack_verify.drift.field import ACCOUNT, Table, field, own, types
from stack_verify.resources.config import DeliveryChannel, RecorderStatus

TABLES = (
    Table(
        types("cfg/recorder:Recorder"),
        (
            field("roleArn", "role_arn"),
            field("recordingGroup.allSupported", own("recording_group.all_supported")),
        ),
    ),
    Table(
        types("cfg/recorderStatus:RecorderStatus"),
        (field("isEnabled", "recording"),),
        kind=RecorderStatus,
        key="name",
    ),
    Table(
        types("cfg/deliveryChannel:DeliveryChannel"),
        (
            field("s3BucketName", "s3_bucket_name"),
            field("s3KmsKeyArn", "s3_kms_key_arn", None),
        ),
        kind=DeliveryChannel,
        key=ACCOUNT,
    ),
)
