"""How each resource type of the program is deleted, as the provider does it, and what AWS refuses to delete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import jmespath

from stack.local.endpoint import Clients
from stack.local.errors import DeploymentError
from stack.local.plan import Held

Deleter = Callable[[Held, Clients], None]
"""Deletes one resource that a state holds."""


@dataclass(frozen=True)
class Deletion:
    """One API call; its arguments are JMESPath expressions over the resource of the state, or literals in `given`."""

    service: str
    operation: str
    arguments: Mapping[str, str]
    given: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, held: Held, clients: Clients) -> None:
        """Deletes the resource."""
        found = {name: jmespath.search(path, held) for name, path in self.arguments.items()}
        getattr(clients.client(self.service), self.operation)(**found, **self.given)


def _nothing(_: Held, __: Clients) -> None:
    """The provider only forgets it: it is part of something else, or AWS has no such call."""


def _bucket(held: Held, clients: Clients) -> None:
    """Empties the bucket first if it may, past a lock in governance mode and not past one in compliance mode."""
    s3, name = clients.client("s3"), held["id"]
    listed = s3.list_object_versions(Bucket=name)
    versions = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
    if versions and not held["inputs"].get("forceDestroy"):
        raise DeploymentError(f"bucket {name} is not empty; set allowDestroy to true, deploy, and destroy again")
    for each in versions:
        s3.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"], BypassGovernanceRetention=True)
    s3.delete_bucket(Bucket=name)


def _internet_gateway(held: Held, clients: Clients) -> None:
    ec2 = clients.client("ec2")
    ec2.detach_internet_gateway(InternetGatewayId=held["id"], VpcId=held["inputs"]["vpcId"])
    ec2.delete_internet_gateway(InternetGatewayId=held["id"])


def _load_balancer(held: Held, clients: Clients) -> None:
    """Unlike AWS, moto deletes a protected one."""
    elbv2, arn = clients.client("elbv2"), held["id"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    if {"Key": "deletion_protection.enabled", "Value": "true"} in attributes:
        raise DeploymentError(f"load balancer {arn} is protected; set allowDestroy to true, deploy, and destroy again")
    elbv2.delete_load_balancer(LoadBalancerArn=arn)


def _database(held: Held, clients: Clients) -> None:
    rds, inputs = clients.client("rds"), held["inputs"]
    name, last = inputs["identifier"], inputs.get("finalSnapshotIdentifier")
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    if instance["DeletionProtection"]:
        raise DeploymentError(f"database {name} is protected; set allowDestroy to true, deploy, and destroy again")
    final = {"FinalDBSnapshotIdentifier": last} if last else {}
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=bool(inputs.get("skipFinalSnapshot")), **final)


def _secret(held: Held, clients: Clients) -> None:
    days = held["inputs"].get("recoveryWindowInDays", 30)
    window: dict[str, Any] = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    clients.client("secretsmanager").delete_secret(SecretId=held["id"], **window)


def _repository(held: Held, clients: Clients) -> None:
    force = bool(held["inputs"].get("forceDelete"))
    clients.client("ecr").delete_repository(repositoryName=held["id"], force=force)


def _vault(held: Held, clients: Clients) -> None:
    """Unlike AWS, moto deletes a vault that has recovery points."""
    backup, name = clients.client("backup"), held["id"]
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName=name)["RecoveryPoints"]
    if points and not held["inputs"].get("forceDestroy"):
        raise DeploymentError(f"vault {name} is not empty; set allowDestroy to true, deploy, and destroy again")
    for point in points:
        backup.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=point["RecoveryPointArn"])
    backup.delete_backup_vault(BackupVaultName=name)


def _service(held: Held, clients: Clients) -> None:
    """The provider lets the tasks end first."""
    ecs, service = clients.client("ecs"), {"cluster": held["inputs"]["cluster"], "service": held["id"]}
    ecs.update_service(**service, desiredCount=0)
    ecs.delete_service(**service, force=True)


def _record(held: Held, clients: Clients) -> None:
    inputs = held["inputs"]
    route53, zone = clients.client("route53"), inputs["zoneId"]
    for record in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]:
        if (record["Name"].rstrip("."), record["Type"]) == (inputs["name"].rstrip("."), inputs["type"]):
            change = {"Action": "DELETE", "ResourceRecordSet": record}
            route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def _web_acl(held: Held, clients: Clients) -> None:
    waf, acl = clients.client("wafv2"), {"Name": held["inputs"]["name"], "Scope": "REGIONAL", "Id": held["id"]}
    waf.delete_web_acl(**acl, LockToken=waf.get_web_acl(**acl)["LockToken"])


def _recorder(held: Held, clients: Clients) -> None:
    clients.client("config").delete_configuration_recorder(ConfigurationRecorderName=held["id"])


_BUCKET: Final = {"Bucket": "inputs.bucket"}
_GROUP_RULE: Final = {"GroupId": "inputs.securityGroupId", "SecurityGroupRuleIds": "[id]"}
_ROLE_POLICY: Final = {"RoleName": "inputs.role", "PolicyName": "inputs.name"}

DELETERS: Final[Mapping[str, Deleter]] = {
    "aws:accessanalyzer/analyzer:Analyzer": Deletion("accessanalyzer", "delete_analyzer", {"analyzerName": "id"}),
    "aws:acm/certificate:Certificate": Deletion("acm", "delete_certificate", {"CertificateArn": "id"}),
    "aws:acm/certificateValidation:CertificateValidation": _nothing,
    "aws:backup/plan:Plan": Deletion("backup", "delete_backup_plan", {"BackupPlanId": "id"}),
    "aws:backup/selection:Selection": Deletion(
        "backup", "delete_backup_selection", {"BackupPlanId": "inputs.planId", "SelectionId": "id"}
    ),
    "aws:backup/vault:Vault": _vault,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": Deletion(
        "backup", "delete_backup_vault_lock_configuration", {"BackupVaultName": "id"}
    ),
    "aws:cfg/deliveryChannel:DeliveryChannel": Deletion(
        "config", "delete_delivery_channel", {"DeliveryChannelName": "id"}
    ),
    "aws:cfg/recorder:Recorder": _recorder,
    "aws:cfg/recorderStatus:RecorderStatus": Deletion(
        "config", "stop_configuration_recorder", {"ConfigurationRecorderName": "id"}
    ),
    "aws:cloudtrail/trail:Trail": Deletion("cloudtrail", "delete_trail", {"Name": "inputs.name"}),
    "aws:cloudwatch/logGroup:LogGroup": Deletion("logs", "delete_log_group", {"logGroupName": "id"}),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Deletion(
        "logs", "delete_metric_filter", {"logGroupName": "inputs.logGroupName", "filterName": "inputs.name"}
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Deletion("cloudwatch", "delete_alarms", {"AlarmNames": "[id]"}),
    "aws:ebs/encryptionByDefault:EncryptionByDefault": Deletion("ec2", "disable_ebs_encryption_by_default", {}),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _nothing,
    "aws:ec2/eip:Eip": Deletion("ec2", "release_address", {"AllocationId": "id"}),
    "aws:ec2/flowLog:FlowLog": Deletion("ec2", "delete_flow_logs", {"FlowLogIds": "[id]"}),
    "aws:ec2/internetGateway:InternetGateway": _internet_gateway,
    "aws:ec2/natGateway:NatGateway": Deletion("ec2", "delete_nat_gateway", {"NatGatewayId": "id"}),
    "aws:ec2/route:Route": Deletion(
        "ec2",
        "delete_route",
        {"RouteTableId": "inputs.routeTableId", "DestinationCidrBlock": "inputs.destinationCidrBlock"},
    ),
    "aws:ec2/routeTable:RouteTable": Deletion("ec2", "delete_route_table", {"RouteTableId": "id"}),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Deletion(
        "ec2", "disassociate_route_table", {"AssociationId": "id"}
    ),
    "aws:ec2/securityGroup:SecurityGroup": Deletion("ec2", "delete_security_group", {"GroupId": "id"}),
    "aws:ec2/subnet:Subnet": Deletion("ec2", "delete_subnet", {"SubnetId": "id"}),
    "aws:ec2/vpc:Vpc": Deletion("ec2", "delete_vpc", {"VpcId": "id"}),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Deletion("ec2", "delete_vpc_endpoints", {"VpcEndpointIds": "[id]"}),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Deletion("ecr", "delete_lifecycle_policy", {"repositoryName": "id"}),
    "aws:ecr/repository:Repository": _repository,
    "aws:ecs/cluster:Cluster": Deletion("ecs", "delete_cluster", {"cluster": "id"}),
    "aws:ecs/service:Service": _service,
    "aws:ecs/taskDefinition:TaskDefinition": Deletion(
        "ecs", "deregister_task_definition", {"taskDefinition": "outputs.arn"}
    ),
    "aws:guardduty/detector:Detector": Deletion("guardduty", "delete_detector", {"DetectorId": "id"}),
    "aws:guardduty/detectorFeature:DetectorFeature": _nothing,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": Deletion("iam", "delete_account_password_policy", {}),
    "aws:iam/role:Role": Deletion("iam", "delete_role", {"RoleName": "id"}),
    "aws:iam/rolePolicy:RolePolicy": Deletion("iam", "delete_role_policy", _ROLE_POLICY),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _nothing,  # moto has none of AWS's policies to attach
    "aws:inspector2/enabler:Enabler": Deletion(
        "inspector2", "disable", {"accountIds": "inputs.accountIds", "resourceTypes": "inputs.resourceTypes"}
    ),
    "aws:kms/alias:Alias": Deletion("kms", "delete_alias", {"AliasName": "id"}),
    "aws:kms/key:Key": Deletion(
        "kms", "schedule_key_deletion", {"KeyId": "id", "PendingWindowInDays": "inputs.deletionWindowInDays"}
    ),
    "aws:lambda/permission:Permission": Deletion(
        "lambda", "remove_permission", {"FunctionName": "inputs.function", "StatementId": "id"}
    ),
    "aws:lb/listener:Listener": Deletion("elbv2", "delete_listener", {"ListenerArn": "id"}),
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": Deletion("elbv2", "delete_target_group", {"TargetGroupArn": "id"}),
    "aws:rds/instance:Instance": _database,
    "aws:rds/parameterGroup:ParameterGroup": Deletion(
        "rds", "delete_db_parameter_group", {"DBParameterGroupName": "id"}
    ),
    "aws:rds/subnetGroup:SubnetGroup": Deletion("rds", "delete_db_subnet_group", {"DBSubnetGroupName": "id"}),
    "aws:route53/record:Record": _record,
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": Deletion(
        "s3control", "delete_public_access_block", {"AccountId": "id"}
    ),
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Deletion(
        "s3", "delete_bucket_lifecycle", _BUCKET
    ),
    "aws:s3/bucketLogging:BucketLogging": Deletion("s3", "put_bucket_logging", _BUCKET, {"BucketLoggingStatus": {}}),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _nothing,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Deletion(
        "s3", "delete_bucket_ownership_controls", _BUCKET
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Deletion("s3", "delete_bucket_policy", _BUCKET),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Deletion("s3", "delete_public_access_block", _BUCKET),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Deletion(
        "s3", "delete_bucket_encryption", _BUCKET
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _nothing,  # suspended, which an object lock forbids
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretRotation:SecretRotation": Deletion(
        "secretsmanager", "cancel_rotate_secret", {"SecretId": "id"}
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": _nothing,  # the current one stays as long as its secret
    "aws:sns/topic:Topic": Deletion("sns", "delete_topic", {"TopicArn": "id"}),
    "aws:sns/topicSubscription:TopicSubscription": Deletion("sns", "unsubscribe", {"SubscriptionArn": "id"}),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Deletion(
        "ec2", "revoke_security_group_egress", _GROUP_RULE
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Deletion(
        "ec2", "revoke_security_group_ingress", _GROUP_RULE
    ),
    "aws:wafv2/webAcl:WebAcl": _web_acl,
    "aws:wafv2/webAclAssociation:WebAclAssociation": Deletion(
        "wafv2", "disassociate_web_acl", {"ResourceArn": "inputs.resourceArn"}
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Deletion(
        "wafv2", "delete_logging_configuration", {"ResourceArn": "id"}
    ),
}
