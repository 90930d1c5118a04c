"""The kinds of AWS resources under the names that Pulumi gives them."""

from __future__ import annotations


def _spelt(name: str) -> tuple[str, ...]:
    """A type of Elastic Load Balancing, whose module has had four names."""
    return tuple(f"{module}/{name}" for module in ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2"))


# Types of the aws provider whose id or ARN is the resource's own. What is not here is another resource's companion
# (aws:s3/bucketPolicy:BucketPolicy, whose id is the bucket's name), or of a kind that nothing asks for.
_AWS = {
    "AWS::Backup::BackupPlan": ("backup/plan",),
    "AWS::Backup::BackupVault": ("backup/vault",),
    "AWS::CertificateManager::Certificate": ("acm/certificate",),
    "AWS::CloudTrail::Trail": ("cloudtrail/trail",),
    "AWS::CloudWatch::Alarm": ("cloudwatch/metricAlarm", "cloudwatch/compositeAlarm"),
    "AWS::Config::ConfigurationRecorder": ("cfg/recorder",),
    "AWS::EC2::EIP": ("ec2/eip",),
    "AWS::EC2::FlowLog": ("ec2/flowLog",),
    "AWS::EC2::InternetGateway": ("ec2/internetGateway",),
    "AWS::EC2::NatGateway": ("ec2/natGateway",),
    "AWS::EC2::NetworkAcl": ("ec2/networkAcl", "ec2/defaultNetworkAcl"),
    "AWS::EC2::NetworkInterface": ("ec2/networkInterface",),
    "AWS::EC2::RouteTable": ("ec2/routeTable", "ec2/defaultRouteTable"),
    "AWS::EC2::SecurityGroup": ("ec2/securityGroup", "ec2/defaultSecurityGroup"),
    "AWS::EC2::Subnet": ("ec2/subnet", "ec2/defaultSubnet"),
    "AWS::EC2::VPC": ("ec2/vpc", "ec2/defaultVpc"),
    "AWS::EC2::VPCEndpoint": ("ec2/vpcEndpoint",),
    "AWS::ECR::Repository": ("ecr/repository",),
    "AWS::ECS::Cluster": ("ecs/cluster",),
    "AWS::ECS::Service": ("ecs/service",),
    "AWS::ECS::TaskDefinition": ("ecs/taskDefinition",),
    "AWS::ElasticLoadBalancingV2::Listener": _spelt("listener"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _spelt("loadBalancer"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _spelt("targetGroup"),
    "AWS::GuardDuty::Detector": ("guardduty/detector",),
    "AWS::IAM::ManagedPolicy": ("iam/policy",),
    "AWS::IAM::Role": ("iam/role",),
    "AWS::KMS::Key": ("kms/key", "kms/replicaKey", "kms/externalKey", "kms/alias"),
    "AWS::Logs::LogGroup": ("cloudwatch/logGroup",),
    "AWS::RDS::DBCluster": ("rds/cluster",),
    "AWS::RDS::DBInstance": ("rds/instance", "rds/clusterInstance"),
    "AWS::S3::Bucket": ("s3/bucket", "s3/bucketV2"),
    "AWS::SNS::Topic": ("sns/topic",),
    "AWS::SecretsManager::Secret": ("secretsmanager/secret",),
    "AWS::WAFv2::WebACL": ("wafv2/webAcl",),
}
_BY_TYPE = {f"aws:{token}": kind for kind, tokens in _AWS.items() for token in tokens}
# The aws-native provider keeps CloudFormation's names but for their capitals.
_BY_NATIVE_TYPE = {kind.lower().replace("::", ":").replace("aws:", "aws-native:", 1): kind for kind in _AWS}


def kind_of_type(token: str) -> str | None:
    """The kind in CloudFormation's notation for a type such as ``aws:s3/bucket:Bucket``, or None."""
    return _BY_TYPE.get(token.rpartition(":")[0]) or _BY_NATIVE_TYPE.get(token.lower())
