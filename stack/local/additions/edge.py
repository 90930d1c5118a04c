"""What a serverless stack serves by: a REST API, an HTTP API, and a distribution, with the firewall and the logs."""

import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-visits-api-prod"
STAGE: Final = "prod"
BUS: Final = "healthcare-visits-prod"
RULE: Final = "healthcare-visits-archive-prod"
LOG_FORMAT: Final = "$context.requestId $context.identity.caller $context.status"

Declared = tuple[str, str, str, Mapping[str, Any]]


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the APIs with their stages."""
    tags = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    named = {**{each["Key"]: each["Value"] for each in tags}, "Name": NAME}
    log = str(outputs["wafLogGroupArn"]).removesuffix(":*")
    (rest_id, stage), rest = _rest_api(aws, named, log, str(outputs["webAclArn"]))
    http_id, http = _http_api(aws, named, log)
    distribution, declared = _distribution(aws, named, outputs)
    rule, bus = _event_bus(aws, named, log)
    domain = _domain_name(aws, named, outputs)
    names = {
        "visitsDistributionId": distribution,
        "visitsEventBusName": BUS,
        "visitsRuleArn": rule,
        "visitsRestApiId": rest_id,
        "visitsStageArn": stage,
        "visitsHttpApiId": http_id,
        "visitsApiDomainName": domain,
    }
    return Made(names, (*rest, *http, declared, *bus))


def _domain_name(aws: Clients, tags: dict[str, str], outputs: Mapping[str, str | list[str]]) -> str:
    """The name that the stack's certificate is for, for APIs too."""
    name = str(outputs["url"]).removeprefix("https://").rstrip("/")
    aws.client("apigateway").create_domain_name(
        domainName=name,
        regionalCertificateArn=str(outputs["certificateArn"]),
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2",
        tags=tags,
    )
    return name


def _rest_api(
    aws: Clients, tags: dict[str, str], log: str, web_acl: str
) -> tuple[tuple[str, str], tuple[Declared, ...]]:
    gateway = aws.client("apigateway")
    api = gateway.create_rest_api(name=NAME, endpointConfiguration={"types": ["REGIONAL"]}, tags=tags)["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="AWS_IAM")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = gateway.create_deployment(restApiId=api)["id"]
    gateway.create_stage(restApiId=api, stageName=STAGE, deploymentId=deployment, tracingEnabled=True, tags=tags)
    gateway.update_stage(
        restApiId=api,
        stageName=STAGE,
        patchOperations=[
            {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"},
            {"op": "replace", "path": "/cacheClusterEnabled", "value": "true"},
            {"op": "replace", "path": "/*/*/caching/enabled", "value": "true"},
            {"op": "replace", "path": "/*/*/caching/dataEncrypted", "value": "true"},
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": log},
            {"op": "replace", "path": "/accessLogSettings/format", "value": LOG_FORMAT},
        ],
    )
    region = gateway.meta.region_name
    stage = f"arn:aws:apigateway:{region}::/restapis/{api}/stages/{STAGE}"
    aws.client("wafv2").associate_web_acl(WebACLArn=web_acl, ResourceArn=stage)
    of_stage = {
        "restApi": api,
        "stageName": STAGE,
        "accessLogSettings": {"destinationArn": log, "format": LOG_FORMAT},
        "cacheClusterEnabled": True,
        "xrayTracingEnabled": True,
        "tags": tags,
    }
    return (api, stage), (
        ("aws:apigateway/restApi:RestApi", "visits", api, {"name": NAME, "tags": tags}),
        ("aws:apigateway/method:Method", "visits", f"agm-{api}-{root}-GET", {"restApi": api, "httpMethod": "GET"}),
        ("aws:apigateway/stage:Stage", "visits", stage, of_stage),
    )


def _http_api(aws: Clients, tags: dict[str, str], log: str) -> tuple[str, tuple[Declared, ...]]:
    gateway = aws.client("apigatewayv2")
    name = f"{NAME}-http"
    api = gateway.create_api(Name=name, ProtocolType="HTTP", Tags=tags)["ApiId"]
    gateway.create_route(ApiId=api, RouteKey="GET /visits", AuthorizationType="AWS_IAM")
    log_settings = {"DestinationArn": log, "Format": LOG_FORMAT}
    gateway.create_stage(ApiId=api, StageName=STAGE, AccessLogSettings=log_settings, Tags=tags)
    declared = {"name": name, "protocolType": "HTTP", "tags": tags}
    return api, (("aws:apigatewayv2/api:Api", "visits", api, declared),)


def _distribution(aws: Clients, tags: dict[str, str], outputs: Mapping[str, str | list[str]]) -> tuple[str, Declared]:
    behavior = {"TargetOriginId": "visits", "ViewerProtocolPolicy": "https-only", "CachePolicyId": "none"}
    origin = {
        "Id": "visits",
        "DomainName": f"{outputs['dataBucketName']}.s3.{aws.client('s3').meta.region_name}.amazonaws.com",
        "OriginAccessControlId": "E1A2B3C4D5E6F7",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    certificate = {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": str(outputs["certificateArn"]),
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SSLSupportMethod": "sni-only",
    }
    config = {
        "CallerReference": NAME,
        "Comment": NAME,
        "Enabled": True,
        "DefaultRootObject": "index.html",
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
        "Logging": {
            "Enabled": True,
            "IncludeCookies": False,
            "Bucket": f"{outputs['accessLogBucketName']}.s3.amazonaws.com",
            "Prefix": "",
        },
        "ViewerCertificate": certificate,
        "WebACLId": str(outputs["webAclArn"]),
    }
    items = {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]}
    made = aws.client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": config, "Tags": items}
    )["Distribution"]["Id"]
    declared = {
        "defaultCacheBehavior": {"viewerProtocolPolicy": "https-only"},
        "viewerCertificate": {"minimumProtocolVersion": "TLSv1.2_2021"},
        "defaultRootObject": "index.html",
        "webAclId": str(outputs["webAclArn"]),
        "tags": tags,
    }
    return made, ("aws:cloudfront/distribution:Distribution", "visits", made, declared)


def _event_bus(aws: Clients, tags: dict[str, str], log: str) -> tuple[str, tuple[Declared, ...]]:
    events = aws.client("events")
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    arn = events.create_event_bus(Name=BUS, Tags=listed)["EventBusArn"]
    document = json.dumps(bus_policy(arn, {"AWS": f"arn:aws:iam::{arn.split(':')[4]}:root"}))
    events.put_permission(EventBusName=BUS, Policy=document)
    rule = events.put_rule(Name=RULE, EventBusName=BUS, EventPattern='{"source": ["visits"]}')["RuleArn"]
    events.put_targets(Rule=RULE, EventBusName=BUS, Targets=[{"Id": "log", "Arn": log}])
    return rule, (
        ("aws:cloudwatch/eventBus:EventBus", "visits", BUS, {"name": BUS, "tags": tags}),
        ("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "visits", BUS, {"eventBusName": BUS, "policy": document}),
    )


def bus_policy(bus: str, principal: object) -> dict[str, Any]:
    """A policy that lets `principal` put events on the bus with this ARN."""
    statement = {
        "Sid": "Put",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "events:PutEvents",
        "Resource": bus,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
