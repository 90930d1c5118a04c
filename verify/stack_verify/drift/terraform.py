"""Terraform's names for what the tables call by Pulumi's: its AWS provider is the one that Pulumi's is bridged from.

Types have names of their own. Properties differ by spelling: a block that can be there once is a list of one, and a
list of blocks has its name in the singular.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from stack_verify.drift.field import SIGNATURE


class _Spelling(NamedTuple):
    """Pulumi's type; the blocks that it holds as lists, by Terraform's name; and attributes of another name."""

    type: str
    lists: Mapping[str, str] = {}
    renamed: Mapping[str, str] = {}


def _balancing(noun: str, lists: Mapping[str, str] | None = None) -> dict[str, _Spelling]:
    """A type of Elastic Load Balancing, which Terraform also calls ``aws_alb``."""
    kind = f"aws:lb/{noun[0].lower()}{noun[1:]}:{noun}"
    suffix = "" if noun == "LoadBalancer" else re.sub(r"([A-Z])", r"_\1", noun).lower()
    return {f"aws_{name}{suffix}": _Spelling(kind, lists or {}) for name in ("lb", "alb")}


_RULES: Final = {"ingress": "ingress", "egress": "egress"}
_CONDITIONS: Final = {
    "selection_tag": "selectionTags",
    "condition": "conditions",
    "string_equals": "stringEquals",
    "string_not_equals": "stringNotEquals",
    "string_like": "stringLikes",
    "string_not_like": "stringNotLikes",
}
_ACTIONS: Final = {"target_group": "targetGroups"}

_SPELLINGS: Final[dict[str, _Spelling]] = {
    "aws_accessanalyzer_analyzer": _Spelling("aws:accessanalyzer/analyzer:Analyzer"),
    "aws_acm_certificate": _Spelling("aws:acm/certificate:Certificate"),
    "aws_api_gateway_domain_name": _Spelling("aws:apigateway/domainName:DomainName"),
    "aws_api_gateway_rest_api": _Spelling("aws:apigateway/restApi:RestApi"),
    "aws_api_gateway_rest_api_policy": _Spelling("aws:apigateway/restApiPolicy:RestApiPolicy"),
    "aws_api_gateway_stage": _Spelling("aws:apigateway/stage:Stage"),
    "aws_apigatewayv2_api": _Spelling("aws:apigatewayv2/api:Api"),
    "aws_apigatewayv2_stage": _Spelling("aws:apigatewayv2/stage:Stage"),
    "aws_backup_plan": _Spelling("aws:backup/plan:Plan", {"rule": "rules"}),
    "aws_backup_selection": _Spelling("aws:backup/selection:Selection", _CONDITIONS),
    "aws_backup_vault": _Spelling("aws:backup/vault:Vault"),
    "aws_backup_vault_lock_configuration": _Spelling("aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
    "aws_config_delivery_channel": _Spelling("aws:cfg/deliveryChannel:DeliveryChannel"),
    "aws_config_configuration_recorder": _Spelling("aws:cfg/recorder:Recorder"),
    "aws_config_configuration_recorder_status": _Spelling("aws:cfg/recorderStatus:RecorderStatus"),
    "aws_cloudfront_distribution": _Spelling("aws:cloudfront/distribution:Distribution"),
    "aws_cloudtrail": _Spelling(
        "aws:cloudtrail/trail:Trail", {"event_selector": "eventSelectors", "data_resource": "dataResources"}
    ),
    "aws_cloudwatch_event_bus": _Spelling("aws:cloudwatch/eventBus:EventBus"),
    "aws_cloudwatch_event_bus_policy": _Spelling("aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
    "aws_cloudwatch_log_group": _Spelling("aws:cloudwatch/logGroup:LogGroup"),
    "aws_cloudwatch_log_metric_filter": _Spelling("aws:cloudwatch/logMetricFilter:LogMetricFilter"),
    "aws_cloudwatch_metric_alarm": _Spelling("aws:cloudwatch/metricAlarm:MetricAlarm"),
    "aws_cloudwatch_composite_alarm": _Spelling("aws:cloudwatch/compositeAlarm:CompositeAlarm"),
    "aws_dynamodb_table": _Spelling("aws:dynamodb/table:Table"),
    "aws_dynamodb_resource_policy": _Spelling("aws:dynamodb/resourcePolicy:ResourcePolicy"),
    "aws_ami": _Spelling("aws:ec2/ami:Ami"),
    "aws_ami_launch_permission": _Spelling("aws:ec2/amiLaunchPermission:AmiLaunchPermission"),
    "aws_autoscaling_group": _Spelling(
        "aws:autoscaling/group:Group", {"tag": "tags"}, {"vpc_zone_identifier": "vpcZoneIdentifiers"}
    ),
    "aws_ebs_snapshot": _Spelling("aws:ebs/snapshot:Snapshot"),
    "aws_snapshot_create_volume_permission": _Spelling(
        "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission"
    ),
    "aws_volume_attachment": _Spelling("aws:ec2/volumeAttachment:VolumeAttachment"),
    "aws_ebs_volume": _Spelling("aws:ebs/volume:Volume"),
    "aws_instance": _Spelling("aws:ec2/instance:Instance"),
    "aws_launch_configuration": _Spelling("aws:ec2/launchConfiguration:LaunchConfiguration"),
    "aws_launch_template": _Spelling("aws:ec2/launchTemplate:LaunchTemplate"),
    "aws_ebs_encryption_by_default": _Spelling("aws:ebs/encryptionByDefault:EncryptionByDefault"),
    "aws_eip": _Spelling("aws:ec2/eip:Eip"),
    "aws_elasticache_cluster": _Spelling("aws:elasticache/cluster:Cluster"),
    "aws_elasticache_replication_group": _Spelling("aws:elasticache/replicationGroup:ReplicationGroup"),
    "aws_efs_access_point": _Spelling("aws:efs/accessPoint:AccessPoint"),
    "aws_efs_backup_policy": _Spelling("aws:efs/backupPolicy:BackupPolicy"),
    "aws_efs_file_system": _Spelling("aws:efs/fileSystem:FileSystem"),
    "aws_efs_file_system_policy": _Spelling("aws:efs/fileSystemPolicy:FileSystemPolicy"),
    "aws_efs_mount_target": _Spelling("aws:efs/mountTarget:MountTarget"),
    "aws_flow_log": _Spelling("aws:ec2/flowLog:FlowLog"),
    "aws_internet_gateway": _Spelling("aws:ec2/internetGateway:InternetGateway"),
    "aws_internet_gateway_attachment": _Spelling("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"),
    "aws_nat_gateway": _Spelling("aws:ec2/natGateway:NatGateway"),
    "aws_network_acl": _Spelling("aws:ec2/networkAcl:NetworkAcl"),
    "aws_default_network_acl": _Spelling("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"),
    "aws_network_interface": _Spelling("aws:ec2/networkInterface:NetworkInterface"),
    "aws_route": _Spelling("aws:ec2/route:Route"),
    "aws_route_table": _Spelling("aws:ec2/routeTable:RouteTable", {"route": "routes"}),
    "aws_route_table_association": _Spelling("aws:ec2/routeTableAssociation:RouteTableAssociation"),
    "aws_security_group": _Spelling("aws:ec2/securityGroup:SecurityGroup", _RULES),
    "aws_default_security_group": _Spelling("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", _RULES),
    "aws_security_group_rule": _Spelling("aws:ec2/securityGroupRule:SecurityGroupRule"),
    "aws_vpc_security_group_ingress_rule": _Spelling("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
    "aws_vpc_security_group_egress_rule": _Spelling("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    "aws_subnet": _Spelling("aws:ec2/subnet:Subnet"),
    "aws_default_subnet": _Spelling("aws:ec2/defaultSubnet:DefaultSubnet"),
    "aws_vpc": _Spelling("aws:ec2/vpc:Vpc"),
    "aws_default_vpc": _Spelling("aws:ec2/defaultVpc:DefaultVpc"),
    "aws_vpc_endpoint": _Spelling("aws:ec2/vpcEndpoint:VpcEndpoint"),
    "aws_ecr_lifecycle_policy": _Spelling("aws:ecr/lifecyclePolicy:LifecyclePolicy"),
    "aws_ecr_repository": _Spelling(
        "aws:ecr/repository:Repository", {"encryption_configuration": "encryptionConfigurations"}
    ),
    "aws_ecr_repository_policy": _Spelling("aws:ecr/repositoryPolicy:RepositoryPolicy"),
    "aws_ecs_cluster": _Spelling("aws:ecs/cluster:Cluster", {"setting": "settings"}),
    "aws_ecs_service": _Spelling("aws:ecs/service:Service", {"load_balancer": "loadBalancers"}),
    "aws_ecs_task_definition": _Spelling("aws:ecs/taskDefinition:TaskDefinition"),
    "aws_guardduty_detector": _Spelling("aws:guardduty/detector:Detector"),
    "aws_guardduty_detector_feature": _Spelling(
        "aws:guardduty/detectorFeature:DetectorFeature", {"additional_configuration": "additionalConfigurations"}
    ),
    "aws_iam_account_password_policy": _Spelling("aws:iam/accountPasswordPolicy:AccountPasswordPolicy"),
    "aws_iam_access_key": _Spelling("aws:iam/accessKey:AccessKey"),
    "aws_iam_group": _Spelling("aws:iam/group:Group"),
    "aws_iam_group_policy": _Spelling("aws:iam/groupPolicy:GroupPolicy"),
    "aws_iam_group_policy_attachment": _Spelling("aws:iam/groupPolicyAttachment:GroupPolicyAttachment"),
    "aws_iam_policy": _Spelling("aws:iam/policy:Policy"),
    "aws_iam_role": _Spelling("aws:iam/role:Role", {"inline_policy": "inlinePolicies"}),
    "aws_iam_role_policy": _Spelling("aws:iam/rolePolicy:RolePolicy"),
    "aws_iam_role_policy_attachment": _Spelling("aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
    "aws_iam_user": _Spelling("aws:iam/user:User"),
    "aws_iam_user_group_membership": _Spelling("aws:iam/userGroupMembership:UserGroupMembership"),
    "aws_iam_user_policy": _Spelling("aws:iam/userPolicy:UserPolicy"),
    "aws_iam_user_policy_attachment": _Spelling("aws:iam/userPolicyAttachment:UserPolicyAttachment"),
    "aws_inspector2_enabler": _Spelling("aws:inspector2/enabler:Enabler"),
    "aws_kms_alias": _Spelling("aws:kms/alias:Alias"),
    "aws_kms_key": _Spelling("aws:kms/key:Key"),
    **_balancing("Listener", {"default_action": "defaultActions", **_ACTIONS}),
    **_balancing("ListenerCertificate"),
    **_balancing("ListenerRule", {"action": "actions", **_ACTIONS}),
    **_balancing("LoadBalancer"),
    **_balancing("TargetGroup"),
    "aws_lambda_function": _Spelling("aws:lambda/function:Function"),
    "aws_rds_cluster": _Spelling("aws:rds/cluster:Cluster"),
    "aws_db_instance": _Spelling("aws:rds/instance:Instance"),
    "aws_db_proxy": _Spelling("aws:rds/proxy:Proxy"),
    "aws_db_parameter_group": _Spelling("aws:rds/parameterGroup:ParameterGroup", {"parameter": "parameters"}),
    "aws_s3_access_point": _Spelling("aws:s3/accessPoint:AccessPoint"),
    "aws_s3_account_public_access_block": _Spelling("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"),
    "aws_s3_bucket": _Spelling("aws:s3/bucket:Bucket"),
    "aws_s3_bucket_lifecycle_configuration": _Spelling(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"rule": "rules"}
    ),
    "aws_s3_bucket_logging": _Spelling("aws:s3/bucketLogging:BucketLogging"),
    "aws_s3_bucket_object_lock_configuration": _Spelling(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    ),
    "aws_s3_bucket_ownership_controls": _Spelling("aws:s3/bucketOwnershipControls:BucketOwnershipControls"),
    "aws_s3_bucket_policy": _Spelling("aws:s3/bucketPolicy:BucketPolicy"),
    "aws_s3_bucket_public_access_block": _Spelling("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
    "aws_s3_bucket_server_side_encryption_configuration": _Spelling(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {"rule": "rules"}
    ),
    "aws_s3_bucket_versioning": _Spelling("aws:s3/bucketVersioning:BucketVersioning"),
    "aws_s3control_access_point_policy": _Spelling("aws:s3control/accessPointPolicy:AccessPointPolicy"),
    "aws_secretsmanager_secret": _Spelling("aws:secretsmanager/secret:Secret"),
    "aws_secretsmanager_secret_policy": _Spelling("aws:secretsmanager/secretPolicy:SecretPolicy"),
    "aws_secretsmanager_secret_rotation": _Spelling("aws:secretsmanager/secretRotation:SecretRotation"),
    "aws_sns_topic": _Spelling("aws:sns/topic:Topic"),
    "aws_sns_topic_subscription": _Spelling(
        "aws:sns/topicSubscription:TopicSubscription", renamed={"topic_arn": "topic"}
    ),
    "aws_sqs_queue": _Spelling("aws:sqs/queue:Queue"),
    "aws_sqs_queue_policy": _Spelling("aws:sqs/queuePolicy:QueuePolicy"),
    "aws_wafv2_web_acl": _Spelling("aws:wafv2/webAcl:WebAcl", {"rule": "rules"}),
    "aws_wafv2_web_acl_association": _Spelling("aws:wafv2/webAclAssociation:WebAclAssociation"),
    "aws_wafv2_web_acl_logging_configuration": _Spelling(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {"redacted_fields": "redactedFields", "filter": "filters"},
    ),
    "aws_wafv2_web_acl_rule": _Spelling("aws:wafv2/webAclRule:WebAclRule"),
    "aws_wafv2_web_acl_rule_group_association": _Spelling(
        "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
    ),
}

# Maps whose keys are the user's own words.
_MAPS: Final = frozenset({"tags", "tags_all", "dimensions", "variables"})
# Of these Terraform's state holds 0 where the program sets nothing; 0 means nothing else.
_UNSET_AT_ZERO: Final = frozenset(
    {
        "automatically_after_days",
        "cold_storage_after",
        "days",
        "delete_after",
        "max_password_age",
        "min_retention_days",
        "noncurrent_days",
        "password_reuse_prevention",
        "retention_in_days",
        "years",
    }
)
# An empty text is a value of these; of all others it is what the state holds where there is none.
_EMPTY_COUNTS: Final = frozenset({"pattern"})
MARK: Final = {SIGNATURE: "sensitive"}


def pulumi_type(name: str) -> str | None:
    """Pulumi's type for a type of Terraform's; None where none of the tables is for it."""
    spelling = _SPELLINGS.get(name)
    return None if spelling is None else spelling.type


def terraform_types(pulumi: str) -> tuple[str, ...]:
    """Terraform's names for a type of Pulumi's."""
    return tuple(name for name, each in _SPELLINGS.items() if each.type == pulumi)


def pulumi_properties(name: str, attributes: Mapping[str, Any], sensitive: frozenset[str]) -> dict[str, Any]:
    """The attributes of a resource as Pulumi would hold them; those that are ``sensitive`` are marked, not kept."""
    spelling = _SPELLINGS[name]
    kept = {each: MARK if each in sensitive else value for each, value in attributes.items()}
    # The tags that a provider adds to all its resources are declared, too.
    if tags := kept.pop("tags_all", None):
        kept["tags"] = tags
    return _block(kept, spelling)


def _block(block: Mapping[str, Any], spelling: _Spelling) -> dict[str, Any]:
    converted = {_name(key, spelling): _value(key, value, spelling) for key, value in block.items()}
    return {key: value for key, value in converted.items() if value is not None}


def _name(key: str, spelling: _Spelling) -> str:
    first, *rest = key.split("_")
    usual = first + "".join(word[:1].upper() + word[1:] for word in rest)
    return spelling.lists.get(key) or spelling.renamed.get(key) or usual


def _value(key: str, value: Any, spelling: _Spelling) -> Any:  # noqa: ANN401 - JSON of a state file
    if value is MARK or (key in _MAPS and isinstance(value, dict)):
        return value
    if isinstance(value, dict):
        return _block(value, spelling)
    if isinstance(value, list):
        return _items(key, value, spelling)
    none = (value == "" and key not in _EMPTY_COUNTS) or (value == "0" and key in _UNSET_AT_ZERO)
    return None if none else value


def _items(key: str, items: Sequence[Any], spelling: _Spelling) -> Any:  # noqa: ANN401 - JSON of a state file
    """A list; of a block that can be there once the block itself. None where it is empty."""
    # A block without any member is null in the list.
    found = [_block(each or {}, spelling) if isinstance(each, dict | None) else each for each in items]
    if not found:
        return None
    once = len(found) == 1 and isinstance(found[0], dict) and key not in spelling.lists
    return found[0] if once else found
