"""A bucket of another account is none of this account's; one that may not be read is not taken for such."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from stack_verify.collect.actions import iam_action
from stack_verify.collect.reader import Aws, Reader
from stack_verify.collect.s3 import buckets
from support.hand_made import ACCOUNT, REGION, as_of_aws


class Session:
    """A session whose one client answers as it is told."""

    region_name = REGION

    def __init__(self) -> None:
        self.s3 = boto3.client("s3", REGION, aws_access_key_id="x", aws_secret_access_key="x")
        self.s3.meta.events.register("after-call", as_of_aws)

    def client(self, _service, **_settings):
        return self.s3


def read(*errors: str, owned: tuple[str, ...] | None = None) -> list[str]:
    """The buckets read as "logs" where S3 answers with these errors and says that the account owns ``owned``."""
    session = Session()
    with Stubber(session.s3) as stub:
        for number, code in enumerate(errors):
            stub.add_client_error("head_bucket", code, "no", http_status_code=int(code))
            if number == 0 and owned is not None:
                stub.add_response("list_buckets", {"Buckets": [{"Name": name} for name in owned]})
            elif number == 0 and code == "403":
                stub.add_client_error("list_buckets", "AccessDenied", "not to be listed", http_status_code=403)
        if not errors:
            stub.add_response("head_bucket", {"BucketRegion": REGION})
        reader = Reader(Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1), buckets.apis)
        found = [bucket.id for _, bucket in buckets.ask(reader, ["logs"])]
        stub.assert_no_pending_responses()
        return found


def test_a_bucket_of_this_account_is_read():
    assert read() == ["logs"]


def test_a_bucket_that_is_not_there_is_none():
    assert read("404") == []


def test_a_bucket_that_is_there_and_not_of_this_account_is_kept_by_another():
    assert read("403", owned=("data",)) == ["AWS::S3::Bucket logs"]


def test_a_bucket_of_this_account_that_may_not_be_read_is_no_answer():
    with pytest.raises(ClientError, match=r"\(403\) when calling the HeadBucket"):
        read("403", "403", owned=("data", "logs"))


def test_whose_a_bucket_is_stays_open_where_buckets_may_not_be_listed():
    with pytest.raises(ClientError, match="not to be listed"):
        read("403")
    assert iam_action("s3:ListBuckets") == "s3:ListAllMyBuckets"
