"""Amazon API Gateway: who may call APIs, and over which TLS."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.core.control import Severity, Verdict, control, hipaa, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.principals.sharing import Access, Kind, outsiders, public, untrusted
from stack_verify.resources.apigateway import Api, DomainName, HttpApi, Methods, RestApi, Routes
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html"
GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
NONE, IAM = "NONE", "AWS_IAM"
# The route of a WebSocket API that a client connects by: no other can have an authorizer (developer guide).
CONNECT = "$connect"
NO_POLICY = "no resource policy"


@control(
    "apigateway-authorization",
    "APIs require authorization for every method and route",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="api-gwv2-authorization-type-configured",
    security_hub="APIGateway.8",
    remediation="Set an authorizer or AWS_IAM on each method and route, or restrict the API with a resource policy.",
    rationale="Whoever finds the address of an open method may call it, and what it answers may be ePHI.",
    source=SECURITY_HUB + "#apigateway-8",
    reads=(Methods, Routes),
)
def apigateway_authorization(api: Api, snapshot: Snapshot, policy: Policy) -> Verdict:
    if isinstance(api, HttpApi):
        found = list(_open_routes(api, snapshot))
        return verdict(not found, f"open to everyone: {', '.join(found) or 'none'}", expected="no open routes")
    if not isinstance(api, RestApi):
        raise Unanswered(f"{api.kind()} is not a known kind of API")
    found = list(_open_methods(api, snapshot))
    if not found:
        return passed("every method requires authorization or an API key")
    told = f"without authorization: {', '.join(found)}"
    if api.policy is None and api.private:
        return passed(f"{told}; the API is private, and without a resource policy no one can call it")
    if api.policy is not None and not public(outsiders(api.policy, account=api.observed_by.account, trusts=policy)):
        return passed(f"{told}; the resource policy does not let everyone in")
    reason = NO_POLICY if api.policy is None else "the resource policy lets everyone in"
    return verdict(holds=False, observed=f"{told}; {reason}", expected="no open methods, or a policy that restricts")


@control(
    "apigateway-policy-not-public",
    "Resource policies of REST APIs let in trusted accounts only",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove other accounts from the API's resource policy, or name them in the policy file.",
    rationale="A resource policy that lets in any principal opens methods with IAM authorization to every AWS account.",
    source=GUIDE + "apigateway-authorization-flow.html",
    reads=(Methods,),
)
def apigateway_policy_not_public(api: RestApi, snapshot: Snapshot, policy: Policy) -> Verdict:
    if api.policy is None:
        return passed(NO_POLICY)
    found = _strangers(api.policy, api, policy)
    told = f"lets in: {'; '.join(map(str, found)) or 'none'}"
    deciding = [
        f"{each.http_method} {each.path}"
        for each in snapshot.require(Methods, api.api_arn).methods
        if each.authorization_type in (NONE, IAM)
    ]
    if found and not deciding:
        return passed(f"{told}; an authorizer decides on every method")
    return verdict(not found, told, expected="none outside the account that the policy does not name")


@control(
    "apigateway-tls-policy",
    "Domain names of APIs require TLS 1.2 or later",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(ii)"),
    remediation="Set security_policy of the domain name to TLS_1_2 or a newer policy.",
    rationale="TLS 1.0 and 1.1 have known weaknesses that let others read what is sent.",
    source=GUIDE + "apigateway-custom-domain-tls-version.html",
    reads=(),
)
def apigateway_tls_policy(domain: DomainName, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    name = domain.security_policy
    modern = name == "TLS_1_2" or name.startswith(("SecurityPolicy_TLS12_", "SecurityPolicy_TLS13_"))
    if not modern and name != "TLS_1_0":
        raise Unanswered(f"{name} is not a known security policy")
    return verdict(modern, f"securityPolicy is {name}", expected="TLS_1_2 or a newer policy")


def _open_methods(api: RestApi, snapshot: Snapshot) -> Iterator[str]:
    """The methods that ask for no authorization and no API key. Browsers ask by OPTIONS without either."""
    for each in snapshot.require(Methods, api.api_arn).methods:
        if each.http_method != "OPTIONS" and each.authorization_type == NONE and not each.api_key_required:
            yield f"{each.http_method} {each.path}"


def _open_routes(api: HttpApi, snapshot: Snapshot) -> Iterator[str]:
    routes = snapshot.require(Routes, api.api_arn).routes
    if api.protocol_type == "WEBSOCKET":
        connecting = [each for each in routes if each.route_key == CONNECT]
        if routes and not connecting:
            yield f"no route {CONNECT}, so every client may connect"
        routes = tuple(connecting)
    for each in routes:
        if not each.route_key.startswith("OPTIONS ") and each.authorization_type == NONE and not each.api_key_required:
            yield each.route_key


def _strangers(document: str, api: RestApi, policy: Policy) -> tuple[Access, ...]:
    """Whom the policy of an API lets in that nothing ties to this account, the organisation or a network."""
    found = untrusted(outsiders(document, account=api.observed_by.account, trusts=policy))
    return tuple(each for each in found if each.kind is not Kind.NETWORK)
