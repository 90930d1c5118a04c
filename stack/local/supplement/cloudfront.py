"""Amazon CloudFront: that an origin is a bucket, and its origin access control, which moto forgets."""

from typing import Any

from moto.cloudfront import models


class SupplementedOrigin(models.Origin):
    """moto's origin, which answers with what it was made with."""

    def __init__(self, origin: dict[str, Any]) -> None:
        super().__init__(origin)
        if "S3OriginConfig" in origin:
            self.s3_origin_config = {"OriginAccessIdentity": self.s3_access_identity}
        self.origin_access_control_id = origin.get("OriginAccessControlId") or ""


def install() -> None:
    """Lets moto answer with these."""
    models.Origin = SupplementedOrigin  # type: ignore[misc]
