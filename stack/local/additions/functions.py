"""A compliant Lambda function in the private subnets of the stack beneath, with a role, group, queue and log group."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Final

from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-letters-prod"
LOG_GROUP: Final = f"/aws/lambda/{NAME}"
BLOCK: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the function and what it needs."""
    listed = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    tags = {**{each["Key"]: each["Value"] for each in listed}, "Name": NAME}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=LOG_GROUP, kmsKeyId=str(outputs["logsKeyArn"]), tags=tags)
    logs.put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=2192)
    queue = aws.client("sqs").create_queue(
        QueueName=NAME, Attributes={"KmsMasterKeyId": str(outputs["databaseKeyArn"])}, tags=tags
    )["QueueUrl"]
    queue_arn = aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    subnets = list(outputs["privateSubnetIds"])
    group = aws.client("ec2").create_security_group(
        GroupName=NAME,
        Description="Letters",
        VpcId=str(outputs["vpcId"]),
        TagSpecifications=[{"ResourceType": "security-group", "Tags": pairs}],
    )["GroupId"]
    rights = _rights(queue_arn)
    network = aws.client("ec2")
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    network.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    network.authorize_security_group_egress(GroupId=group, IpPermissions=[https])
    function = aws.client("lambda")
    made = function.create_function(
        FunctionName=NAME,
        Role=_role(aws, queue_arn, rights, pairs),
        Runtime="python3.13",
        Handler="letters.handler",
        Code={"ZipFile": _code()},
        KMSKeyArn=str(outputs["databaseKeyArn"]),
        Environment={"Variables": {"DATABASE_SECRET_ARN": str(outputs["databaseSecretArn"])}},
        VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": [group]},
        Tags=tags,
    )
    door = made["FunctionArn"].replace(":lambda:", ":s3:").replace(":function:", ":accesspoint/")
    _make_access_point(aws, str(outputs["dataBucketName"]), door, made["Role"])
    function.put_function_concurrency(FunctionName=NAME, ReservedConcurrentExecutions=5)
    function.put_function_event_invoke_config(
        FunctionName=NAME, DestinationConfig={"OnFailure": {"Destination": queue_arn}}
    )
    function.add_permission(
        FunctionName=NAME,
        StatementId="Schedule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=made["FunctionArn"].replace(":lambda:", ":events:").replace(f"function:{NAME}", "rule/letters"),
    )
    declared = {
        "role": made["Role"],
        "kmsKeyArn": str(outputs["databaseKeyArn"]),
        "runtime": "python3.13",
        "packageType": "Zip",
        "vpcConfig": {"subnetIds": subnets, "securityGroupIds": [group]},
        "reservedConcurrentExecutions": 5,
        "tags": tags,
    }
    return Made(
        {"lettersFunctionArn": made["FunctionArn"], "lettersSecurityGroupId": group, "lettersAccessPointArn": door},
        (
            ("aws:lambda/function:Function", "letters", NAME, declared),
            ("aws:s3/accessPoint:AccessPoint", NAME, door, {"bucket": str(outputs["dataBucketName"])}),
            (
                "aws:ec2/securityGroup:SecurityGroup",
                "letters",
                group,
                {"egress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}]},
            ),
            ("aws:iam/role:Role", "letters", NAME, {"inlinePolicies": [{"name": "letters", "policy": rights}]}),
            ("aws:sqs/queue:Queue", "letters", _url(queue_arn), {"kmsMasterKeyId": str(outputs["databaseKeyArn"])}),
            (
                "aws:cloudwatch/logGroup:LogGroup",
                "letters",
                LOG_GROUP,
                {"retentionInDays": 2192, "kmsKeyId": str(outputs["logsKeyArn"])},
            ),
        ),
    )


def _url(queue_arn: str) -> str:
    """The queue's URL, by which a state knows it, as AWS writes it."""
    _, _, _, region, account, name = queue_arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


def _code() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("letters.py", "def handler(event, context):\n    return None\n")
    return held.getvalue()


def _role(aws: Clients, queue_arn: str, rights: str, tags: list[dict[str, str]]) -> str:
    """The function's role."""
    iam = aws.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": queue_arn.split(":")[4]}},
    }
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_document(trust), Tags=tags)["Role"]
    iam.put_role_policy(RoleName=NAME, PolicyName="letters", PolicyDocument=rights)
    return str(role["Arn"])


def _make_access_point(aws: Clients, bucket: str, arn: str, role: str) -> None:
    """The function's own door to the data bucket, with its policy."""
    s3, named = aws.client("s3control"), {"AccountId": role.split(":")[4], "Name": NAME}
    closed = dict.fromkeys(BLOCK, True)
    s3.create_access_point(**named, Bucket=bucket, PublicAccessBlockConfiguration=closed)
    s3.put_access_point_policy(**named, Policy=reading(role, arn))


def reading(principal: str, access_point: str) -> str:
    """A policy that lets the principal read objects through the access point."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "s3:GetObject",
        "Resource": f"{access_point}/object/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _rights(queue_arn: str) -> str:
    """What the role may do: write to its log group and its queue, and make interfaces in the VPC."""
    region, account = queue_arn.split(":")[3:5]
    group = f"arn:aws:logs:{region}:{account}:log-group:{LOG_GROUP}:*"
    interfaces = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
    return _document(
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": group},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn},
        {"Effect": "Allow", "Action": interfaces, "Resource": "*"},
    )


def _document(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
