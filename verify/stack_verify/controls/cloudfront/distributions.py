"""Amazon CloudFront: TLS to viewers and origins, logs, the firewall, and access to buckets."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.cloudfront import Distribution, DistributionConfig, LogDeliveries, Origin
from stack_verify.resources.wafv2 import WebACL
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html"
ALLOW_ALL = "allow-all"
OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"})
NO_BUCKETS = "the distribution has no S3 origins"


@control(
    "cloudfront-https-only",
    "CloudFront distributions require HTTPS of viewers",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(ii)"),
    config_rule="cloudfront-viewer-policy-https",
    security_hub="CloudFront.3",
    remediation="Set viewer_protocol_policy of every cache behavior to redirect-to-https or https-only.",
    rationale="What is sent over HTTP can be read by everyone on the path.",
    source=SECURITY_HUB + "#cloudfront-3",
    reads=(),
)
def cloudfront_https_only(distribution: Distribution, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    behaviors = distribution.distribution_config.behaviors
    found = [each.path_pattern for each in behaviors if each.viewer_protocol_policy == ALLOW_ALL]
    return verdict(not found, f"ViewerProtocolPolicy is allow-all for: {', '.join(found) or 'none'}", expected="none")


@control(
    "cloudfront-tls-policy",
    "CloudFront distributions require TLS 1.2 or later of viewers",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(ii)"),
    config_rule="cloudfront-security-policy-check",
    remediation="Serve the distribution with an ACM certificate, and set minimum_protocol_version to TLSv1.2_2021.",
    rationale="TLS 1.0 and 1.1 have known weaknesses that let others read what is sent.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/cloudfront-security-policy-check.html",
    reads=(),
)
def cloudfront_tls_policy(distribution: Distribution, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    certificate = distribution.distribution_config.viewer_certificate
    expected = "TLSv1.2_2018 or later"
    if certificate.cloud_front_default_certificate:
        # Whatever is set, CloudFront then uses TLSv1 (API reference, "ViewerCertificate").
        return failed("the default certificate of CloudFront allows TLSv1", expected=expected)
    version = certificate.minimum_protocol_version
    modern = version.startswith(("TLSv1.2_", "TLSv1.3_"))
    if not modern and version not in OLD_TLS:
        raise Unanswered(f"{version} is not a known security policy")
    return verdict(modern, f"MinimumProtocolVersion is {version}", expected=expected)


@control(
    "cloudfront-origin-tls",
    "CloudFront distributions use TLS to their origins",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(ii)"),
    config_rule="cloudfront-traffic-to-origin-encrypted",
    security_hub="CloudFront.9",
    remediation="Set origin_protocol_policy of every custom origin to https-only, without SSLv3.",
    rationale="Requests go on to the origin over the internet, with all that viewers sent.",
    source=SECURITY_HUB + "#cloudfront-9",
    reads=(),
)
def cloudfront_origin_tls(distribution: Distribution, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    config = distribution.distribution_config
    found = [told for origin in config.origins.items if (told := _clear(origin, config))]
    if not found and (unread := [each.domain_name for each in config.origins.items if _in_vpc(each)]):
        raise Unanswered(f"the protocol of VPC origins is not read: {', '.join(unread)}")
    observed = f"{len(config.origins.items)} origins; not over TLS: {', '.join(found) or 'none'}"
    return verdict(not found, observed, expected="https-only, or match-viewer where viewers have to use HTTPS")


@control(
    "cloudfront-logging",
    "CloudFront distributions log requests",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudfront-accesslogs-enabled",
    security_hub="CloudFront.5",
    remediation="Set logging_config of the distribution, or a log delivery of its access logs.",
    rationale="Without a log it is unknown who requested what.",
    source=SECURITY_HUB + "#cloudfront-5",
    reads=(LogDeliveries,),
)
def cloudfront_logging(distribution: Distribution, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = distribution.distribution_config.logging
    if logging is not None and logging.bucket:
        return passed(f"logs to {logging.bucket}")
    found = snapshot.require(LogDeliveries, distribution.distribution_arn).destinations
    observed = f"no logging bucket; log deliveries to: {', '.join(found) or 'none'}"
    return verdict(bool(found), observed, expected="a bucket, or a log delivery")


@control(
    "cloudfront-waf",
    "A WAF web ACL is associated with CloudFront distributions",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="cloudfront-associated-with-waf",
    security_hub="CloudFront.6",
    remediation="Set web_acl_id of the distribution to a WAFv2 web ACL of the scope CLOUDFRONT.",
    rationale="Without the firewall, common attacks reach the application.",
    source=SECURITY_HUB + "#cloudfront-6",
    reads=(WebACL,),
)
def cloudfront_waf(distribution: Distribution, snapshot: Snapshot, _policy: Policy) -> Verdict:
    name = distribution.distribution_config.web_acl_id
    if name is None:
        return failed("no web ACL is associated", expected="a web ACL")
    if distribution.web_acl is not None and not snapshot.find(distribution.web_acl):
        return failed(f"the web ACL {name} does not exist", expected="a web ACL that exists")
    return passed(f"associated: {name}")


@control(
    "cloudfront-origin-access-control",
    "CloudFront distributions use origin access control for S3 origins",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)"),
    config_rule="cloudfront-s3-origin-access-control-enabled",
    security_hub="CloudFront.13",
    remediation="Set origin_access_control_id of every S3 origin; let only the distribution into the bucket.",
    rationale="Without it the bucket must let in everyone, past the firewall and the log of the distribution.",
    source=SECURITY_HUB + "#cloudfront-13",
    reads=(),
)
def cloudfront_origin_access_control(distribution: Distribution, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    buckets = distribution.distribution_config.buckets
    if not buckets:
        return not_applicable(NO_BUCKETS)
    found = [each.domain_name for each in buckets if each.origin_access_control_id is None]
    observed = f"{len(buckets)} S3 origins; without origin access control: {', '.join(found) or 'none'}"
    return verdict(not found, observed, expected="origin access control for each")


@control(
    "cloudfront-default-root-object",
    "CloudFront distributions with S3 origins have a default root object",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)"),
    config_rule="cloudfront-default-root-object-configured",
    security_hub="CloudFront.1",
    remediation="Set default_root_object of the distribution.",
    rationale="Without it, a request for the root may list the names of all objects in the bucket.",
    source=SECURITY_HUB + "#cloudfront-1",
    reads=(),
)
def cloudfront_default_root_object(distribution: Distribution, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    config = distribution.distribution_config
    if not config.buckets:
        return not_applicable(NO_BUCKETS)
    name = config.default_root_object
    return verdict(bool(name), f"DefaultRootObject is {name or 'not set'}", expected="an object")


def _clear(origin: Origin, config: DistributionConfig) -> str | None:
    """Why requests to a custom origin may go without TLS; None where none do. Those to buckets go as viewers' do."""
    custom = origin.custom_origin_config
    if custom is None:
        return None
    policy = custom.origin_protocol_policy
    plain = any(each.viewer_protocol_policy == ALLOW_ALL for each in config.behaviors)
    if policy == "http-only" or (policy == "match-viewer" and plain):
        return f"{origin.domain_name} ({policy})"
    return f"{origin.domain_name} (SSLv3)" if "SSLv3" in custom.origin_ssl_protocols.items else None


def _in_vpc(origin: Origin) -> bool:
    return origin.s3_origin_config is None and origin.custom_origin_config is None
