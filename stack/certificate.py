"""A certificate issued in the stack, validated by DNS in the domain's hosted zone."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.certificate_settings import Domain, ExistingCertificate
from stack.naming import Naming

RECORD_TTL_SECONDS = 300


@dataclass(frozen=True)
class CertificateArgs:
    """The domain that the certificate is for."""

    naming: Naming
    domain: Domain


class Certificate(pulumi.ComponentResource):
    """An ACM certificate; its `arn` is known only once the certificate is valid."""

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:ingress:Certificate", name, None, opts)
        self._args = args
        self._name = args.naming.name("certificate")
        self._child = pulumi.ResourceOptions(parent=self)
        certificate = self._certificate()
        record = self._validation_record(certificate)
        validation = aws.acm.CertificateValidation(
            self._name, certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn], opts=self._child
        )
        self.arn = validation.certificate_arn
        self.register_outputs({exports.CERTIFICATE_ARN: self.arn})

    def _certificate(self) -> aws.acm.Certificate:
        return aws.acm.Certificate(
            self._name,
            domain_name=self._args.domain.name,
            validation_method="DNS",
            tags=self._args.naming.tags(self._name),
            opts=self._child,
        )

    def _validation_record(self, certificate: aws.acm.Certificate) -> aws.route53.Record:
        # One domain has one validation option, so the record needs no loop over values that only AWS knows.
        option = certificate.domain_validation_options[0]
        return aws.route53.Record(
            self._name,
            zone_id=self._args.domain.hosted_zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=RECORD_TTL_SECONDS,
            allow_overwrite=True,
            opts=self._child,
        )


def certificate_arn(naming: Naming, source: ExistingCertificate | Domain | None) -> pulumi.Input[str] | None:
    """Return the ARN of the certificate from its source, issuing one for a domain; None where there is no source."""
    if isinstance(source, Domain):
        return Certificate("certificate", CertificateArgs(naming, source)).arn
    return None if source is None else source.arn
