"""Fields of Amazon CloudFront: TLS, the firewall and the root object of distributions."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, types
from stack_verify.drift.tags import TAGS

_CONFIG = "distribution_config"

TABLES = (
    Table(
        types("cloudfront/distribution:Distribution"),
        (
            field(
                "defaultCacheBehavior.viewerProtocolPolicy",
                f"{_CONFIG}.default_cache_behavior.viewer_protocol_policy",
            ),
            field("viewerCertificate.minimumProtocolVersion", f"{_CONFIG}.viewer_certificate.minimum_protocol_version"),
            field("defaultRootObject", f"{_CONFIG}.default_root_object", None),
            field("webAclId", f"{_CONFIG}.web_acl_id", None),
            TAGS,
        ),
    ),
)
