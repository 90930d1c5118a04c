"""Fields of Amazon API Gateway: policies of APIs, logs and caches of stages, TLS of domain names."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, own, types
from stack_verify.drift.normalize import log_group, policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.apigateway import RestApi

_LOG = field("accessLogSettings.destinationArn", "access_log", None, spell=log_group)

TABLES = (
    Table(
        types("apigateway/restApi:RestApi"),
        (field("disableExecuteApiEndpoint", "disable_execute_api_endpoint"), TAGS),
    ),
    Table(
        types("apigateway/restApiPolicy:RestApiPolicy"),
        (field("policy", own("policy", policy), spell=policy),),
        kind=RestApi,
        key="restApiId",
    ),
    Table(
        types("apigateway/stage:Stage"),
        (
            _LOG,
            field("cacheClusterEnabled", "cache_cluster_enabled", "false"),
            field("xrayTracingEnabled", "tracing_enabled", "false"),
            TAGS,
        ),
    ),
    Table(
        types("apigatewayv2/api:Api"),
        (
            field("protocolType", "protocol_type"),
            field("disableExecuteApiEndpoint", "disable_execute_api_endpoint", "false"),
            TAGS,
        ),
    ),
    Table(types("apigatewayv2/stage:Stage"), (_LOG, TAGS)),
    Table(types("apigateway/domainName:DomainName"), (field("securityPolicy", "security_policy"), TAGS)),
)
