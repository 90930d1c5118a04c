"""Who may call an API of API Gateway, and what its stages log and cache."""

from __future__ import annotations

import json

import pytest
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.controls.apigateway.apis import (
    apigateway_authorization,
    apigateway_policy_not_public,
    apigateway_tls_policy,
)
from stack_verify.controls.apigateway.stages import (
    apigateway_cache_encrypted,
    apigateway_logging,
    apigateway_no_bodies_in_logs,
    apigateway_waf,
    apigateway_xray,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.apigateway import DomainName, HttpApi, Methods, RestApi, Routes, Stage, StageV2
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import Question
from stack_verify.resources.wafv2 import WebACL
from support.hand_made import ACCOUNT, FOREIGN, REGION, OneClient, answered, arn, document, judged, read, snapshot

API = "a1b2c3d4e5"
REST = f"arn:aws:apigateway:{REGION}::/restapis/{API}"
HTTP = f"arn:aws:apigateway:{REGION}::/apis/{API}"
LOG = arn("logs", "log-group:api")
ACL = arn("wafv2", "regional/webacl/web/1")
ANYONE = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
OFFICE = {**ANYONE, "Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}}
INTERNET = {**ANYONE, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}
FROM_ENDPOINT = {**ANYONE, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}}
PARTNER = {**ANYONE, "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}}
OWN = {**ANYONE, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}


def rest(*methods: dict[str, object], policy: dict[str, object] | None = None, endpoint: str = "REGIONAL"):
    document_ = None if policy is None else document(policy)
    api = answered(RestApi, id=API, apiArn=REST, endpointConfiguration={"types": [endpoint]}, policy=document_)
    return snapshot(api, answered(Methods, api=REST, methods=methods), lists=((Methods, REST),))


def method(authorization: str | None, verb: str = "GET", *, key: bool = False) -> dict[str, object]:
    told = {} if authorization is None else {"authorizationType": authorization}
    return {"path": "/patients", "httpMethod": verb, "apiKeyRequired": key, **told}


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (rest(method("NONE")), Status.FAILED),
        (rest(method("AWS_IAM")), Status.PASSED),
        (rest(method("COGNITO_USER_POOLS"), method("CUSTOM", "POST")), Status.PASSED),
        (rest(method("CUSTOM"), method("NONE", "POST")), Status.FAILED),
        (rest(method("AWS_IAM"), method("NONE", "OPTIONS")), Status.PASSED),
        (rest(method("NONE", key=True)), Status.PASSED),
        (rest(method("NONE"), policy=ANYONE), Status.FAILED),
        (rest(method("NONE"), policy=INTERNET), Status.FAILED),
        (rest(method("NONE"), policy=OFFICE), Status.PASSED),
        (rest(method("NONE"), endpoint="PRIVATE"), Status.PASSED),
        (rest(method("NONE"), policy=FROM_ENDPOINT, endpoint="PRIVATE"), Status.PASSED),
        (rest(method("NONE"), policy=ANYONE, endpoint="PRIVATE"), Status.FAILED),
        (rest(method(None)), Status.ERROR),
        (rest(), Status.PASSED),
    ],
)
def test_no_method_is_open_to_everyone(held, status):
    assert judged(apigateway_authorization, held) == {API: status}


