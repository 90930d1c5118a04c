"""What is asked of SNS topics."""

from __future__ import annotations

import pytest
from stack_verify.controls.sns.topics import sns_encrypted
from stack_verify.core.control import Status
from stack_verify.resources.sns import Topic
from support.hand_made import answered, arn, judged, snapshot

TOPIC = arn("sns", "alarms")
NO_KEY: dict[str, object] = {}


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ({"KmsMasterKeyId": "alias/aws/sns"}, Status.PASSED),
        ({"KmsMasterKeyId": arn("kms", "key/another-teams")}, Status.PASSED),
        ({"KmsMasterKeyId": ""}, Status.FAILED),
        (NO_KEY, Status.FAILED),
    ],
    ids=["AWS's own", "one that the stack does not name", "empty", "none"],
)
def test_any_kms_key_is_enough_as_it_is_to_awss_check(key, status):
    """SNS.1: the control fails only where a topic is not encrypted with AWS KMS."""
    assert list(judged(sns_encrypted, snapshot(answered(Topic, TopicArn=TOPIC, **key))).values()) == [status]
