"""Faults of topics."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("sns-encrypted", "alertTopicArn"))
def sns_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The topic of the alarms is encrypted with AWS's own key."""
    aws.client("sns").set_topic_attributes(
        TopicArn=outputs["alertTopicArn"], AttributeName="KmsMasterKeyId", AttributeValue=""
    )
