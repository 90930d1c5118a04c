"""AWS Certificate Manager."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity
from stack_verify.resources.resource import EVERYTHING, UNKNOWN, Known, Resource


class Certificate(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CertificateManager::Certificate"):
    """The certificate of ``acm:DescribeCertificate``, by ARN.

    Its tags are not read: a certificate that the stack is given is not the stack's to tag.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("acm", r"(certificate/[\w-]+)", rf"(certificate/{ANY_ID})"),),
        pulumi=("acm/certificate",),
        terraform=("aws_acm_certificate",),
        asff="AwsCertificateManagerCertificate",
        by_tags=True,
    )
    id_field: ClassVar[str] = "certificate_arn"
    arn_field: ClassVar[str | None] = "certificate_arn"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = ("Probe::Endpoint",)

    certificate_arn: str
    status: Known[str] = UNKNOWN
    domain_name: Known[str] = UNKNOWN
    # AWS leaves it out while there are none but the domain's own.
    subject_alternative_names: tuple[str, ...] = ()
    key_algorithm: Known[str] = UNKNOWN
    # AWS answers it once the certificate is issued.
    not_after: Known[datetime] = UNKNOWN

    @property
    def names(self) -> tuple[str, ...]:
        """The host names it is for, each once; ``*.`` stands for any one label."""
        return tuple(dict.fromkeys((self.domain_name, *self.subject_alternative_names)))

    def covers(self, host: str) -> bool:
        """Whether it is for ``host``; a wildcard is for one label and no more (RFC 6125, section 6.4.3)."""
        wanted = host.lower().rstrip(".")
        names = {name.lower() for name in self.names}
        return wanted in names or f"*.{wanted.partition('.')[2]}" in names


def of_acm(text: str) -> bool:
    """Whether ``text`` is the ARN of a certificate of ACM's; a listener may have one of IAM's instead."""
    arn = parse_arn(text)
    return arn is not None and arn.service == "acm"
