"""Where users find the platform."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.certificate_settings import Domain, ExistingCertificate
from stack.ingress import Ingress
from stack.naming import Naming


@dataclass(frozen=True)
class AddressArgs:
    """The load balancer, and the certificate's source: where that is a domain, the domain shall lead here."""

    naming: Naming
    ingress: Ingress
    certificate: ExistingCertificate | Domain | None


class Address(pulumi.ComponentResource):
    """The URL of the platform; for a domain of the stack's own, with the DNS record that leads there."""

    def __init__(self, name: str, args: AddressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:ingress:Address", name, None, opts)
        self._args = args
        issued_for = args.certificate
        host = self._alias(issued_for) if isinstance(issued_for, Domain) else args.ingress.load_balancer.dns_name
        scheme = args.ingress.listener.protocol.apply(str.lower)
        self.outputs = {exports.URL: pulumi.Output.concat(scheme, "://", host)}
        self.register_outputs(self.outputs)

    def _alias(self, domain: Domain) -> pulumi.Output[str]:
        load_balancer = self._args.ingress.load_balancer
        alias = aws.route53.RecordAliasArgs(
            name=load_balancer.dns_name, zone_id=load_balancer.zone_id, evaluate_target_health=True
        )
        record = aws.route53.Record(
            self._args.naming.name("address"),
            zone_id=domain.hosted_zone_id,
            name=domain.name,
            type="A",
            aliases=[alias],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return record.name
