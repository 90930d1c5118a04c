"""Faults of where objects of buckets are copied to, and of who hears of them."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_DATA: Final = "dataBucketArn"
_OTHER: Final = "999988887777"


def _replicate(aws: Clients, outputs: Outputs, status: str, **destination: Any) -> None:  # noqa: ANN401
    """Gives the bucket of data one rule."""
    rule = {"ID": "copies", "Priority": 1, "Status": status, "Filter": {}, "Destination": destination}
    rule["DeleteMarkerReplication"] = {"Status": "Disabled"}
    aws.client("s3").put_bucket_replication(
        Bucket=outputs["dataBucketName"],
        ReplicationConfiguration={"Role": str(outputs["flowLogRoleArn"]), "Rules": [rule]},
    )


@fault(("s3-replication-to-named-accounts", _DATA), ("s3-replication", _DATA))
def s3_replication_to_named_accounts(aws: Clients, outputs: Outputs) -> None:
    """Another account gets a copy of every object."""
    _replicate(aws, outputs, "Enabled", Bucket="arn:aws:s3:::copies-of-a-stranger", Account=_OTHER)


@fault(("s3-replication", _DATA))
def s3_replication(aws: Clients, outputs: Outputs) -> None:
    """The only rule of replication is turned off."""
    _replicate(aws, outputs, "Disabled", Bucket=str(outputs["trailBucketArn"]))


@fault(("s3-notifications-to-named-accounts", _DATA))
def s3_notifications_to_named_accounts(aws: Clients, outputs: Outputs) -> None:
    """A queue of another account hears of every object."""
    queue = f"arn:aws:sqs:{aws.region}:{_OTHER}:names"
    heard = {"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}
    aws.client("s3").put_bucket_notification_configuration(
        Bucket=outputs["dataBucketName"], NotificationConfiguration={"QueueConfigurations": [heard]}
    )
