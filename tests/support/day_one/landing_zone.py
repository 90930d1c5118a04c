"""What Control Tower and the organisation put into an account, and what they keep in others."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from support.day_one.names import (
    ACCESS_LOGS_BUCKET,
    ACCOUNT,
    HOME,
    LOG_ARCHIVE,
    LOGS_BUCKET,
    MANAGEMENT,
    TRAIL,
)

from stack.local.endpoint import Clients
from stack.local.operation import name_a_security_contact, secure_the_root_user, subscribe_to_security_hub

_SSO_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"},
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
    ],
}
_ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def set_up(aws: Clients) -> None:
    """Enrols the account: people by Identity Center, Config, GuardDuty, Security Hub, Access Analyzer."""
    secure_the_root_user(aws)
    name_a_security_contact(aws)
    subscribe_to_security_hub(aws)
    aws.client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=_ALL_BLOCKED)
    aws.client("ec2").enable_ebs_encryption_by_default()
    _identity_center(aws)
    _config(aws)
    _guardduty(aws)
    aws.client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR"])
    _log_archive(aws)
    aws.client("accessanalyzer").create_analyzer(analyzerName="organization-external-access", type="ORGANIZATION")


_ALL_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def _guardduty(aws: Clients) -> None:
    """As the delegated administrator enables it for members, with automated agent management."""
    names = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "EBS_MALWARE_PROTECTION")
    agents = [{"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": "ENABLED"}]
    runtime = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": agents}
    features = [*({"Name": name, "Status": "ENABLED"} for name in names), runtime]
    aws.client("guardduty").create_detector(Enable=True, Features=features)


def _log_archive(aws: Clients) -> None:
    """Makes the log archive's buckets in its own account, where moto wants them to be before logs are sent there."""
    role = f"arn:aws:iam::{LOG_ARCHIVE}:role/archive"
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="archive")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=HOME)
    for bucket in (LOGS_BUCKET, ACCESS_LOGS_BUCKET):
        session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": HOME})


def _identity_center(aws: Clients) -> None:
    iam = aws.client("iam")
    path = f"/aws-reserved/sso.amazonaws.com/{HOME}/"
    for name in (
        "AWSReservedSSO_AWSAdministratorAccess_0a1b2c3d4e5f6071",
        "AWSReservedSSO_AWSReadOnlyAccess_1a2b3c4d5e6f7081",
    ):
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(_SSO_TRUST))
    iam.put_role_policy(
        RoleName="AWSReservedSSO_AWSAdministratorAccess_0a1b2c3d4e5f6071",
        PolicyName="AwsSSOInlinePolicy",
        PolicyDocument=json.dumps(_ADMINISTRATOR),
    )
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}, "Action": "sts:AssumeRole"}
        ],
    }
    iam.create_role(RoleName="AWSControlTowerExecution", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName="AWSControlTowerExecution", PolicyName="AdministratorAccess", PolicyDocument=json.dumps(_ADMINISTRATOR)
    )


def _config(aws: Clients) -> None:
    config = aws.client("config")
    recorder = {
        "name": "aws-controltower-BaselineConfigRecorder",
        "roleARN": f"arn:aws:iam::{ACCOUNT}:role/aws-controltower-ConfigRecorderRole",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": False},
    }
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    channel = {"name": "aws-controltower-BaselineConfigDeliveryChannel", "s3BucketName": LOGS_BUCKET}
    config.put_delivery_channel(DeliveryChannel=channel)
    config.start_configuration_recorder(ConfigurationRecorderName=recorder["name"])


class Organisation:
    """A boto3 session of the account, to which other accounts answer as they do: moto has only this one.

    ``resources`` are those of the application's CloudFormation stack. The trail is a shadow of the management account's
    in the home region; the buckets belong to the log archive.
    """

    def __init__(self, session: Any, resources: list[dict[str, Any]]) -> None:
        self._session = session
        self._resources = resources
        self._clients: dict[str, Any] = {}
        self.region_name = session.region_name

    def client(self, service: str, config: Any = None, **settings: Any) -> Any:
        """The client of the service, in the region that is asked for."""
        region = settings.get("region_name") or self.region_name
        name = f"{service} {region}"
        if name not in self._clients:
            made = self._session.client(service, region_name=region, config=config)
            made.meta.events.register("before-call.cloudtrail", _trail)
            made.meta.events.register("before-call.s3", _buckets)
            made.meta.events.register("before-call.cloudformation", self._stack)
            made.meta.events.register("before-call.rds.DescribeDBParameters", _default_parameters)
            made.meta.events.register("after-call.ec2.DescribeNetworkInterfaces", _interfaces_of_services)
            self._clients[name] = made
        return self._clients[name]

    def _stack(self, **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        return _answered(200, {"StackResourceSummaries": self._resources})


def _trail(model: Any, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
    answer = _OF_THE_TRAIL.get(model.name)
    return None if answer is None else _answered(200, answer)


def _buckets(params: dict[str, Any], **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
    if not any(bucket in params["url"] for bucket in (LOGS_BUCKET, ACCESS_LOGS_BUCKET)):
        return None
    return _answered(403, {"Error": {"Code": "403", "Message": "Forbidden"}})


def _default_parameters(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
    """RDS's own parameter group for PostgreSQL 15 and later, which asks for TLS; moto's is empty."""
    force = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "Source": "system", "ApplyType": "dynamic"}
    return _answered(200, {"Parameters": [force]})


def _interfaces_of_services(parsed: dict[str, Any], **_: object) -> None:
    """Interfaces of NAT gateways and endpoints are the services' own, which moto does not say."""
    for each in parsed.get("NetworkInterfaces", ()):
        each.update(RequesterManaged=True, InterfaceType="nat_gateway")


def _answered(status: int, body: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    metadata = {"RequestId": "r", "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
    return AWSResponse("https://other.example", status, {}, None), {**body, "ResponseMetadata": metadata}


_OF_THE_TRAIL: dict[str, dict[str, Any]] = {
    "DescribeTrails": {
        "trailList": [
            {
                "Name": "aws-controltower-BaselineCloudTrail",
                "S3BucketName": LOGS_BUCKET,
                "S3KeyPrefix": "o-exampleorgid",
                "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": True,
                "HomeRegion": HOME,
                "TrailARN": TRAIL,
                "LogFileValidationEnabled": True,
                "HasCustomEventSelectors": True,
                "HasInsightSelectors": False,
                "IsOrganizationTrail": True,
            }
        ]
    },
    "GetTrailStatus": {"IsLogging": True, "LatestDeliveryTime": datetime.now(UTC)},
    "GetEventSelectors": {
        "TrailARN": TRAIL,
        "EventSelectors": [
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [],
                "ExcludeManagementEventSources": [],
            }
        ],
    },
}
