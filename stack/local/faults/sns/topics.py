"""Faults of topics."""

import json

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("sns-encrypted", "alertTopicArn"))
def sns_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The topic of the alarms is encrypted with AWS's own key."""
    aws.client("sns").set_topic_attributes(
        TopicArn=outputs["alertTopicArn"], AttributeName="KmsMasterKeyId", AttributeValue=""
    )


@fault(("sns-policy-restricted", "alertTopicArn"))
def sns_policy_restricted(aws: Clients, outputs: Outputs) -> None:
    """Another account may subscribe to the alarms."""
    sns, topic = aws.client("sns"), outputs["alertTopicArn"]
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    stranger = {"AWS": "arn:aws:iam::210987654321:root"}
    added = {"Sid": "Added", "Effect": "Allow", "Principal": stranger, "Action": "sns:Subscribe", "Resource": topic}
    policy["Statement"].append(added)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
