"""AWS Certificate Manager."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from verify.resources.arn import parse_arn
from verify.resources.resource import UNKNOWN, Known, Resource


class Certificate(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CertificateManager::Certificate"):
    """The certificate of ``acm:DescribeCertificate``, by ARN.

    Its tags are not read: a certificate that the stack is given is not the stack's to tag.
    """

    id_field: ClassVar[str] = "certificate_arn"
    arn_field: ClassVar[str | None] = "certificate_arn"

    certificate_arn: str
    domain_name: Known[str] = UNKNOWN
    subject_alternative_names: Known[tuple[str, ...]] = UNKNOWN
    status: Known[str] = UNKNOWN
    key_algorithm: Known[str] = UNKNOWN
    # AWS answers it once the certificate is issued.
    not_after: Known[datetime] = UNKNOWN


def of_acm(text: str) -> bool:
    """Whether ``text`` is the ARN of a certificate of ACM's; a listener may have one of IAM's instead."""
    arn = parse_arn(text)
    return arn is not None and arn.service == "acm"
