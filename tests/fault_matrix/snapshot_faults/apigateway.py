"""Faults of API Gateway that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(
    ("apigateway-tls-policy", "visitsApiDomainName"),
    because="the emulator does not change the policy of a domain name",
    stack="edge",
)
def apigateway_tls_policy(snapshot: Document, _outputs: Outputs) -> None:
    """The APIs' domain name accepts TLS 1.0."""
    resource(snapshot, "AWS::ApiGateway::DomainName")["securityPolicy"] = "TLS_1_0"
