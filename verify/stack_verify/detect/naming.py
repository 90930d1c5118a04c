"""What a value names, of any service of AWS: also of those that nothing is read of, so that none of it goes unseen.

`references` says what is asked of AWS; this says what there is beside that. It recognises ARNs by service and
resource, ids by their prefix, host names by their domain, and plain names by the name of the output.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stack_verify.detect.identifiers import words
from stack_verify.detect.resource_types import cloudformation_types
from stack_verify.resources.arn import Arn, parse_arn


class Named(NamedTuple):
    """A resource that a value names. ``type`` is CloudFormation's, or says that none is known (see ``UNKNOWN``).

    ``account`` and ``region`` are empty where the value does not say them.
    """

    type: str
    id: str
    arn: str | None = None
    account: str = ""
    region: str = ""


UNKNOWN = "unknown type"

_REGION = r"(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)"
_DOMAIN = r"\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)"
_LABEL = r"(?P<id>[a-z0-9][a-z0-9_-]*)"

# Services whose name in ARNs is not the one of CloudFormation's types, in small letters.
_SERVICES = {
    "acm": ("certificatemanager",),
    "acm-pca": ("acmpca",),
    "airflow": ("mwaa",),
    "aoss": ("opensearchserverless",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "cognito-identity": ("cognito",),
    "cognito-idp": ("cognito",),
    "ds": ("directoryservice",),
    "ebs": ("ec2",),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elasticloadbalancingv2", "elasticloadbalancing"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearchservice", "elasticsearch"),
    "execute-api": ("apigateway",),
    "firehose": ("kinesisfirehose",),
    "kafka": ("msk",),
    "macie2": ("macie",),
    "medical-imaging": ("healthimaging",),
    "mobiletargeting": ("pinpoint",),
    "mq": ("amazonmq",),
    "rds": ("rds", "docdb", "neptune"),
    "schemas": ("eventschemas",),
    "states": ("stepfunctions",),
}
# Resources whose name in ARNs is not CloudFormation's noun in small letters without hyphens.
_NOUNS = {
    ("apigateway", "apis"): "AWS::ApiGatewayV2::Api",
    ("apigateway", "restapis"): "AWS::ApiGateway::RestApi",
    ("backup", "recovery-point"): "AWS::Backup::RecoveryPoint",
    ("cognito-idp", "userpool"): "AWS::Cognito::UserPool",
    ("ec2", "elastic-ip"): "AWS::EC2::EIP",
    ("elasticache", "cluster"): "AWS::ElastiCache::CacheCluster",
    ("elasticloadbalancing", "loadbalancer"): "AWS::ElasticLoadBalancing::LoadBalancer",
    ("execute-api", ""): "AWS::ApiGateway::RestApi",
    ("firehose", "deliverystream"): "AWS::KinesisFirehose::DeliveryStream",
    ("iam", "oidc-provider"): "AWS::IAM::OIDCProvider",
    ("iam", "policy"): "AWS::IAM::ManagedPolicy",
    ("kms", "alias"): "AWS::KMS::Key",
    ("lambda", "layer"): "AWS::Lambda::LayerVersion",
    ("rds", "auto-backup"): "AWS::RDS::DBInstance",
    ("rds", "cluster"): "AWS::RDS::DBCluster",
    ("rds", "cluster-pg"): "AWS::RDS::DBClusterParameterGroup",
    ("rds", "cluster-snapshot"): "AWS::RDS::DBClusterSnapshot",
    ("rds", "db"): "AWS::RDS::DBInstance",
    ("rds", "db-proxy"): "AWS::RDS::DBProxy",
    ("rds", "es"): "AWS::RDS::EventSubscription",
    ("rds", "og"): "AWS::RDS::OptionGroup",
    ("rds", "pg"): "AWS::RDS::DBParameterGroup",
    ("rds", "snapshot"): "AWS::RDS::DBSnapshot",
    ("rds", "subgrp"): "AWS::RDS::DBSubnetGroup",
    ("s3", ""): "AWS::S3::Bucket",
    ("sns", ""): "AWS::SNS::Topic",
    ("sqs", ""): "AWS::SQS::Queue",
    ("backup", "backup-plan"): "AWS::Backup::BackupPlan",
    ("backup", "backup-vault"): "AWS::Backup::BackupVault",
    ("config", "config-recorder"): "AWS::Config::ConfigurationRecorder",
}
# Ids by their prefix (EC2 user guide, "Resource IDs", and each service's API reference).
_PREFIXES = {
    "acl": "AWS::EC2::NetworkAcl",
    "ami": "AWS::EC2::Image",
    "cgw": "AWS::EC2::CustomerGateway",
    "cvpn-endpoint": "AWS::EC2::ClientVpnEndpoint",
    "eice": "AWS::EC2::InstanceConnectEndpoint",
    "eigw": "AWS::EC2::EgressOnlyInternetGateway",
    "eipalloc": "AWS::EC2::EIP",
    "eni": "AWS::EC2::NetworkInterface",
    "fl": "AWS::EC2::FlowLog",
    "fleet": "AWS::EC2::EC2Fleet",
    "fs": "AWS::EFS::FileSystem",
    "fsap": "AWS::EFS::AccessPoint",
    "fsmt": "AWS::EFS::MountTarget",
    "i": "AWS::EC2::Instance",
    "igw": "AWS::EC2::InternetGateway",
    "lt": "AWS::EC2::LaunchTemplate",
    "nat": "AWS::EC2::NatGateway",
    "pcx": "AWS::EC2::VPCPeeringConnection",
    "pl": "AWS::EC2::PrefixList",
    "rtb": "AWS::EC2::RouteTable",
    "sg": "AWS::EC2::SecurityGroup",
    "snap": "AWS::EC2::Snapshot",
    "subnet": "AWS::EC2::Subnet",
    "tgw": "AWS::EC2::TransitGateway",
    "tgw-attach": "AWS::EC2::TransitGatewayAttachment",
    "tgw-rtb": "AWS::EC2::TransitGatewayRouteTable",
    "vgw": "AWS::EC2::VPNGateway",
    "vol": "AWS::EC2::Volume",
    "vpc": "AWS::EC2::VPC",
    "vpce": "AWS::EC2::VPCEndpoint",
    "vpce-svc": "AWS::EC2::VPCEndpointService",
    "vpn": "AWS::EC2::VPNConnection",
}
_ID = re.compile(rf"({'|'.join(sorted(_PREFIXES, key=len, reverse=True))})-([0-9a-z]{{3,}})", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{8}(?:[0-9a-f]{9})?")


def _hosts(*forms: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.ASCII)) for kind, pattern in forms)


_HOSTS = _hosts(
    ("AWS::RDS::DBProxy", rf"{_LABEL}(?:\.endpoint)?\.proxy-[a-z0-9-]+\.{_REGION}\.rds{_DOMAIN}"),
    ("AWS::RDS::DBCluster", rf"{_LABEL}\.cluster-[a-z0-9-]+\.{_REGION}\.rds{_DOMAIN}"),
    ("AWS::RDS::DBShardGroup", rf"{_LABEL}\.shardgrp-[a-z0-9-]+\.{_REGION}\.rds{_DOMAIN}"),
    ("AWS::RDS::GlobalCluster", rf"{_LABEL}\.global-[a-z0-9]+\.global\.rds{_DOMAIN}"),
    ("AWS::RDS::DBInstance", rf"{_LABEL}\.[a-z0-9]+\.{_REGION}\.rds{_DOMAIN}"),
    ("AWS::DocDBElastic::Cluster", rf"{_LABEL}\.{_REGION}\.docdb-elastic{_DOMAIN}"),
    ("AWS::DocDB::DBCluster", rf"{_LABEL}\.cluster-[a-z0-9-]+\.{_REGION}\.docdb{_DOMAIN}"),
    ("AWS::DocDB::DBInstance", rf"{_LABEL}\.[a-z0-9]+\.{_REGION}\.docdb{_DOMAIN}"),
    ("AWS::Neptune::DBCluster", rf"{_LABEL}\.cluster-[a-z0-9-]+\.{_REGION}\.neptune{_DOMAIN}"),
    ("AWS::Neptune::DBInstance", rf"{_LABEL}\.[a-z0-9]+\.{_REGION}\.neptune{_DOMAIN}"),
    ("AWS::NeptuneGraph::Graph", rf"{_LABEL}\.{_REGION}\.neptune-graph{_DOMAIN}"),
    ("AWS::DSQL::Cluster", rf"{_LABEL}\.dsql\.{_REGION}\.on\.aws"),
    (
        "AWS::OpenSearchService::Domain",
        rf"(?:search|vpc)-(?P<id>[a-z0-9-]+)-[a-z0-9]{{26}}\.{_REGION}\.(?:es{_DOMAIN}|aos\.on\.aws)",
    ),
    ("AWS::OpenSearchService::Domain", rf"(?:(?:search|vpc)-)?(?P<id>[a-z0-9-]+?)\.{_REGION}\.es{_DOMAIN}"),
    (
        "AWS::OpenSearchService::Domain",
        rf"(?:(?:search|vpc)-)?(?P<id>[a-z0-9-]+?)\.(?:aos\.)?{_REGION}\.(?:aos\.)?on\.aws",
    ),
    ("AWS::OpenSearchServerless::Collection", rf"{_LABEL}\.{_REGION}\.aoss{_DOMAIN}"),
    ("AWS::Redshift::Cluster", rf"{_LABEL}\.[a-z0-9]+\.{_REGION}\.redshift{_DOMAIN}"),
    ("AWS::RedshiftServerless::Workgroup", rf"{_LABEL}\.\d+\.{_REGION}\.redshift-serverless{_DOMAIN}"),
    ("AWS::ElastiCache::ServerlessCache", rf"{_LABEL}\.serverless\.[a-z0-9]+\.cache{_DOMAIN}"),
    ("AWS::ElastiCache::ReplicationGroup", rf"(?:master|replica|clustercfg)\.{_LABEL}\.[a-z0-9.]+\.cache{_DOMAIN}"),
    ("AWS::ElastiCache::CacheCluster", rf"{_LABEL}\.[a-z0-9.]+\.cache{_DOMAIN}"),
    ("AWS::MemoryDB::Cluster", rf"(?:clustercfg\.)?{_LABEL}\.[a-z0-9.]+\.memorydb\.(?:[a-z0-9-]+){_DOMAIN}"),
    ("AWS::DAX::Cluster", rf"{_LABEL}\.[a-z0-9.]+\.dax-clusters\.{_REGION}{_DOMAIN}"),
    ("AWS::EFS::FileSystem", rf"(?:[a-z0-9-]+\.)?(?P<id>fs-[0-9a-f]+)\.efs\.{_REGION}{_DOMAIN}"),
    ("AWS::FSx::FileSystem", rf"(?:[a-z0-9-]+\.)?(?P<id>fs-[0-9a-f]+)\.fsx\.{_REGION}{_DOMAIN}"),
    ("AWS::Lambda::Url", rf"{_LABEL}\.lambda-url\.{_REGION}\.on\.aws"),
    ("AWS::ApiGateway::RestApi", rf"{_LABEL}\.execute-api\.{_REGION}{_DOMAIN}"),
    ("AWS::AppSync::GraphQLApi", rf"{_LABEL}\.appsync-(?:realtime-)?api\.{_REGION}{_DOMAIN}"),
    ("AWS::CloudFront::Distribution", rf"{_LABEL}\.cloudfront\.net"),
    ("AWS::GlobalAccelerator::Accelerator", rf"{_LABEL}(?:\.dualstack)?\.awsglobalaccelerator\.com"),
    ("AWS::AppRunner::Service", rf"{_LABEL}\.{_REGION}\.awsapprunner\.com"),
    ("AWS::Amplify::App", r"(?:[a-z0-9-]+\.)?(?P<id>[a-z0-9]+)\.amplifyapp\.com"),
    ("AWS::ElasticBeanstalk::Environment", rf"{_LABEL}\.(?:[a-z0-9]+\.)?(?:{_REGION}\.)?elasticbeanstalk\.com"),
    ("AWS::EKS::Cluster", rf"{_LABEL}\.[a-z0-9]+\.{_REGION}\.eks{_DOMAIN}"),
    (
        "AWS::MSK::Cluster",
        rf"(?:b-\d+|boot-[a-z0-9]+)\.{_LABEL}\.[a-z0-9.]+\.kafka(?:-serverless)?\.{_REGION}{_DOMAIN}",
    ),
    ("AWS::AmazonMQ::Broker", rf"(?P<id>b-[0-9a-f-]+?)(?:-\d)?\.mq\.{_REGION}(?:{_DOMAIN}|\.on\.aws)"),
    ("AWS::Cognito::UserPoolDomain", rf"{_LABEL}\.auth\.{_REGION}\.amazoncognito\.com"),
    ("AWS::Transfer::Server", rf"{_LABEL}\.server\.transfer\.{_REGION}{_DOMAIN}"),
    ("AWS::MWAA::Environment", rf"{_LABEL}\.(?:[a-z0-9]+\.)?{_REGION}\.airflow(?:{_DOMAIN}|\.on\.aws)"),
    ("AWS::Grafana::Workspace", rf"{_LABEL}\.grafana-workspace\.{_REGION}{_DOMAIN}"),
    ("AWS::VpcLattice::Service", rf"{_LABEL}\.[a-z0-9]+\.vpc-lattice-svcs\.{_REGION}\.on\.aws"),
    ("AWS::EC2::VPCEndpoint", rf"(?P<id>vpce-[0-9a-f]+)-[a-z0-9-]+\.[a-z0-9.-]+\.vpce{_DOMAIN}"),
    ("AWS::EC2::Instance", rf"(?P<id>(?:ec2|ip)-[0-9-]+)\.[a-z0-9.-]+(?:{_DOMAIN}|\.internal)"),
    ("AWS::S3::AccessPoint", rf"{_LABEL}\.s3-accesspoint\.{_REGION}{_DOMAIN}"),
    ("AWS::S3::Bucket", rf"(?P<id>[a-z0-9.-]+?)\.s3[a-z0-9.-]*{_DOMAIN}"),
    ("AWS::ElasticLoadBalancing::LoadBalancer", rf"{_LABEL}\.(?:{_REGION}\.elb|elb\.[a-z0-9-]+){_DOMAIN}"),
    ("AWS::IoT::DomainConfiguration", rf"{_LABEL}\.(?:iot|credentials\.iot)\.{_REGION}{_DOMAIN}"),
)
# A service's own endpoint: it names no resource but what the path names.
_ENDPOINT = re.compile(
    rf"(?:(?:api|runtime|streams|data|rest|portal|dualstack)\.)?[a-z0-9-]+(?:\.{_REGION})?(?:{_DOMAIN}|\.(?:api|on)\.aws)"
)
_OF_AWS = re.compile(rf".+(?:{_DOMAIN}|\.on\.aws|\.api\.aws)")
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.:-]*://)?(?:[^/@\s]*@)?(?P<host>[A-Za-z0-9._-]+?)\.?(?::\d+)?(?P<path>/\S*)?", re.ASCII
)
_QUEUE = re.compile(r"/(?P<account>\d{12})/(?P<id>[\w-]+(?:\.fifo)?)", re.ASCII)
_USER_POOL = re.compile(r"/(?P<id>[\w-]+_\w+)(?:/.*)?", re.ASCII)
_IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.", re.ASCII)

# Plain names, by the words that the output's name ends in.
_ENDINGS = tuple(
    (kind, tuple(f" {ending.strip()}" for ending in endings.split(",")))
    for kind, endings in (
        ("AWS::RDS::DBCluster", ("db cluster id, db cluster identifier, aurora cluster id, aurora cluster identifier, "
            "aurora cluster name, aurora cluster, rds cluster id, rds cluster identifier")),
        ("AWS::DynamoDB::Table", "table name, dynamo table, dynamodb table, dynamo db table"),
        ("AWS::SQS::Queue", "queue name"),
        ("AWS::Lambda::Function", "function name, lambda name, lambda function"),
        ("AWS::Kinesis::Stream", "kinesis stream, kinesis stream name, data stream name"),
        ("AWS::KinesisFirehose::DeliveryStream", "delivery stream name, firehose name, firehose stream name"),
        ("AWS::OpenSearchService::Domain", ("search domain, search domain name, elasticsearch domain, "
            "elasticsearch domain name, open search domain, open search domain name, opensearch domain name")),
        ("AWS::Redshift::Cluster", ("redshift cluster, redshift cluster id, redshift cluster identifier, warehouse id, "
            "warehouse identifier, redshift cluster name, warehouse cluster id, warehouse cluster identifier")),
        ("AWS::ElastiCache::ReplicationGroup", "replication group id, redis id, cache id"),
        ("AWS::ElastiCache::CacheCluster", "cache cluster id, cache name"),
        ("AWS::Cognito::UserPool", "user pool id"),
        ("AWS::Cognito::IdentityPool", "identity pool id"),
        ("AWS::ApiGateway::RestApi", "rest api id, api gateway id"),
        ("AWS::ApiGatewayV2::Api", "http api id, websocket api id"),
        ("AWS::CloudFront::Distribution", "distribution id"),
        ("AWS::StepFunctions::StateMachine", "state machine name"),
        ("AWS::Glue::Database", "glue database, glue database name, catalog database name"),
        ("AWS::EKS::Cluster", "eks cluster, eks cluster name, kubernetes cluster name"),
        ("AWS::MSK::Cluster", "msk cluster name, kafka cluster name"),
        ("AWS::Events::EventBus", "event bus name"),
        ("AWS::EC2::KeyPair", "key pair name"),
        ("AWS::AutoScaling::AutoScalingGroup", "auto scaling group name, autoscaling group name, asg name"),
        ("AWS::CodeBuild::Project", "code build project, codebuild project name"),
        ("AWS::Route53::HostedZone", "hosted zone id, zone id"),
        ("AWS::CloudWatch::Dashboard", "dashboard name"),
        ("AWS::Athena::WorkGroup", "athena workgroup, athena workgroup name, athena work group"),
    )
)  # fmt: skip
_PLAIN = re.compile(r"[\w.:/+=@-]{1,255}", re.ASCII)
_NO_NAME = re.compile(r"true|false|none|\d+(\.\d+)?", re.IGNORECASE)


def named_by(name: str, value: str) -> Named | None:
    """The resource that the value of an output, or the id or ARN of a declared resource, names; None where none."""
    arn = parse_arn(value)
    if arn is not None:
        return _by_arn(value, arn)
    if match := _ID.fullmatch(value):
        # With another prefix's form it may be a plain name: "vpc-main" is an id under vpcId alone.
        if _HEX.fullmatch(match[2]) or words(name)[-1:] in (("id",), ("ids",)):
            return Named(_PREFIXES[match[1]], value)
        return None
    return _by_address(value) or _by_name(name, value)


def type_of_arn(arn: Arn) -> str:
    """CloudFormation's type of what an ARN names; one that says what it is where none is known."""
    prefix, _, rest = re.sub(r"[/:]", "/", arn.resource.lstrip("/")).partition("/")
    if arn.service in ("sqs", "execute-api") or (arn.service == "sns" and not rest):
        prefix = ""
    if arn.service == "s3":
        prefix = prefix if arn.region or prefix in ("accesspoint", "storage-lens") else ""
    if arn.service == "wafv2":
        prefix = rest.partition("/")[0]
    if arn.service == "sns" and rest:
        return "AWS::SNS::Subscription"
    if arn.service == "elasticloadbalancing" and re.match(r"loadbalancer/(app|net|gwy)/", arn.resource):
        return "AWS::ElasticLoadBalancingV2::LoadBalancer"
    if (arn.service, prefix) in _NOUNS:
        return _NOUNS[arn.service, prefix]
    noun = prefix.replace("-", "").replace("_", "").lower()
    for service in _SERVICES.get(arn.service, (arn.service.replace("-", ""),)):
        for each in (noun, noun.removesuffix("s"), f"{service}{noun}"):
            if found := cloudformation_types().get((service, each)):
                return found
    return f"{UNKNOWN} {arn.service}:{prefix}"


