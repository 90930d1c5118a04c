"""Amazon RDS Proxy: TLS from the clients, who signs in, and what its log tells."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.rds_proxy import DBProxy
from stack_verify.snapshot import Snapshot

GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy"
REQUIRED = "REQUIRED"
# Clients and the proxy both sign in by IAM, without a secret.
BY_IAM = "IAM_AUTH"


@control(
    "rds-proxy-tls",
    "RDS proxies require TLS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="rds-proxy-tls-encryption",
    security_hub="RDS.43",
    rationale="A database that refuses connections without TLS is no help where the proxy in front of it accepts them.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    remediation="Set require_tls on the proxy.",
    reads=(),
)
def rds_proxy_tls(proxy: DBProxy, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    required = proxy.require_tls
    return verdict(required, f"RequireTLS is {as_aws(required)}", expected="true")


@control(
    "rds-proxy-no-debug-logging",
    "RDS proxies do not log the text of statements",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(1)(ii)(B)"),
    rationale="Debug logging writes SQL statements, and the ePHI in them, to a log that others may read.",
    source=GUIDE + "-creating.html",
    remediation="Turn debug_logging of the proxy off.",
    reads=(),
)
def rds_proxy_no_debug_logging(proxy: DBProxy, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = proxy.debug_logging
    return verdict(not logging, f"DebugLogging is {as_aws(logging)}", expected="false")


@control(
    "rds-proxy-iam-authentication",
    "Clients of RDS proxies sign in with IAM",
    severity=Severity.LOW,
    citations=hipaa("164.312(d)", "164.312(a)(2)(i)"),
    rationale="A password of the database's is shared by all tasks, and valid until somebody changes it.",
    source=GUIDE + "-connecting.html",
    remediation="Set iam_auth to REQUIRED for each secret of the proxy.",
    hardening=True,
    reads=(),
)
def rds_proxy_iam_authentication(proxy: DBProxy, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    asked = [each.iam_auth or "DISABLED" for each in proxy.auth]
    holds = all(each == REQUIRED for each in asked) if asked else proxy.default_auth_scheme == BY_IAM
    observed = (
        f"IAMAuth is {', '.join(asked)}" if asked else f"DefaultAuthScheme is {as_aws(proxy.default_auth_scheme)}"
    )
    return verdict(holds, observed, expected=f"{REQUIRED}, or {BY_IAM} by default")
