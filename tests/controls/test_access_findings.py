"""What IAM Access Analyzer found is of the stack, or of others: told apart by all of the stack that it looks at."""

from __future__ import annotations

import pytest
from stack_verify.controls.iam.access_analyzer import iam_no_external_access_findings
from stack_verify.core.control import Status
from stack_verify.resources.accessanalyzer import AccessFinding, Analyzer
from stack_verify.resources.guardduty import Detector
from stack_verify.resources.kms import Key
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.sns import Topic
from support.hand_made import ACCOUNT, answered, arn, denied, judged, snapshot

ANALYZER = arn("access-analyzer", "analyzer/ours")
TOPIC = arn("sns", "alarms")
HELD = (
    answered(Analyzer, name="ours", arn=ANALYZER, type="ACCOUNT", status="ACTIVE"),
    answered(Topic, TopicArn=TOPIC, Owner=ACCOUNT),
)


def found(*resources: str | None) -> tuple[AccessFinding, ...]:
    return tuple(
        answered(AccessFinding, id=f"f{number}", **({"resource": each} if each else {}))
        for number, each in enumerate(resources)
    )


@pytest.mark.parametrize(
    ("findings", "gaps", "status"),
    [
        ((), (), Status.PASSED),
        ((arn("sns", "of-others"), None), (), Status.PASSED),
        ((arn("sns", "of-others"), TOPIC), (), Status.FAILED),
        ((arn("sns", "of-others"),), (denied(Topic),), Status.ERROR),
        ((arn("sns", "of-others"),), (denied(Bucket),), Status.ERROR),
        ((arn("sns", "of-others"),), (denied(Key),), Status.ERROR),
        ((), (denied(Topic),), Status.PASSED),
        ((arn("sns", "of-others"),), (denied(Detector),), Status.PASSED),
    ],
    ids=[
        "nothing",
        "others",
        "ours",
        "whose is not known",
        "a bucket that is not known",
        "a key that is not known",
        "nothing, whoever's",
        "a detector, of which there are none to find",
    ],
)
def test_a_finding_of_a_resource_that_may_be_the_stacks_is_no_pass(findings, gaps, status):
    held = snapshot(*HELD, *found(*findings), lists=((AccessFinding, ANALYZER),), gaps=gaps)
    assert judged(iam_no_external_access_findings, held) == {"ours": status}