def _by_arn(text: str, arn: Arn) -> Named | None:
    if arn.account == "aws":
        return None  # AWS's own, of no stack: its managed policies
    kind = type_of_arn(arn)
    return Named(kind, _name_in(arn, kind), text, arn.account, arn.region)


def _name_in(arn: Arn, kind: str) -> str:
    """What the resource is called, without what its table or bucket holds."""
    parts = re.split(r"[/:]", arn.resource.strip("/:"))
    if kind == "AWS::DynamoDB::Table":
        return parts[1] if len(parts) > 1 else parts[0]
    if kind == "AWS::S3::Bucket" or arn.service in ("sqs", "execute-api") or len(parts) == 1:
        return parts[0]
    if arn.service == "lambda" and parts[0] in ("function", "layer"):
        return parts[1]
    if arn.service in ("rds", "elasticfilesystem", "redshift", "es", "kinesis", "firehose", "cognito-idp", "ec2"):
        return parts[1]
    if arn.service == "kafka" or kind == "AWS::AmazonMQ::Broker":
        return parts[1]
    return "/".join(parts[1:])


def _by_address(value: str) -> Named | None:  # noqa: PLR0911 - a line for each form
    url = _URL.fullmatch(value)
    if url is None or "." not in url["host"]:
        return None
    host, path = url["host"].lower(), url["path"] or ""
    if re.fullmatch(rf"(?:[a-z0-9-]+\.)?(?:sqs|queue)\.?[a-z0-9.-]*{_DOMAIN}", host) and (match := _QUEUE.match(path)):
        return Named("AWS::SQS::Queue", match["id"], None, match["account"])
    # An emulator's queues have the path alone.
    if value.startswith(("http://", "https://")) and (match := _QUEUE.fullmatch(path)):
        return Named("AWS::SQS::Queue", match["id"], None, match["account"])
    if host.startswith("cognito-idp.") and (match := _USER_POOL.fullmatch(path)):
        return Named("AWS::Cognito::UserPool", match["id"])
    if match := _IMAGE.match(host):
        return Named(
            "AWS::ECR::Repository", path.strip("/").partition("@")[0].partition(":")[0], None, match["account"]
        )
    for kind, pattern in _HOSTS:
        if match := pattern.fullmatch(host):
            return Named(kind, match["id"], None, "", match.groupdict().get("region") or "")
    if _OF_AWS.fullmatch(host) and not _ENDPOINT.fullmatch(host):
        return Named(f"{UNKNOWN} at {host}", host)
    return None


def _by_name(name: str, value: str) -> Named | None:
    if not _PLAIN.fullmatch(value) or _NO_NAME.fullmatch(value):
        return None
    parts = " " + " ".join(words(re.sub(r"s?\[\d+\]$", "", name)))
    return next((Named(kind, value) for kind, endings in _ENDINGS if parts.endswith(endings)), None)
