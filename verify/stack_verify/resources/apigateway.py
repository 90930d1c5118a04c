"""Amazon API Gateway: REST, HTTP and WebSocket APIs, their stages and domain names; never a request.

A key is an id where the stack is, and an ARN anywhere: methods, routes and stages are listed by the ARN of their API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Host, Identity, bare
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged
from stack_verify.resources.wafv2 import WebACL

_ID = r"[a-z0-9]{3,20}"
_DOMAIN = r"[\w*-]+(?:\.[\w-]+)+"
_NO_APIS = "the stack has no APIs of API Gateway"
_NO_STAGES = "the stack has no stages of APIs"


class Method(Fields, frozen=True, kw_only=True, rename="camel"):
    """Who may call one method of a REST API: ``NONE``, ``AWS_IAM``, ``CUSTOM`` or ``COGNITO_USER_POOLS``."""

    path: str
    http_method: str
    authorization_type: Known[str] = UNKNOWN
    api_key_required: Known[bool] = UNKNOWN


class Methods(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::ApiGateway::Methods"):
    """All methods of a REST API (``apigateway:GetResources`` with the methods embedded), by the API's ARN."""

    id_field: ClassVar[str] = "api"

    api: str
    methods: tuple[Method, ...]


class MethodSettings(Fields, frozen=True, kw_only=True, rename="camel"):
    """How a stage logs and caches the methods of one path, or of all."""

    # Left out where it was never set; nothing is logged then.
    logging_level: str = "OFF"
    data_trace_enabled: Known[bool] = UNKNOWN
    caching_enabled: Known[bool] = UNKNOWN
    cache_data_encrypted: Known[bool] = UNKNOWN


class RouteSettings(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How a stage logs one route, or all. AWS leaves both out where they were never set, and for HTTP APIs."""

    logging_level: str = "OFF"
    data_trace_enabled: bool = False


class AccessLog(Fields, frozen=True, kw_only=True, rename="camel"):
    """Where the log of requests goes: a log group, or a Firehose stream."""

    destination_arn: str | None = None


class AccessLogV2(AccessLog, frozen=True, kw_only=True, rename="pascal"):
    """The same, as version 2 of the API spells it."""

    destination_arn: str | None = None


class AnyStage(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AnyStage"):
    """A stage of any API: what is deployed of it."""

    where_none: ClassVar[str | None] = _NO_STAGES

    # AWS leaves it out where requests are not logged.
    access_log_settings: AccessLog | None = None

    @property
    def access_log(self) -> str | None:
        """The ARN of where requests are logged to; None where they are not."""
        return self.access_log_settings.destination_arn if self.access_log_settings else None

    @property
    def access_log_group(self) -> Question | None:
        """The question for the log group that requests are logged to; None where there is none."""
        return log_group(self.access_log, self.observed_by.region)


class Stage(AnyStage, frozen=True, kw_only=True, rename="camel", tag="AWS::ApiGateway::Stage"):
    """One stage of ``apigateway:GetStages``, by its ARN, or all of a REST API, by the API's ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("apigateway", rf"(/restapis/{_ID}/stages/[\w-]+)", rf"(/restapis/{ANY_ID}/stages/{ANY_ID})"),),
        pulumi=("apigateway/stage",),
        terraform=("aws_api_gateway_stage",),
        asff="AwsApiGatewayStage",
    )
    id_field: ClassVar[str] = "path"
    arn_field: ClassVar[str | None] = "stage_arn"
    leads_to: ClassVar[tuple[str, ...]] = (WebACL.kind(), LogGroup.kind())

    # Of the collector: the API's id and the stage's name.
    path: str
    stage_arn: str
    # By path and method: ``*/*`` are all, ``patients~1{id}/GET`` is one.
    method_settings: dict[str, MethodSettings] = msgspec.field(default_factory=dict)
    cache_cluster_enabled: Known[bool] = UNKNOWN
    tracing_enabled: bool = False
    # AWS leaves both out where there are none.
    access_log_settings: AccessLog | None = None
    web_acl_arn: str | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.web_acl_arn is not None:
            yield WebACL.ask(self.web_acl_arn)
        if self.access_log_group is not None:
            yield self.access_log_group


class StageV2(AnyStage, frozen=True, kw_only=True, rename="pascal", tag="AWS::ApiGatewayV2::Stage"):
    """One stage of ``apigatewayv2:GetStages``, by its ARN, or all of an HTTP or WebSocket API, by the API's ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("apigateway", rf"(/apis/{_ID}/stages/[\w$-]+)", r"(/apis/[^/]+/stages/[^/]+)"),),
        pulumi=("apigatewayv2/stage",),
        terraform=("aws_apigatewayv2_stage",),
        asff="AwsApiGatewayV2Stage",
    )
    id_field: ClassVar[str] = "path"
    arn_field: ClassVar[str | None] = "stage_arn"
    leads_to: ClassVar[tuple[str, ...]] = (LogGroup.kind(),)

    # Of the collector: the API's id and the stage's name.
    path: str
    stage_arn: str
    default_route_settings: RouteSettings | None = None
    route_settings: dict[str, RouteSettings] = msgspec.field(default_factory=dict)
    access_log_settings: AccessLogV2 | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.access_log_group is not None:
            yield self.access_log_group


class Api(Tagged, frozen=True, kw_only=True, rename="pascal", tag="Api"):
    """Any API of API Gateway."""

    where_none: ClassVar[str | None] = _NO_APIS


class Endpoint(Fields, frozen=True, kw_only=True, rename="camel"):
    """From where an API can be reached: ``EDGE``, ``REGIONAL`` or ``PRIVATE``."""

    types: tuple[str, ...]


class Route(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Who may use a route of an HTTP or WebSocket API: ``NONE``, ``AWS_IAM``, ``CUSTOM`` or ``JWT``."""

    route_key: str
    authorization_type: Known[str] = UNKNOWN
    api_key_required: bool = False


