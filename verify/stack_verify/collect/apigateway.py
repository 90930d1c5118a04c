"""Reads Amazon API Gateway: APIs, methods, routes, stages and domain names, and never a request."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Malformed, Reader
from stack_verify.resources.apigateway import DomainName, HttpApi, Methods, RestApi, Routes, Stage, StageV2
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.partitions import partition

GONE = ("NotFoundException",)
# One action allows all reads, by the path of what is read (Service Authorization Reference, "API Gateway Management").
READABLE = tuple(
    f"arn:{{partition}}:apigateway:{{region}}::/{path}" for path in ("restapis/*", "apis/*", "domainnames/*")
)


@collects(RestApi, "apigateway:GetRestApi", "apigatewayv2:GetApi", on=READABLE)
def rest_apis(reader: Reader, key: str) -> Iterator[RestApi | HttpApi]:
    """The REST API with this id or ARN, or the HTTP or WebSocket API with it."""
    name = _api_of(key)
    response = reader.call("apigateway", "GetRestApi", restApiId=name, answers=GONE)
    if response.absent:
        yield from _http_api(reader, name)
        return
    fields = {**response.body, "policy": _policy(response.body), **_tags(response.body)}
    yield response.decode(RestApi, fields, apiArn=_arn(reader, f"/restapis/{name}"))


@collects(HttpApi, "apigatewayv2:GetApi", on=READABLE)
def http_apis(reader: Reader, key: str) -> Iterator[HttpApi]:
    """The HTTP or WebSocket API with this id or ARN."""
    yield from _http_api(reader, _api_of(key))


@collects(Methods, "apigateway:GetResources", on=READABLE)
def methods(reader: Reader, api: str) -> Iterator[Methods]:
    """All methods of the REST API with this ARN."""
    found: list[Body] = []
    pages = list(reader.pages("apigateway", "GetResources", restApiId=_api_of(api), embed=["methods"]))
    for page in pages:
        for item in page.items("items"):
            of_path = item.get("resourceMethods", {})
            found += [{**each, "path": item["path"], "httpMethod": verb} for verb, each in sorted(of_path.items())]
    yield pages[-1].decode(Methods, {}, api=api, methods=found)


@collects(Routes, "apigatewayv2:GetRoutes", on=READABLE)
def routes(reader: Reader, api: str) -> Iterator[Routes]:
    """All routes of the HTTP or WebSocket API with this ARN."""
    pages = list(reader.pages("apigatewayv2", "GetRoutes", ApiId=_api_of(api)))
    found = [item for page in pages for item in page.items("Items")]
    yield pages[-1].decode(Routes, {}, Api=api, Routes=found)


@collects(Stage, "apigateway:GetStages", on=READABLE)
def stages(reader: Reader, arn: str) -> Iterator[Stage]:
    """The stage with this ARN, or all of the REST API with it."""
    api, _, only = arn.partition("/stages/")
    response = reader.call("apigateway", "GetStages", restApiId=_api_of(api), answers=GONE)
    for item in [] if response.absent else response.items("item"):
        if only in ("", item["stageName"]):
            own = {"path": f"{_api_of(api)}/{item['stageName']}", "stageArn": f"{api}/stages/{item['stageName']}"}
            yield response.decode(Stage, {**item, **own, **_tags(item)})


@collects(StageV2, "apigatewayv2:GetStages", on=READABLE)
def stages_v2(reader: Reader, arn: str) -> Iterator[StageV2]:
    """The stage with this ARN, or all of the HTTP or WebSocket API with it."""
    api, _, only = arn.partition("/stages/")
    for page in reader.pages("apigatewayv2", "GetStages", ApiId=_api_of(api), answers=GONE):
        for item in page.items("Items"):
            if only in ("", item["StageName"]):
                own = {"Path": f"{_api_of(api)}/{item['StageName']}", "StageArn": f"{api}/stages/{item['StageName']}"}
                yield page.decode(StageV2, {**item, **own, **_tags(item)})


@collects(DomainName, "apigateway:GetDomainName", on=READABLE)
def domain_names(reader: Reader, key: str) -> Iterator[DomainName]:
    """The domain name, given as such or by its ARN."""
    name = key.rpartition("/")[2]
    response = reader.call("apigateway", "GetDomainName", domainName=name, answers=GONE)
    if not response.absent:
        yield response.decode(DomainName, domainArn=_arn(reader, f"/domainnames/{name}"), **_tags(response.body))


def _http_api(reader: Reader, name: str) -> Iterator[HttpApi]:
    response = reader.call("apigatewayv2", "GetApi", ApiId=name, answers=GONE)
    if not response.absent:
        yield response.decode(HttpApi, ApiArn=_arn(reader, f"/apis/{name}"), **_tags(response.body))


def _api_of(key: str) -> str:
    """The id of an API, of itself or of an ARN that names it."""
    arn = parse_arn(key)
    if arn is None:
        return key
    parts = arn.resource.lstrip("/").split("/")
    return parts[0] if arn.service == "execute-api" else parts[1]


def _tags(item: Body) -> Body:
    """The tags, which AWS leaves out where there are none."""
    return {"Tags": item.get("tags") or item.get("Tags") or {}}


def _arn(reader: Reader, path: str) -> str:
    return f"arn:{partition(reader.region)}:apigateway:{reader.region}::{path}"


def _policy(body: Body) -> str | None:
    """The resource policy as JSON. AWS escapes it as for a text inside JSON (API reference, "RestApi").

    Raises:
        Malformed: when it is neither.
    """
    policy = body.get("policy")
    if not policy:
        return None
    for text in (policy, f'"{policy}"'):
        try:
            found = json.loads(text)
        except ValueError:
            continue
        return found if isinstance(found, str) else str(policy)
    raise Malformed("apigateway:GetRestApi answered with a policy that is not JSON")
