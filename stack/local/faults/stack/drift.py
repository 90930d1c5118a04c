"""Faults of drift: the live state is changed by hand, or holds what nobody declared, most of it otherwise compliant."""

from typing import Final

import msgspec

from stack.local.endpoint import Clients
from stack.local.faults.ec2.security_groups import allow_in
from stack.local.faults.fault import Outputs, fault

_URN: Final = "urn:pulumi:prod::healthcare-platform::healthcare:"
_TASK_LOGS: Final = f"{_URN}service:Cluster$aws:cloudwatch/logGroup:LogGroup::healthcare-tasks-prod"
_ENDPOINT_GROUP: Final = f"{_URN}security:SecurityGroups$aws:ec2/securityGroup:SecurityGroup::healthcare-endpoints-prod"
_DATA_LOGGING: Final = f"{_URN}storage:PrivateBucket$aws:s3/bucketLogging:BucketLogging::healthcare-data-prod"
_PRIVATE_ROUTES: Final = f"{_URN}network:Network$aws:ec2/routeTable:RouteTable::healthcare-private-1-prod"
_TASK_ROLE: Final = f"{_URN}service:TaskRoles$aws:iam/role:Role::healthcare-task-prod"
_DATABASE: Final = f"{_URN}database:Database$aws:rds/instance:Instance::healthcare-database-prod"
_BY_HAND: Final = "/healthcare/by-hand-prod"


@fault(("drift-live-vs-declared", _TASK_LOGS))
def drift_live_vs_declared(aws: Clients, outputs: Outputs) -> None:
    """The tasks' log is kept for ten years, where six are declared."""
    aws.client("logs").put_retention_policy(logGroupName=outputs["taskLogGroupName"], retentionInDays=3653)


@fault(("drift-live-vs-declared", _ENDPOINT_GROUP), variant="rule")
def drift_live_vs_declared_rule(aws: Clients, outputs: Outputs) -> None:
    """The VPC endpoints' security group lets a second network in."""
    partner = {"IpRanges": [{"CidrIp": "10.99.0.0/24"}]}
    allow_in(aws, outputs["endpointSecurityGroupId"], "tcp", (443, 443), **partner)


@fault(("drift-live-vs-declared", _DATA_LOGGING), variant="companion")
def drift_live_vs_declared_companion(aws: Clients, outputs: Outputs) -> None:
    """The requests to the data bucket are logged under another prefix, where nobody looks."""
    logging = {"TargetBucket": outputs["accessLogBucketName"], "TargetPrefix": "elsewhere/"}
    aws.client("s3").put_bucket_logging(
        Bucket=outputs["dataBucketName"], BucketLoggingStatus={"LoggingEnabled": logging}
    )


@fault(("drift-live-vs-declared", _PRIVATE_ROUTES), variant="route")
def drift_live_vs_declared_route(aws: Clients, outputs: Outputs) -> None:
    """A route that nobody declared leads out of a private subnet."""
    aws.client("ec2").create_route(
        RouteTableId=outputs["routeTableIds"][1],
        DestinationCidrBlock="192.0.2.0/24",
        NatGatewayId=outputs["natGatewayIds"][0],
    )


@fault(("drift-live-vs-declared", _TASK_ROLE), variant="inline-policy")
def drift_live_vs_declared_inline_policy(aws: Clients, outputs: Outputs) -> None:
    """The tasks' role is given a further inline policy."""
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{outputs['dataBucketArn']}/reports/*"}
    document = {"Version": "2012-10-17", "Statement": [reading]}
    aws.client("iam").put_role_policy(
        RoleName=str(outputs["taskRoleArn"]).rpartition("/")[2],
        PolicyName="by-hand",
        PolicyDocument=msgspec.json.encode(document).decode(),
    )


@fault(("drift-live-vs-declared", _DATABASE), variant="database")
def drift_live_vs_declared_database(aws: Clients, outputs: Outputs) -> None:
    """The database's backups are kept for fewer days than is declared, and for as many as are asked for."""
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["databaseIdentifier"], BackupRetentionPeriod=30, ApplyImmediately=True
    )


@fault(("inventory-in-account-not-in-state", "vpcId"), ("vpc-no-strangers", "vpcId"))
def inventory_in_account_not_in_state(aws: Clients, outputs: Outputs) -> None:
    """Somebody made a security group in the VPC, without any tag."""
    aws.client("ec2").create_security_group(VpcId=outputs["vpcId"], GroupName="by-hand", Description="made by hand")


@fault(
    ("inventory-in-account-not-in-state", "vpcId"),
    ("vpc-no-strangers", "vpcId"),
    ("vpc-no-exposed-strangers", "vpcId"),
    variant="database",
)
def inventory_in_account_not_in_state_database(aws: Clients, outputs: Outputs) -> None:
    """Somebody made a database in the VPC, without any tag, perhaps of a snapshot of the declared one."""
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="by-hand",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="somebody",
        MasterUserPassword="known to the emulator alone",
        DBSubnetGroupName=str(outputs["databaseSubnetGroupName"]),
    )


@fault(("inventory-in-account-not-in-state", _BY_HAND), variant="tagged")
def inventory_in_account_not_in_state_tagged(aws: Clients, outputs: Outputs) -> None:
    """Somebody made a log group with the stack's tags that the stack does not declare."""
    logs = aws.client("logs")
    tags = logs.list_tags_for_resource(resourceArn=outputs["taskLogGroupArn"])["tags"]
    logs.create_log_group(logGroupName=_BY_HAND, kmsKeyId=outputs["logsKeyArn"], tags=tags)
    logs.put_retention_policy(logGroupName=_BY_HAND, retentionInDays=2192)