def http(*routes: tuple[str, str], protocol: str = "HTTP"):
    api = answered(HttpApi, ApiId=API, ApiArn=HTTP, ProtocolType=protocol)
    told = [{"RouteKey": key, "AuthorizationType": kind} for key, kind in routes]
    return snapshot(api, answered(Routes, Api=HTTP, Routes=told), lists=((Routes, HTTP),))


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (http(("GET /patients", "NONE")), Status.FAILED),
        (http(("GET /patients", "JWT"), ("OPTIONS /{proxy+}", "NONE")), Status.PASSED),
        (http(("$connect", "AWS_IAM"), ("$default", "NONE"), protocol="WEBSOCKET"), Status.PASSED),
        (http(("$connect", "NONE"), ("$default", "NONE"), protocol="WEBSOCKET"), Status.FAILED),
        (http(("$default", "NONE"), protocol="WEBSOCKET"), Status.FAILED),
    ],
)
def test_no_route_is_open_to_everyone(held, status):
    assert judged(apigateway_authorization, held) == {API: status}


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (rest(method("AWS_IAM")), Status.PASSED),
        (rest(method("AWS_IAM"), policy=ANYONE), Status.FAILED),
        (rest(method("COGNITO_USER_POOLS"), policy=ANYONE), Status.PASSED),
        (rest(method("AWS_IAM"), policy=PARTNER), Status.FAILED),
        (rest(method("AWS_IAM"), policy=OWN), Status.PASSED),
        (rest(method("NONE"), policy=OFFICE), Status.PASSED),
    ],
)
def test_a_resource_policy_lets_in_trusted_accounts_only(held, status):
    assert judged(apigateway_policy_not_public, held) == {API: status}


def test_a_partner_that_the_policy_names_is_let_in():
    trusted = {"trusted_principals": (FOREIGN,)}
    assert judged(apigateway_policy_not_public, rest(method("AWS_IAM"), policy=PARTNER), **trusted) == {
        API: Status.PASSED
    }


def stage(**fields: object) -> Stage:
    told = {"cacheClusterEnabled": False, "methodSettings": {}, **fields}
    return answered(Stage, path=f"{API}/prod", stageArn=f"{REST}/stages/prod", **told)


def stage_v2(**fields: object) -> StageV2:
    return answered(StageV2, Path=f"{API}/prod", StageArn=f"{HTTP}/stages/prod", **fields)


def settings(level: str = "INFO", **fields: object) -> dict[str, object]:
    told = {"dataTraceEnabled": False, "cachingEnabled": False, "cacheDataEncrypted": False, **fields}
    return {"loggingLevel": level, **told}


def said(control, *held) -> Status:
    (status,) = judged(control, snapshot(*held)).values()
    return status


GROUP = answered(LogGroup, logGroupName="api", logGroupArn=LOG)


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (stage(), Status.FAILED),
        (stage(methodSettings={"*/*": settings()}), Status.PASSED),
        (stage(methodSettings={"*/*": settings("OFF")}), Status.FAILED),
        (stage(methodSettings={"*/*": settings(), "patients/GET": settings("OFF")}), Status.FAILED),
        (stage(methodSettings={"patients/GET": settings()}), Status.FAILED),
        (stage(accessLogSettings={"destinationArn": LOG}), Status.PASSED),
        (stage_v2(), Status.FAILED),
        (stage_v2(AccessLogSettings={"DestinationArn": LOG}), Status.PASSED),
        (stage_v2(DefaultRouteSettings={"LoggingLevel": "ERROR"}), Status.PASSED),
        (stage_v2(AccessLogSettings={"DestinationArn": arn("logs", "log-group:unread")}), Status.ERROR),
    ],
)
def test_stages_log_requests(held, status):
    assert said(apigateway_logging, held, GROUP) == status


def test_a_log_group_that_is_gone_is_no_access_log():
    held = snapshot(stage(accessLogSettings={"destinationArn": LOG}), lists=((LogGroup, "api"),))
    assert list(judged(apigateway_logging, held).values()) == [Status.FAILED]


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (stage(methodSettings={"*/*": settings(dataTraceEnabled=True)}), Status.FAILED),
        (stage(methodSettings={"*/*": settings("OFF", dataTraceEnabled=True)}), Status.PASSED),
        (stage(methodSettings={"*/*": settings()}), Status.PASSED),
        (stage_v2(RouteSettings={"send": {"DataTraceEnabled": True}}), Status.FAILED),
        (stage_v2(DefaultRouteSettings={"DataTraceEnabled": False}), Status.PASSED),
    ],
)
def test_bodies_stay_out_of_logs(held, status):
    assert said(apigateway_no_bodies_in_logs, held) == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.NOT_APPLICABLE),
        ({"cacheClusterEnabled": True, "methodSettings": {"*/*": settings(cachingEnabled=True)}}, Status.FAILED),
        (
            {
                "cacheClusterEnabled": True,
                "methodSettings": {"*/*": settings(cachingEnabled=True, cacheDataEncrypted=True)},
            },
            Status.PASSED,
        ),
        ({"cacheClusterEnabled": True, "methodSettings": {"*/*": settings()}}, Status.PASSED),
    ],
)
def test_caches_are_encrypted(fields, status):
    assert said(apigateway_cache_encrypted, stage(**fields)) == status


