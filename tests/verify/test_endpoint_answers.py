"""An endpoint is asked for by its id alone, so that one that is gone hides no other."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hand_made import ACCOUNT, REGION

from verify.collect.ec2 import LIVE_ENDPOINTS, vpc_endpoints
from verify.collect.reader import Aws, Reader

LIVE = list(LIVE_ENDPOINTS)
ENDPOINT = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.sa-east-1.s3"}


class Session:
    """A session whose one client answers as it is told."""

    region_name = REGION

    def __init__(self) -> None:
        self.ec2 = boto3.client("ec2", REGION, aws_access_key_id="x", aws_secret_access_key="x")

    def client(self, _service, **_settings):
        return self.ec2


@pytest.fixture
def session() -> Session:
    return Session()


def read(session: Session, key: str) -> list[str]:
    reader = Reader(Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1), vpc_endpoints.apis)
    return [endpoint.id for _, endpoint in vpc_endpoints.ask(reader, [key])]


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("vpce-1", {"VpcEndpointIds": ["vpce-1"], "Filters": LIVE}),
        ("vpc-1", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}, *LIVE]}),
    ],
)
def test_an_endpoint_is_found_by_its_id_and_in_its_vpc(session, key, asked):
    with Stubber(session.ec2) as stub:
        stub.add_response("describe_vpc_endpoints", {"VpcEndpoints": [ENDPOINT]}, asked)
        assert read(session, key) == ["vpce-1"]


def test_an_endpoint_that_is_gone_is_absent(session):
    with Stubber(session.ec2) as stub:
        stub.add_client_error("describe_vpc_endpoints", "InvalidVpcEndpointId.NotFound")
        assert read(session, "vpce-1") == []


def test_any_other_error_is_no_answer(session):
    with Stubber(session.ec2) as stub:
        stub.add_client_error("describe_vpc_endpoints", "UnauthorizedOperation")
        with pytest.raises(ClientError):
            read(session, "vpce-1")
