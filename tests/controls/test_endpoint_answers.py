"""An endpoint is asked for by its id alone, so that one that is gone hides no other."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from stack_verify.collect.ec2 import LIVE_ENDPOINTS, vpc_endpoints
from support.hand_made import OneClient, read

LIVE = list(LIVE_ENDPOINTS)
ENDPOINT = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.sa-east-1.s3"}


@pytest.fixture
def session() -> OneClient:
    return OneClient("ec2")


def found(session: OneClient, key: str) -> list[str]:
    return [endpoint.id for endpoint in read(vpc_endpoints, session, key)]


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("vpce-1", {"VpcEndpointIds": ["vpce-1"], "Filters": LIVE}),
        ("vpc-1", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}, *LIVE]}),
    ],
)
def test_an_endpoint_is_found_by_its_id_and_in_its_vpc(session, key, asked):
    with Stubber(session.only) as stub:
        stub.add_response("describe_vpc_endpoints", {"VpcEndpoints": [ENDPOINT]}, asked)
        assert found(session, key) == ["vpce-1"]


def test_an_endpoint_that_is_gone_is_absent(session):
    with Stubber(session.only) as stub:
        stub.add_client_error("describe_vpc_endpoints", "InvalidVpcEndpointId.NotFound")
        assert found(session, "vpce-1") == []


def test_any_other_error_is_no_answer(session):
    with Stubber(session.only) as stub:
        stub.add_client_error("describe_vpc_endpoints", "UnauthorizedOperation")
        with pytest.raises(ClientError):
            found(session, "vpce-1")
