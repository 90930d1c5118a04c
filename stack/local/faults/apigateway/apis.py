"""Faults of APIs and their stages, on the stack that has them beside it."""

import json

from stack.local.additions.edge import STAGE
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

REST, HTTP = "visitsRestApiId", "visitsHttpApiId"
OF_STAGE = "visitsStageArn"


@fault(("apigateway-authorization", REST), stack="edge")
def apigateway_authorization(aws: Clients, outputs: Outputs) -> None:
    """Everyone may call a method of the REST API."""
    gateway, api = aws.client("apigateway"), str(outputs[REST])
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")


@fault(("apigateway-authorization", HTTP), stack="edge", variant="route")
def apigateway_authorization_route(aws: Clients, outputs: Outputs) -> None:
    """Everyone may use a route of the HTTP API."""
    aws.client("apigatewayv2").create_route(ApiId=str(outputs[HTTP]), RouteKey="GET /open", AuthorizationType="NONE")


@fault(("apigateway-policy-not-public", REST), stack="edge")
def apigateway_policy_not_public(aws: Clients, outputs: Outputs) -> None:
    """Principals of every account may call the REST API."""
    statement = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("apigateway").update_rest_api(
        restApiId=str(outputs[REST]), patchOperations=[{"op": "replace", "path": "/policy", "value": document}]
    )


@fault(("apigateway-logging", OF_STAGE), stack="edge")
def apigateway_logging(aws: Clients, outputs: Outputs) -> None:
    """The stage logs no requests."""
    _set(aws, outputs, "/*/*/logging/loglevel", "OFF")
    aws.client("apigateway").update_stage(
        restApiId=str(outputs[REST]),
        stageName=STAGE,
        patchOperations=[{"op": "remove", "path": "/accessLogSettings"}],
    )


@fault(("apigateway-no-bodies-in-logs", OF_STAGE), stack="edge")
def apigateway_no_bodies_in_logs(aws: Clients, outputs: Outputs) -> None:
    """The stage logs the bodies of requests and responses."""
    _set(aws, outputs, "/*/*/logging/dataTrace", "true")


@fault(("apigateway-cache-encrypted", OF_STAGE), stack="edge")
def apigateway_cache_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The stage's cache is not encrypted."""
    _set(aws, outputs, "/*/*/caching/dataEncrypted", "false")


@fault(("apigateway-xray", OF_STAGE), stack="edge")
def apigateway_xray(aws: Clients, outputs: Outputs) -> None:
    """The stage is not traced."""
    _set(aws, outputs, "/tracingEnabled", "false")


@fault(("apigateway-waf", OF_STAGE), stack="edge")
def apigateway_waf(aws: Clients, outputs: Outputs) -> None:
    """No web ACL is associated with the stage."""
    aws.client("wafv2").disassociate_web_acl(ResourceArn=str(outputs[OF_STAGE]))


def _set(aws: Clients, outputs: Outputs, path: str, value: str) -> None:
    aws.client("apigateway").update_stage(
        restApiId=str(outputs[REST]),
        stageName=STAGE,
        patchOperations=[{"op": "replace", "path": path, "value": value}],
    )
