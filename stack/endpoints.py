"""VPC endpoints, through which the tasks reach AWS without leaving the network."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.network import Network
from stack.policy_document import allow, document

INTERFACES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms")


@dataclass(frozen=True)
class EndpointsArgs:
    """Where the endpoints stand, who may use them, and the one bucket that is reachable through S3's."""

    naming: Naming
    location: Location
    network: Network
    security_group_id: pulumi.Input[str]
    data_bucket_arn: pulumi.Input[str]


class Endpoints(pulumi.ComponentResource):
    """A gateway endpoint for S3 and interface endpoints for the services that the tasks call."""

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:network:Endpoints", name, None, opts)
        self._args = args
        self.s3 = self._gateway()
        self.interfaces = [self._interface(service) for service in INTERFACES]
        self.outputs = {exports.VPC_ENDPOINT_IDS: [endpoint.id for endpoint in (self.s3, *self.interfaces)]}
        self.register_outputs(self.outputs)

    def _gateway(self) -> aws.ec2.VpcEndpoint:
        location, network = self._args.location, self._args.network
        name = self._args.naming.name("s3")
        # ECR keeps the layers of images in this bucket of its own; the requests for them are signed by ECR.
        layers = f"arn:{location.partition}:s3:::prod-{location.region}-starport-layer-bucket/*"
        bucket = pulumi.Output.from_input(self._args.data_bucket_arn)
        data = [bucket, pulumi.Output.concat(bucket, "/*")]
        return aws.ec2.VpcEndpoint(
            name,
            vpc_id=network.vpc.id,
            service_name=f"com.amazonaws.{location.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in network.private_route_tables],
            policy=document(
                allow("ImageLayers", ["s3:GetObject"], layers, principal="*"),
                allow("DataBucket", ["s3:*"], data, principal="*", condition=self._this_account()),
            ),
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _interface(self, service: str) -> aws.ec2.VpcEndpoint:
        network = self._args.network
        name = self._args.naming.name(service.replace(".", "-"))
        return aws.ec2.VpcEndpoint(
            name,
            vpc_id=network.vpc.id,
            service_name=f"com.amazonaws.{self._args.location.region}.{service}",
            vpc_endpoint_type="Interface",
            subnet_ids=[subnet.id for subnet in network.private_subnets],
            security_group_ids=[self._args.security_group_id],
            private_dns_enabled=True,
            policy=document(allow("ThisAccount", ["*"], "*", principal="*", condition=self._this_account())),
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _this_account(self) -> dict[str, dict[str, str]]:
        return {"StringEquals": {"aws:PrincipalAccount": self._args.location.account_id}}