def test_a_web_acl_protects_a_stage():
    counted = {"CloudWatchMetricsEnabled": True}
    acl = answered(WebACL, ARN=ACL, Name="web", DefaultAction={"Allow": {}}, VisibilityConfig=counted)
    assert said(apigateway_waf, stage(webAclArn=ACL), acl) is Status.PASSED
    assert said(apigateway_waf, stage()) is Status.FAILED


def test_a_stage_is_traced():
    assert said(apigateway_xray, stage(tracingEnabled=True)) is Status.PASSED
    assert said(apigateway_xray, stage()) is Status.FAILED


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("TLS_1_0", Status.FAILED),
        ("TLS_1_2", Status.PASSED),
        ("SecurityPolicy_TLS13_1_3_2025_09", Status.PASSED),
        ("TLS_0_9", Status.ERROR),
    ],
)
def test_domain_names_require_tls_1_2(name, status):
    domain = answered(DomainName, domainName="api.example.org", domainArn="arn", securityPolicy=name)
    assert said(apigateway_tls_policy, domain) == status


@pytest.mark.parametrize(
    ("name", "value", "question"),
    [
        ("url", f"https://{API}.execute-api.{REGION}.amazonaws.com/prod/patients", RestApi.ask(API)),
        ("socket", f"wss://{API}.execute-api.{REGION}.amazonaws.com/prod", RestApi.ask(API)),
        ("arn", arn("execute-api", f"{API}/prod/GET/patients"), RestApi.ask(API)),
        ("arn", REST, RestApi.ask(API)),
        ("arn", HTTP, HttpApi.ask(API)),
        ("arn", f"{REST}/stages/prod", Stage.ask(f"{REST}/stages/prod")),
        ("arn", f"{HTTP}/stages/$default", StageV2.ask(f"{HTTP}/stages/$default")),
        ("restApiId", API, RestApi.ask(API)),
        ("httpApiId", API, HttpApi.ask(API)),
        ("aws:apigateway/stage:Stage", "ags-a1b2c3d4e5-prod", None),
        ("aws:apigateway/restApi:RestApi", API, RestApi.ask(API)),
        ("aws:apigatewayv2/api:Api", API, HttpApi.ask(API)),
        ("aws:apigateway/domainName:DomainName", "api.example.org", DomainName.ask("api.example.org")),
    ],
)
def test_what_names_an_api(name: str, value: str, question: Question | None):
    assert recognise(name, value, account=ACCOUNT, region=REGION) == question


def test_an_escaped_policy_is_read_as_what_it_is():
    """API Gateway answers with a policy whose quotes are escaped once more."""
    policy = document(PARTNER)
    session = OneClient("apigateway")
    with Stubber(session.only) as stubber:
        stubber.add_response("get_rest_api", {"id": API, "policy": json.dumps(policy)[1:-1]})
        (api,) = read(COLLECTORS[RestApi.kind()], session, API)
    assert isinstance(api, RestApi)
    assert (api.policy, api.arn) == (policy, REST)


def test_the_methods_of_all_resources_are_read():
    session = OneClient("apigateway")
    items = [{"path": "/patients", "resourceMethods": {"GET": {"authorizationType": "NONE"}}}, {"path": "/"}]
    with Stubber(session.only) as stubber:
        stubber.add_response("get_resources", {"items": items})
        (found,) = read(COLLECTORS[Methods.kind()], session, REST)
    assert [(each.http_method, each.path, each.authorization_type) for each in found.methods] == [
        ("GET", "/patients", "NONE")
    ]
