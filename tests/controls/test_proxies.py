"""What is concluded of RDS proxies, and how one is asked for."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from stack_verify.collect.rds import db_proxies
from stack_verify.controls.rds.proxies import (
    rds_proxy_iam_authentication,
    rds_proxy_no_debug_logging,
    rds_proxy_tls,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.rds_proxy import DBProxy
from support.hand_made import ACCOUNT, REGION, OneClient, answered, arn, judged, read, snapshot

ARN = arn("rds", "db-proxy:prx-0123456789abcdef0")
SECRET = arn("secretsmanager", "secret:records-a1b2c3")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/proxy"


def proxy(**fields: object) -> DBProxy:
    return answered(DBProxy, DBProxyName="records", DBProxyArn=ARN, **fields)


@pytest.mark.parametrize(
    ("control", "fields", "status"),
    [
        (rds_proxy_tls, {"RequireTLS": True}, Status.PASSED),
        (rds_proxy_tls, {"RequireTLS": False}, Status.FAILED),
        (rds_proxy_tls, {}, Status.ERROR),
        (rds_proxy_no_debug_logging, {"DebugLogging": False}, Status.PASSED),
        (rds_proxy_no_debug_logging, {"DebugLogging": True}, Status.FAILED),
        (rds_proxy_no_debug_logging, {}, Status.ERROR),
        (rds_proxy_iam_authentication, {"Auth": [{"IAMAuth": "REQUIRED"}]}, Status.PASSED),
        (rds_proxy_iam_authentication, {"Auth": [{"IAMAuth": "REQUIRED"}, {"IAMAuth": "DISABLED"}]}, Status.FAILED),
        (rds_proxy_iam_authentication, {"DefaultAuthScheme": "IAM_AUTH"}, Status.PASSED),
        (rds_proxy_iam_authentication, {"DefaultAuthScheme": "NONE"}, Status.FAILED),
    ],
)
def test_a_proxy_is_judged_by_what_it_accepts_and_logs(control, fields, status):
    assert judged(control, snapshot(proxy(**fields))) == {"records": status}


def test_a_proxy_leads_to_its_role_secrets_groups_and_subnets():
    whole = proxy(
        RoleArn=ROLE,
        Auth=[{"SecretArn": SECRET, "IAMAuth": "REQUIRED"}],
        VpcSecurityGroupIds=["sg-1"],
        VpcSubnetIds=["subnet-1"],
    )
    assert {question.key for question in whole.refers_to()} == {"proxy", SECRET, "sg-1", "subnet-1"}


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("databaseEndpoint", f"records.proxy-abcdefghijkl.{REGION}.rds.amazonaws.com", "records"),
        ("dbProxyName", "records", "records"),
        ("anything", ARN, ARN),
    ],
)
def test_outputs_name_a_proxy_by_endpoint_name_and_arn(name, value, key):
    assert recognise(name, value, account=ACCOUNT, region=REGION) == DBProxy.ask(key)


@pytest.mark.parametrize(("key", "asked"), [("records", {"DBProxyName": "records"}), (ARN, {})])
def test_a_proxy_is_asked_for_by_its_name_and_looked_for_by_its_arn(key, asked):
    found = {"DBProxyName": "records", "DBProxyArn": ARN, "RequireTLS": True}
    session = OneClient("rds")
    with Stubber(session.only) as stubber:
        stubber.add_response("describe_db_proxies", {"DBProxies": [found]}, asked)
        (one,) = read(db_proxies, session, key)
    assert (one.id, one.require_tls) == ("records", True)


def test_a_proxy_that_is_gone_is_none():
    session = OneClient("rds")
    with Stubber(session.only) as stubber:
        stubber.add_client_error("describe_db_proxies", "DBProxyNotFoundFault")
        assert read(db_proxies, session, "records") == []
