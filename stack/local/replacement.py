"""The inputs that AWS does not change in place: the provider makes another resource and deletes the first.

As the provider's schemas say ("forces replacement"), for the types that the program declares.
"""

from collections.abc import Mapping
from typing import Final

_BUCKET: Final = frozenset({"bucket"})
_RULE: Final = frozenset({"securityGroupId"})

REPLACED_BY: Final[Mapping[str, frozenset[str]]] = {
    "aws:accessanalyzer/analyzer:Analyzer": frozenset({"analyzerName", "type"}),
    "aws:acm/certificate:Certificate": frozenset({"domainName", "subjectAlternativeNames", "validationMethod"}),
    "aws:acm/certificateValidation:CertificateValidation": frozenset({"certificateArn", "validationRecordFqdns"}),
    "aws:backup/plan:Plan": frozenset(),
    "aws:backup/selection:Selection": frozenset({"iamRoleArn", "name", "planId", "resources"}),
    "aws:backup/vault:Vault": frozenset({"kmsKeyArn", "name"}),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": frozenset(
        {"backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays"}
    ),
    "aws:cfg/deliveryChannel:DeliveryChannel": frozenset({"name"}),
    "aws:cfg/recorder:Recorder": frozenset({"name"}),
    "aws:cloudtrail/trail:Trail": frozenset({"name"}),
    "aws:cloudwatch/eventRule:EventRule": frozenset({"name", "eventBusName"}),
    "aws:cloudwatch/eventTarget:EventTarget": frozenset({"rule", "targetId", "eventBusName"}),
    "aws:cloudwatch/logGroup:LogGroup": frozenset({"name"}),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": frozenset({"logGroupName", "name"}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": frozenset({"name"}),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": frozenset({"vpcId"}),
    "aws:ec2/eip:Eip": frozenset({"domain"}),
    "aws:ec2/flowLog:FlowLog": frozenset(
        {"iamRoleArn", "logDestination", "logDestinationType", "maxAggregationInterval", "trafficType", "vpcId"}
    ),
    "aws:ec2/natGateway:NatGateway": frozenset({"allocationId", "subnetId"}),
    "aws:ec2/route:Route": frozenset({"destinationCidrBlock", "routeTableId"}),
    "aws:ec2/routeTable:RouteTable": frozenset({"vpcId"}),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": frozenset({"subnetId"}),
    "aws:ec2/securityGroup:SecurityGroup": frozenset({"description", "name", "vpcId"}),
    "aws:ec2/subnet:Subnet": frozenset({"availabilityZone", "cidrBlock", "vpcId"}),
    "aws:ec2/vpc:Vpc": frozenset({"cidrBlock"}),
    "aws:ec2/vpcEndpoint:VpcEndpoint": frozenset({"serviceName", "vpcEndpointType", "vpcId"}),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": frozenset({"policy", "repository"}),
    "aws:ecr/repository:Repository": frozenset({"encryptionConfigurations", "name"}),
    "aws:ecs/cluster:Cluster": frozenset({"name"}),
    "aws:ecs/service:Service": frozenset({"cluster", "launchType", "name"}),
    "aws:ecs/taskDefinition:TaskDefinition": frozenset(
        {
            *("containerDefinitions", "cpu", "executionRoleArn", "family", "memory", "networkMode"),
            *("requiresCompatibilities", "runtimePlatform", "taskRoleArn"),
        }
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": frozenset({"detectorId", "name"}),
    "aws:iam/role:Role": frozenset({"name"}),
    "aws:iam/rolePolicy:RolePolicy": frozenset({"name", "role"}),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": frozenset({"policyArn", "role"}),
    "aws:kms/alias:Alias": frozenset({"name"}),
    "aws:lambda/permission:Permission": frozenset({"action", "function", "principal", "sourceArn", "statementId"}),
    "aws:lb/listener:Listener": frozenset({"loadBalancerArn"}),
    "aws:lb/loadBalancer:LoadBalancer": frozenset({"internal", "loadBalancerType", "name"}),
    "aws:lb/targetGroup:TargetGroup": frozenset({"name", "port", "protocol", "targetType", "vpcId"}),
    "aws:rds/instance:Instance": frozenset(
        {"dbName", "dbSubnetGroupName", "engine", "kmsKeyId", "storageEncrypted", "username"}
    ),
    "aws:rds/parameterGroup:ParameterGroup": frozenset({"description", "family", "name"}),
    "aws:rds/subnetGroup:SubnetGroup": frozenset({"name"}),
    "aws:route53/record:Record": frozenset({"name", "type", "zoneId"}),
    "aws:s3/bucket:Bucket": frozenset({"bucket", "objectLockEnabled"}),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET,
    "aws:s3/bucketLogging:BucketLogging": _BUCKET,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _BUCKET,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _BUCKET,
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET,
    "aws:secretsmanager/secret:Secret": frozenset({"name"}),
    "aws:secretsmanager/secretVersion:SecretVersion": frozenset({"secretId", "secretString"}),
    "aws:sns/topic:Topic": frozenset({"name"}),
    "aws:sns/topicSubscription:TopicSubscription": frozenset({"endpoint", "protocol", "topic"}),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _RULE,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _RULE,
    "aws:wafv2/webAcl:WebAcl": frozenset({"name", "scope"}),
    "aws:wafv2/webAclAssociation:WebAclAssociation": frozenset({"resourceArn", "webAclArn"}),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": frozenset({"resourceArn"}),
}
