"""Faults of the load balancer: its listeners, attributes and certificate."""

from datetime import timedelta
from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.absence import gone
from stack.local.faults.acm.certificates import self_signed
from stack.local.faults.fault import Outputs, fault

_OLD_TLS_POLICY: Final = "ELBSecurityPolicy-2016-08"
_OF_LISTENERS: Final = (
    "alb-acm-certificate",
    "alb-http-redirects-to-https",
    "alb-tls-policy",
    "dns-points-at-alb",
    "probe-certificate-not-expiring",
    "probe-http-redirects",
    "probe-https-endpoint",
    "probe-old-tls-refused",
    "probe-security-headers",
)


def _set_attribute(aws: Clients, outputs: Outputs, name: str, value: str) -> None:
    aws.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=outputs["albArn"], Attributes=[{"Key": name, "Value": value}]
    )


def _forward(outputs: Outputs) -> list[dict[str, object]]:
    return [{"Type": "forward", "TargetGroupArn": outputs["targetGroupArn"]}]


@fault(
    ("reach-internet-to-alb", "albArn"),
    ("alb-has-listeners", "albArn"),
    ("path-listener-sg-coherent", "albArn"),
    ("sg-open-only-on-alb", "albSecurityGroupId"),
    *((control, listener) for control in _OF_LISTENERS for listener in ("listenerArn", "")),
    *gone("listenerArn", "healthcare:ingress:Ingress$aws:lb/listener:Listener::healthcare-listener-dev"),
    stack="dev",
)
def alb_has_listeners(aws: Clients, outputs: Outputs) -> None:
    """The load balancer's only listener is deleted."""
    aws.client("elbv2").delete_listener(ListenerArn=outputs["listenerArn"])


@fault(("alb-listener-tls", "albArn"), ("alb-http-redirects-to-https", "redirectListenerArn"))
def alb_listener_tls(aws: Clients, outputs: Outputs) -> None:
    """The listener without TLS forwards to the tasks."""
    aws.client("elbv2").modify_listener(ListenerArn=outputs["redirectListenerArn"], DefaultActions=_forward(outputs))


@fault(("alb-listener-tls", "albArn"), ("alb-http-redirects-to-https", "redirectListenerArn"), variant="rule")
def alb_listener_tls_rule(aws: Clients, outputs: Outputs) -> None:
    """The listener without TLS redirects, but a rule of it forwards to the tasks."""
    aws.client("elbv2").create_rule(
        ListenerArn=outputs["redirectListenerArn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/patients/*"]}],
        Actions=_forward(outputs),
    )


@fault(("alb-http-redirects-to-https", "redirectListenerArn"))
def alb_http_redirects_to_https(aws: Clients, outputs: Outputs) -> None:
    """The redirect leads to a port without TLS."""
    redirect = {"Protocol": "HTTP", "Port": "8080", "StatusCode": "HTTP_301"}
    aws.client("elbv2").modify_listener(
        ListenerArn=outputs["redirectListenerArn"], DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}]
    )


@fault(("alb-tls-policy", "listenerArn"))
def alb_tls_policy(aws: Clients, outputs: Outputs) -> None:
    """The listener accepts TLS 1.0."""
    aws.client("elbv2").modify_listener(ListenerArn=outputs["listenerArn"], SslPolicy=_OLD_TLS_POLICY)


@fault(("acm-domain-covers-endpoint", "output url"), ("alb-acm-certificate", "listenerArn"))
def alb_acm_certificate(aws: Clients, outputs: Outputs) -> None:
    """The listener presents a certificate that was uploaded to IAM, where nothing renews it."""
    aws.client("elbv2").modify_listener(ListenerArn=outputs["listenerArn"], Certificates=_uploaded(aws))


@fault(("alb-acm-certificate", "listenerArn"), variant="further")
def alb_acm_certificate_further(aws: Clients, outputs: Outputs) -> None:
    """For a further host name the listener presents a certificate that was uploaded to IAM."""
    aws.client("elbv2").add_listener_certificates(ListenerArn=outputs["listenerArn"], Certificates=_uploaded(aws))


def _uploaded(aws: Clients) -> list[dict[str, str]]:
    """A certificate of IAM's, as a listener takes it."""
    certificate, key = self_signed(timedelta(days=365))
    uploaded = aws.client("iam").upload_server_certificate(
        ServerCertificateName="by-hand", CertificateBody=certificate.decode(), PrivateKey=key.decode()
    )
    return [{"CertificateArn": uploaded["ServerCertificateMetadata"]["Arn"]}]


@fault(("alb-access-logs", "albArn"))
def alb_access_logs(aws: Clients, outputs: Outputs) -> None:
    """The load balancer logs no requests."""
    _set_attribute(aws, outputs, "access_logs.s3.enabled", "false")


@fault(("alb-access-logs", "albArn"), variant="key")
def alb_access_logs_key(aws: Clients, outputs: Outputs) -> None:
    """The bucket of the access logs encrypts with a key, which load balancers cannot deliver to."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    aws.client("s3").put_bucket_encryption(
        Bucket=outputs["accessLogBucketName"], ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


@fault(("alb-deletion-protection", "albArn"))
def alb_deletion_protection(aws: Clients, outputs: Outputs) -> None:
    """The load balancer can be deleted."""
    _set_attribute(aws, outputs, "deletion_protection.enabled", "false")


@fault(("alb-drop-invalid-headers", "albArn"))
def alb_drop_invalid_headers(aws: Clients, outputs: Outputs) -> None:
    """The load balancer passes invalid header fields on."""
    _set_attribute(aws, outputs, "routing.http.drop_invalid_header_fields.enabled", "false")


@fault(("alb-desync-mode", "albArn"))
def alb_desync_mode(aws: Clients, outputs: Outputs) -> None:
    """The load balancer only watches for requests that the tasks might read differently."""
    _set_attribute(aws, outputs, "routing.http.desync_mitigation_mode", "monitor")
