"""Faults of security groups."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("sg-database-ingress", "databaseSecurityGroupId"))
def sg_database_ingress(aws: Clients, outputs: Outputs) -> None:
    """The database's port is open to the world."""
    port = int(str(outputs["databasePort"]))
    world = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.client("ec2").authorize_security_group_ingress(
        GroupId=outputs["databaseSecurityGroupId"], IpPermissions=[world]
    )
