"""Elastic Load Balancing: transport, logs and standing of the load balancer."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.acm import Certificate, of_acm
from stack_verify.resources.elbv2 import (
    NOT_APPLICATION,
    Action,
    Listener,
    ListenerCertificates,
    ListenerRule,
    LoadBalancer,
    LoadBalancerAttributes,
)
from stack_verify.snapshot import Snapshot

GATEWAY = "it is a Gateway Load Balancer, which passes packets on to appliances and serves no requests"
NO_TLS = "it does not speak TLS"
# In a redirect, the host that was asked for.
OWN_HOST = "#{host}"
# How the statuses begin by which a load balancer serves nothing.
REFUSALS = ("4", "5")


@control(
    "alb-has-listeners",
    "The load balancer listens",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Add a listener to the load balancer, or remove the load balancer.",
    rationale="A load balancer without a listener serves nothing and is still attached to the public subnets.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html",
    reads=(Listener,),
)
def alb_has_listeners(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    listeners = snapshot.within(Listener, balancer.load_balancer_arn)
    return verdict(bool(listeners), f"listeners: {_told(listeners) or 'none'}", expected="at least one")


@control(
    "alb-listener-tls",
    "The load balancer serves requests over TLS only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="elbv2-listener-encryption-in-transit",
    security_hub="ELB.18",
    remediation="Give the load balancer an HTTPS listener, and let its HTTP listeners redirect there.",
    rationale="ePHI that is served in clear can be read and changed on its way.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-18",
    reads=(Listener, ListenerRule),
)
def alb_listener_tls(balancer: LoadBalancer, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_https:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    if balancer.is_gateway:
        return not_applicable(GATEWAY)
    listeners = snapshot.within(Listener, balancer.load_balancer_arn)
    encrypted = tuple(listener for listener in listeners if listener.encrypts)
    clear = tuple(listener for listener in listeners if not listener.encrypts and _forwards(listener, snapshot))
    observed = f"with TLS: {_told(encrypted) or 'none'}; forwarding in clear: {_told(clear) or 'none'}"
    holds = bool(encrypted) and not clear
    return verdict(holds, observed, expected="a listener with TLS, and none that forwards in clear")


@control(
    "alb-http-redirects-to-https",
    "HTTP only redirects to HTTPS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="alb-http-to-https-redirection-check",
    security_hub="ELB.1",
    remediation="Make the HTTP listener's only action a redirect to the HTTPS listener, best with HTTP_301.",
    rationale="Requests in clear carry cookies and ePHI before anything answers them.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
    reads=(ListenerRule,),
)
def alb_http_redirects_to_https(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    if listener.protocol != "HTTP":
        return not_applicable(f"its protocol is {listener.protocol}")
    if not policy.require_https:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    listeners = snapshot.within(Listener, listener.load_balancer_arn)
    ports = {str(other.port) for other in listeners if other.encrypts}
    redirects = [_redirect(action, ports) for action in _actions(listener, snapshot)]
    observed = f"actions: {', '.join(text for _, text in redirects)}"
    expected = f"only redirects to HTTPS on {', '.join(sorted(ports)) or 'a port that listens'}, or refusals"
    return verdict(all(good for good, _ in redirects), observed, expected=expected)


@control(
    "alb-tls-policy",
    "The listener refuses TLS below 1.2",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="elbv2-predefined-security-policy-ssl-check",
    security_hub="ELB.17",
    remediation="Set ssl_policy of the listener to a policy of TLS 1.2 or newer.",
    rationale="TLS below 1.2 has known weaknesses.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17",
    reads=(),
)
def alb_tls_policy(listener: Listener, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not listener.encrypts:
        return not_applicable(NO_TLS)
    accepted = listener.ssl_policy in policy.accepted_tls_policies
    expected = f"one of {', '.join(policy.accepted_tls_policies)}"
    return verdict(accepted, f"SslPolicy is {listener.ssl_policy}", expected=expected)


@control(
    "alb-acm-certificate",
    "The listener's certificates are ACM's",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="elbv2-acm-certificate-required",
    remediation="Set certificate_arn of the listener, and of its further ones, to certificates of ACM.",
    rationale="ACM renews its certificates; an imported one expires unless it is renewed by hand.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/elbv2-acm-certificate-required.html",
    reads=(Certificate, ListenerCertificates),
)
def alb_acm_certificate(listener: Listener, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not listener.encrypts:
        return not_applicable(NO_TLS)
    expected = "certificates that ACM knows"
    arns = snapshot.require(ListenerCertificates, listener.listener_arn).arns
    foreign = [arn for arn in arns if not of_acm(arn)]
    if foreign:
        return failed(f"not ACM's: {', '.join(foreign)}", expected=expected)
    gone = [arn for arn in arns if not snapshot.find(Certificate.ask(arn))]
    return verdict(not gone, f"Certificates: {', '.join(arns)}; unknown to ACM: {gone or 'none'}", expected=expected)


@control(
    "alb-deletion-protection",
    "The load balancer is protected from deletion",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="elb-deletion-protection-enabled",
    security_hub="ELB.6",
    remediation="Set enable_deletion_protection of the load balancer.",
    rationale="A load balancer deleted by mistake takes the application away.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-6",
    reads=(LoadBalancerAttributes,),
)
def alb_deletion_protection(balancer: LoadBalancer, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_deletion_protection:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    value = snapshot.require(LoadBalancerAttributes, balancer.load_balancer_arn).deletion_protection_enabled
    return verdict(value == "true", f"deletion_protection.enabled is {as_aws(value)}", expected="true")


@control(
    "alb-drop-invalid-headers",
    "The load balancer drops invalid header fields",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(c)(1)"),
    config_rule="alb-http-drop-invalid-header-enabled",
    security_hub="ELB.4",
    remediation="Set drop_invalid_header_fields of the load balancer.",
    rationale="Invalid headers are a means of request smuggling.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4",
    reads=(LoadBalancerAttributes,),
)
def alb_drop_invalid_headers(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.is_application:
        return not_applicable(NOT_APPLICATION)
    value = snapshot.require(LoadBalancerAttributes, balancer.load_balancer_arn).drop_invalid_header_fields_enabled
    return verdict(
        value == "true", f"routing.http.drop_invalid_header_fields.enabled is {as_aws(value)}", expected="true"
    )


@control(
    "alb-desync-mode",
    "The load balancer stops requests that it and the tasks might read differently",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(c)(1)"),
    config_rule="alb-desync-mode-check",
    security_hub="ELB.12",
    remediation="Set desync_mitigation_mode of the load balancer to defensive or strictest.",
    rationale="Requests that two servers read differently can carry one user's request into another's session.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-12",
    reads=(LoadBalancerAttributes,),
)
def alb_desync_mode(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.is_application:
        return not_applicable(NOT_APPLICATION)
    mode = snapshot.require(LoadBalancerAttributes, balancer.load_balancer_arn).desync_mitigation_mode
    observed = f"routing.http.desync_mitigation_mode is {as_aws(mode)}"
    return verdict(mode in ("defensive", "strictest"), observed, expected="defensive or strictest")


def _told(listeners: tuple[Listener, ...]) -> str:
    return ", ".join(f"{listener.protocol} {listener.port}" for listener in listeners)


def _actions(listener: Listener, snapshot: Snapshot) -> tuple[Action, ...]:
    """What the listener does by default, and what its rules do instead."""
    rules = snapshot.within(ListenerRule, listener.listener_arn)
    instead = (action for rule in rules for action in rule.actions)
    return tuple(dict.fromkeys((*listener.default_actions, *instead)))


def _forwards(listener: Listener, snapshot: Snapshot) -> bool:
    return any(action.type == "forward" for action in _actions(listener, snapshot))


def _redirect(action: Action, ports: set[str]) -> tuple[bool, str]:
    """Whether the action redirects to HTTPS on one of ``ports`` or refuses the request, and what it does.

    Whatever the redirect's status (AWS Config, alb-http-to-https-redirection-check). What listens on another host is
    not this load balancer's.
    """
    answer, redirect = action.fixed_response_config, action.redirect_config
    if action.type == "fixed-response" and answer is not None:
        return answer.status_code.startswith(REFUSALS), f"answer {answer.status_code}"
    if action.type != "redirect" or redirect is None:
        return False, action.type
    elsewhere = redirect.host != OWN_HOST
    good = redirect.protocol == "HTTPS" and (redirect.port in ports or elsewhere)
    place = f" on {redirect.host}" if elsewhere else ""
    return good, f"redirect to {redirect.protocol} {redirect.port}{place} with {redirect.status_code}"
