"""Reads AWS Certificate Manager."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.acm import Certificate


@collects(Certificate, "acm:DescribeCertificate")
def certificates(reader: Reader, arn: str) -> Iterator[Certificate]:
    """The certificate with this ARN."""
    response = reader.call("acm", "DescribeCertificate", CertificateArn=arn, answers=("ResourceNotFoundException",))
    if not response.absent:
        yield response.decode(Certificate, response.item("Certificate"))