class Routes(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ApiGatewayV2::Routes"):
    """All routes of an HTTP or WebSocket API (``apigatewayv2:GetRoutes``), by the API's ARN."""

    id_field: ClassVar[str] = "api"

    api: str
    routes: tuple[Route, ...]


class HttpApi(Api, frozen=True, kw_only=True, rename="pascal", tag="AWS::ApiGatewayV2::Api"):
    """``apigatewayv2:GetApi``: an HTTP or a WebSocket API, by its id; one of another region by its ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("apigateway", rf"/apis/({_ID})", rf"/apis/({ANY_ID})", by_name=True),),
        bare_names=(bare("http api id, http api, websocket api id, web socket api id, websocket api", _ID),),
        pulumi=("apigatewayv2/api",),
        terraform=("aws_apigatewayv2_api",),
        asff="AwsApiGatewayV2Api",
        by_tags=True,
    )
    id_field: ClassVar[str] = "api_id"
    arn_field: ClassVar[str | None] = "api_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Routes.kind(), StageV2.kind())

    api_id: str
    # Of the collector.
    api_arn: str
    # ``HTTP`` or ``WEBSOCKET``.
    protocol_type: str
    disable_execute_api_endpoint: bool = False

    def refers_to(self) -> Iterator[Question]:
        yield Routes.ask(self.api_arn)
        yield StageV2.ask(self.api_arn)


class RestApi(Api, frozen=True, kw_only=True, rename="camel", tag="AWS::ApiGateway::RestApi"):
    """``apigateway:GetRestApi``, by its id; one of another region by its ARN.

    A host name or an ``execute-api`` ARN does not say of which version an API is: where there is no REST API of the id,
    the HTTP or WebSocket API with it is the answer. AWS leaves the policy out where there is none.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm("apigateway", rf"/restapis/({_ID})", rf"/restapis/({ANY_ID})", by_name=True),
            ArnForm("execute-api", rf"({_ID})(?:/.*)?", rf"({ANY_ID})(?:/.*)?", by_name=True),
        ),
        hosts=(Host(rf"(?P<name>{_ID})\.execute-api\.{IN_REGION}{IN_DOMAIN}"),),
        bare_names=(bare("rest api id, rest api, api gateway id, gateway id, api id", r"[a-z0-9]{8,12}"),),
        pulumi=("apigateway/restApi",),
        terraform=("aws_api_gateway_rest_api",),
        asff="AwsApiGatewayRestApi",
        by_tags=True,
    )
    id_field: ClassVar[str] = "rest_api_id"
    arn_field: ClassVar[str | None] = "api_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Methods.kind(), Stage.kind(), HttpApi.kind())

    rest_api_id: str = msgspec.field(name="id")
    # Of the collector.
    api_arn: str
    endpoint_configuration: Known[Endpoint] = UNKNOWN
    policy: str | None = None
    disable_execute_api_endpoint: bool = False

    @property
    def private(self) -> bool:
        """Whether it can be reached through VPC endpoints only."""
        return self.endpoint_configuration.types == ("PRIVATE",)

    def refers_to(self) -> Iterator[Question]:
        yield Methods.ask(self.api_arn)
        yield Stage.ask(self.api_arn)


class DomainName(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::ApiGateway::DomainName"):
    """``apigateway:GetDomainName``, by its name, of APIs of both versions; one of another region by its ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("apigateway", r"/domainnames/([\w.*-]+)", r"/domainnames/([^/]+)", by_name=True),),
        bare_names=(bare("api domain, api domain name, api custom domain, api custom domain name", _DOMAIN),),
        pulumi=("apigateway/domainName", "apigatewayv2/domainName"),
        terraform=("aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"),
        by_tags=True,
    )
    id_field: ClassVar[str] = "domain_name"
    arn_field: ClassVar[str | None] = "domain_arn"

    domain_name: str
    # Of the collector.
    domain_arn: str
    security_policy: Known[str] = UNKNOWN


def log_group(arn: str | None, region: str) -> Question | None:
    """The question for the log group with this ARN, by name where the stack may be; None where it is no log group."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "logs":
        return None
    name = parsed.resource.removeprefix("log-group:").removesuffix(":*")
    return LogGroup.ask(name if parsed.region == region else str(arn).removesuffix(":*"))
