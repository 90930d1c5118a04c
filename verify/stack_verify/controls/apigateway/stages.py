"""Amazon API Gateway: what stages log, cache and are protected by."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.apigateway import AnyStage, Stage, StageV2
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.wafv2 import WebACL
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html"
EVERY_METHOD, OFF = "*/*", "OFF"


@control(
    "apigateway-logging",
    "Stages of APIs log requests",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="api-gw-execution-logging-enabled",
    security_hub="APIGateway.1",
    remediation="Set access_log_settings of the stage to a log group, or the logging level of every method to INFO.",
    rationale="Without a log it is unknown who called the API, and what was answered.",
    source=SECURITY_HUB + "#apigateway-1",
    reads=(LogGroup,),
)
def apigateway_logging(stage: AnyStage, snapshot: Snapshot, _policy: Policy) -> Verdict:
    levels = dict(_levels(stage))
    told = f"logging levels: {', '.join(f'{path} {level}' for path, level in levels.items()) or 'none'}"
    if stage.access_log is None:
        all_methods = EVERY_METHOD in levels and OFF not in levels.values()
        return verdict(
            all_methods, f"no access log; {told}", expected="an access log, or a logging level for all methods"
        )
    group = stage.access_log_group
    if group is not None and not snapshot.find(group):
        return failed(f"the access log {stage.access_log} does not exist", expected="a log group that exists")
    return passed(f"access log: {stage.access_log}; {told}")


@control(
    "apigateway-no-bodies-in-logs",
    "Stages of APIs keep request and response bodies out of their logs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Set data_trace_enabled to false for every method or route of the stage.",
    rationale="Bodies hold ePHI, and more people read logs than may read records.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    reads=(),
)
def apigateway_no_bodies_in_logs(stage: AnyStage, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = list(_traced(stage))
    return verdict(not found, f"dataTraceEnabled is true for: {', '.join(found) or 'none'}", expected="none")


@control(
    "apigateway-cache-encrypted",
    "Caches of APIs are encrypted at rest",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="api-gw-cache-encrypted",
    security_hub="APIGateway.5",
    remediation="Set cache_data_encrypted for every method of the stage that is cached.",
    rationale="A cache keeps answers with ePHI for up to an hour.",
    source=SECURITY_HUB + "#apigateway-5",
    reads=(),
)
def apigateway_cache_encrypted(stage: Stage, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not stage.cache_cluster_enabled:
        return not_applicable("cacheClusterEnabled is false: the stage has no cache")
    cached = {path: each.cache_data_encrypted for path, each in stage.method_settings.items() if each.caching_enabled}
    clear = [path for path, encrypted in cached.items() if not encrypted]
    observed = f"cached: {', '.join(cached) or 'none'}; not encrypted: {', '.join(clear) or 'none'}"
    return verdict(not clear, observed, expected="cacheDataEncrypted for every method that is cached")


@control(
    "apigateway-waf",
    "A WAF web ACL is associated with the stages of REST APIs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="api-gw-associated-with-waf",
    security_hub="APIGateway.4",
    remediation="Associate a WAFv2 web ACL with the stage.",
    rationale="Without the firewall, common attacks reach the application.",
    source=SECURITY_HUB + "#apigateway-4",
    reads=(WebACL,),
)
def apigateway_waf(stage: Stage, snapshot: Snapshot, _policy: Policy) -> Verdict:
    arn = stage.web_acl_arn
    if arn is None:
        return failed("no web ACL is associated", expected="a web ACL")
    if ":wafv2:" in arn and not snapshot.within(WebACL, arn):
        return failed(f"the web ACL {arn} does not exist", expected="a web ACL that exists")
    return passed(f"associated: {arn}")


@control(
    "apigateway-xray",
    "Stages of REST APIs are traced by X-Ray",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)"),
    config_rule="api-gw-xray-enabled",
    security_hub="APIGateway.3",
    remediation="Set xray_tracing_enabled on the stage.",
    hardening=True,
    rationale="A trace shows which services a request went through.",
    source=SECURITY_HUB + "#apigateway-3",
    reads=(),
)
def apigateway_xray(stage: Stage, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(stage.tracing_enabled, f"tracingEnabled is {as_aws(stage.tracing_enabled)}", expected="true")


def _levels(stage: AnyStage) -> Iterator[tuple[str, str]]:
    """The logging level of all methods or routes, and of those that have their own."""
    match stage:
        case Stage():
            yield from ((path, each.logging_level) for path, each in stage.method_settings.items())
        case StageV2():
            if stage.default_route_settings is not None:
                yield EVERY_METHOD, stage.default_route_settings.logging_level
            yield from ((path, each.logging_level) for path, each in stage.route_settings.items())
        case _:
            raise Unanswered(f"{stage.kind()} is not a known kind of stage")


def _traced(stage: AnyStage) -> Iterator[str]:
    """The methods or routes whose bodies are logged. Where nothing is logged, bodies are not."""
    match stage:
        case Stage():
            settings = stage.method_settings.items()
            yield from (path for path, each in settings if each.logging_level != OFF and each.data_trace_enabled)
        case StageV2():
            routes = {EVERY_METHOD: stage.default_route_settings, **stage.route_settings}
            yield from (path for path, each in routes.items() if each is not None and each.data_trace_enabled)
        case _:
            raise Unanswered(f"{stage.kind()} is not a known kind of stage")
