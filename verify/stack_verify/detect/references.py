"""Recognises what a value names: an ARN, an id, a DNS name. Any stack's outputs work, not only ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from stack_verify.detect.identifiers import words
from stack_verify.resources.arn import Arn, parse_arn, partition
from stack_verify.resources.resource import Question
from stack_verify.resources.tool_types import kind_of_type

BACKUP_PLAN = "AWS::Backup::BackupPlan"
BACKUP_VAULT = "AWS::Backup::BackupVault"
ALARM = "AWS::CloudWatch::Alarm"
CERTIFICATE = "AWS::CertificateManager::Certificate"
CLUSTER = "AWS::ECS::Cluster"
DETECTOR = "AWS::GuardDuty::Detector"
DB_CLUSTER = "AWS::RDS::DBCluster"
INSTANCE = "AWS::RDS::DBInstance"
KEY = "AWS::KMS::Key"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LOG_GROUP = "AWS::Logs::LogGroup"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
RECORDER = "AWS::Config::ConfigurationRecorder"
REPOSITORY = "AWS::ECR::Repository"
ROLE = "AWS::IAM::Role"
BUCKET = "AWS::S3::Bucket"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a kind of resource
SERVICE = "AWS::ECS::Service"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
WEB_ACL = "AWS::WAFv2::WebACL"
TOPIC = "AWS::SNS::Topic"
TRAIL = "AWS::CloudTrail::Trail"

_EC2 = {
    "acl": "AWS::EC2::NetworkAcl",
    "eipalloc": "AWS::EC2::EIP",
    "eni": "AWS::EC2::NetworkInterface",
    "fl": "AWS::EC2::FlowLog",
    "igw": "AWS::EC2::InternetGateway",
    "nat": "AWS::EC2::NatGateway",
    "rtb": "AWS::EC2::RouteTable",
    "sg": "AWS::EC2::SecurityGroup",
    "subnet": "AWS::EC2::Subnet",
    "vpc": "AWS::EC2::VPC",
    "vpce": "AWS::EC2::VPCEndpoint",
}
_TYPE = re.compile(r"[\w-]+:[\w/-]+:\w+", re.ASCII)
_EC2_ID = re.compile(r"([a-z]+)-(?:[0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY_ID = rf"(?:{_UUID}|mrk-[0-9a-f]{{32}})"
_BUCKET_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_DETECTOR_ID = r"[0-9a-f]{32}"
_INSTANCE_ID = r"[A-Za-z](?:-?[A-Za-z0-9]){0,62}"
_LOAD_BALANCER_NAME = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,31}"
_LOG_GROUP_NAME = r"[\w./#-]{1,512}"
_REPOSITORY_NAME = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
_ROLE_NAME = r"[\w+=,.@-]{1,64}"
_VAULT_NAME = r"[\w-]{2,50}"
_REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"


class _ArnForm(NamedTuple):
    """A kind's ARNs: the resource part, whose first group is its name. ``by_name`` kinds are asked for by that name."""

    kind: str
    pattern: re.Pattern[str]
    by_name: bool


def _arns(kind: str, resource: str, *, by_name: bool = False) -> _ArnForm:
    return _ArnForm(kind, re.compile(resource, re.ASCII), by_name)


# Service authorization reference, "Resource types defined by ...", one table a service.
_ARNS: dict[str, tuple[_ArnForm, ...]] = {
    "acm": (_arns(CERTIFICATE, r"(certificate/[\w-]+)"),),
    "backup": (
        _arns(BACKUP_PLAN, rf"backup-plan:({_UUID})", by_name=True),
        _arns(BACKUP_VAULT, rf"backup-vault:({_VAULT_NAME})", by_name=True),
    ),
    "cloudtrail": (_arns(TRAIL, r"(trail/[\w.-]{3,128})"),),
    "cloudwatch": (_arns(ALARM, r"(alarm:.{1,255})"),),
    "ecr": (_arns(REPOSITORY, rf"repository/({_REPOSITORY_NAME})", by_name=True),),
    "ecs": (
        _arns(CLUSTER, r"(cluster/[\w-]+)"),
        _arns(SERVICE, r"(service/(?:[\w-]+/)?[\w-]+)"),
        _arns(TASK_DEFINITION, r"(task-definition/[\w-]+:\d+)"),
    ),
    "elasticloadbalancing": (
        _arns(LISTENER, r"(listener/(?:app|net|gwy)/[\w-]+/[0-9a-f]+/[0-9a-f]+)"),
        _arns(LOAD_BALANCER, r"(loadbalancer/(?:app|net|gwy)/[\w-]+/[0-9a-f]+)"),
        _arns(TARGET_GROUP, r"(targetgroup/[\w-]+/[0-9a-f]+)"),
    ),
    "guardduty": (_arns(DETECTOR, rf"detector/({_DETECTOR_ID})", by_name=True),),
    "iam": (
        _arns(ROLE, rf"role/(?:[!-~]+/)?({_ROLE_NAME})", by_name=True),
        _arns(MANAGED_POLICY, r"(policy/(?:[!-~]+/)?[\w+=,.@-]{1,128})"),
    ),
    "kms": (_arns(KEY, rf"(key/{_KEY_ID}|alias/[\w/-]+)"),),
    "logs": (_arns(LOG_GROUP, rf"log-group:({_LOG_GROUP_NAME})(?::\*)?", by_name=True),),
    "rds": (
        _arns(DB_CLUSTER, rf"cluster:({_INSTANCE_ID})", by_name=True),
        _arns(INSTANCE, rf"db:({_INSTANCE_ID})", by_name=True),
    ),
    # An object's ARN, or the one for all of a bucket's objects, names the bucket too.
    "s3": (_arns(BUCKET, rf"({_BUCKET_NAME})(?:/.*)?", by_name=True),),
    "sns": (_arns(TOPIC, r"([\w-]{1,256}(?:\.fifo)?)"),),
    # ECS adds the JSON key, stage and version of the secret's value to the ARN.
    "secretsmanager": (_arns(SECRET, r"(secret:[\w/+=.@!-]+)(?::[^:]*){0,3}"),),
    "wafv2": (_arns(WEB_ACL, rf"(regional/webacl/[\w-]+/{_UUID})"),),
}

_URL = re.compile(r"(?:[a-z][a-z0-9+.:-]*://)?(?P<host>[A-Za-z0-9._-]+?)\.?(?::\d+)?(?:/\S*)?", re.ASCII)
_AMAZON = r"\.amazonaws\.com(?:\.cn)?"
_HOSTS = tuple(
    (kind, re.compile(pattern, re.ASCII))
    for kind, pattern in (
        (
            LOAD_BALANCER,
            rf"(?:dualstack\.)?(?:internal-)?(?P<name>{_LOAD_BALANCER_NAME})-\d+\.{_REGION}\.elb{_AMAZON}",
        ),
        (LOAD_BALANCER, rf"(?P<name>{_LOAD_BALANCER_NAME})-[0-9a-f]{{16}}\.elb\.{_REGION}{_AMAZON}"),
        (DB_CLUSTER, rf"(?P<name>{_INSTANCE_ID})\.cluster-(?:ro-)?[a-z0-9]+\.{_REGION}\.rds{_AMAZON}"),
        # The middle part is the account's own; those of a cluster or of a proxy hold a hyphen.
        (INSTANCE, rf"(?P<name>{_INSTANCE_ID})\.[a-z0-9]+\.{_REGION}\.rds{_AMAZON}"),
        (BUCKET, rf"(?P<name>{_BUCKET_NAME})\.s3(?:-fips)?(?:\.dualstack)?(?:[.-](?:website[.-])?{_REGION})?{_AMAZON}"),
    )
)
_IMAGE = re.compile(
    rf"(?P<account>\d{{12}})\.dkr\.ecr(?:-fips)?\.{_REGION}{_AMAZON}/(?P<name>{_REPOSITORY_NAME})"
    r"(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)
_BUCKET_URL = re.compile(rf"s3://(?P<name>{_BUCKET_NAME})(?:/.*)?", re.ASCII)

_Key: TypeAlias = Callable[[str, str, str], str]


class _Bare(NamedTuple):
    """Values that mean something only under a name: the words it ends in, what the value looks like, the key for it."""

    kind: str
    endings: tuple[str, ...]
    pattern: re.Pattern[str]
    key: _Key


def _same(value: str, _account: str, _region: str) -> str:
    return value


def _lower(value: str, _account: str, _region: str) -> str:
    return value.lower()  # as RDS keeps identifiers


def _kms_arn(value: str, account: str, region: str) -> str:
    path = value if value.startswith("alias/") else f"key/{value}"
    return f"arn:{partition(region)}:kms:{region}:{account}:{path}"


def _cluster_arn(value: str, account: str, region: str) -> str:
    return f"arn:{partition(region)}:ecs:{region}:{account}:cluster/{value}"


def _bare(kind: str, endings: str, value: str, key: _Key = _same) -> _Bare:
    return _Bare(kind, tuple(endings.split(", ")), re.compile(value, re.ASCII), key)


_BARE = (
    _bare(BUCKET, "bucket, bucket name, bucket id", rf"(?!\d+\.\d+\.\d+\.\d+\Z){_BUCKET_NAME}"),
    _bare(LOG_GROUP, "log group, log group name", _LOG_GROUP_NAME),
    # RDS's other name for an instance, db- and capitals, is no identifier.
    _bare(
        INSTANCE,
        "db identifier, db instance id, db instance identifier, database identifier, database instance id, "
        "database instance identifier, rds identifier, rds instance id, rds instance identifier",
        rf"(?!db-[A-Z0-9]{{20,}}\Z){_INSTANCE_ID}",
        _lower,
    ),
    _bare(
        DB_CLUSTER,
        "db cluster id, db cluster identifier, rds cluster identifier, rds cluster id, aurora cluster id, "
        "aurora cluster identifier, database cluster identifier",
        rf"(?!cluster-[A-Z0-9]{{20,}}\Z){_INSTANCE_ID}",
        _lower,
    ),
    _bare(REPOSITORY, "ecr repository, ecr repository name, ecr repo, ecr repo name", _REPOSITORY_NAME),
    _bare(
        ROLE,
        "iam role, iam role name, execution role name, instance role name, lambda role name, monitoring role name, "
        "service role name, task role name",
        _ROLE_NAME,
    ),
    _bare(CLUSTER, "ecs cluster, ecs cluster name", r"[\w-]{1,255}", _cluster_arn),
    _bare(LOAD_BALANCER, "load balancer name, alb name", _LOAD_BALANCER_NAME),
    _bare(BACKUP_PLAN, "backup plan, backup plan id", _UUID),
    _bare(BACKUP_VAULT, "backup vault, backup vault name", _VAULT_NAME),
    _bare(DETECTOR, "detector, detector id", _DETECTOR_ID),
    _bare(RECORDER, "config recorder, config recorder name, configuration recorder name", r"[!-~]{1,256}"),
    _bare(KEY, "key id, encryption key, kms, kms key", _KEY_ID, _kms_arn),
    _bare(KEY, "alias, alias name, key, key id, kms", r"alias/[\w/-]+", _kms_arn),
)


def recognise(name: str, value: str, *, account: str, region: str) -> Question | None:
    """The question that ``value`` answers to, or None where it names no AWS resource.

    Takes the output's name, or a resource's type in its tool (``aws:s3/bucket:Bucket``): a type says the kind, so that
    a bucket's policy, whose id is the bucket's, is not taken for the bucket. ``account`` and ``region`` are the
    caller's. What is asked for by name keeps its whole ARN or host name where that is of another account or region,
    lest a resource of the same name here be judged in its place.
    """
    if not _TYPE.fullmatch(name):
        return _by_form(value, account, region) or _by_name(name, value, account, region)
    kind = kind_of_type(name)
    question = _by_form(value, account, region) or _by_kind(kind, value, account, region)
    return question if question is not None and question.kind == kind else None


def _by_form(value: str, account: str, region: str) -> Question | None:
    arn = parse_arn(value)
    if arn is not None:
        return _by_arn(value, arn, account, region)
    if match := _EC2_ID.fullmatch(value):
        kind = _EC2.get(match[1])
        return Question(kind, value) if kind else None
    return _by_image(value, account, region) or _by_host(value, region)


def _by_arn(text: str, arn: Arn, account: str, region: str) -> Question | None:
    if arn.service == "ec2":
        return _by_form(arn.resource.rpartition("/")[2], account, region) if "/" in arn.resource else None
    if arn.service == "s3" and arn.region:
        return None  # an access point; buckets' ARNs name no region
    if arn.account == "aws":
        return None  # AWS's own, of no stack: its managed policies
    own = arn.region in ("", region) and arn.account in ("", account)
    for form in _ARNS.get(arn.service, ()):
        if match := form.pattern.fullmatch(arn.resource):
            # Up to the end of what the ARN names: ECS writes more behind a secret's.
            whole = text[: len(text) - len(arn.resource) + match.end(1)]
            return Question(form.kind, match[1] if form.by_name and own else whole)
    return None


def _by_image(value: str, account: str, region: str) -> Question | None:
    """The repository of an image, where it is the caller's; another account's is not this stack's to answer for."""
    match = _IMAGE.fullmatch(value)
    if match is None or (match["account"], match["region"]) != (account, region):
        return None
    return Question(REPOSITORY, match["name"])


def _by_host(value: str, region: str) -> Question | None:
    if match := _BUCKET_URL.fullmatch(value):
        return Question(BUCKET, match["name"])
    url = _URL.fullmatch(value)
    for kind, pattern in _HOSTS if url else ():
        if url and (match := pattern.fullmatch(url["host"])):
            elsewhere = kind != BUCKET and match["region"] != region
            return Question(kind, url["host"] if elsewhere else match["name"])
    return None


def _by_name(name: str, value: str, account: str, region: str) -> Question | None:
    if value in ("true", "false") or value.isdigit():
        return None
    # Of a list it is the list's name that says what its members are: databaseLogGroupNames[0].
    parts = " ".join(words(re.sub(r"s?\[\d+\]$", "", name)))
    for form in _BARE:
        if f" {parts}".endswith(tuple(f" {ending}" for ending in form.endings)) and form.pattern.fullmatch(value):
            return Question(form.kind, form.key(value, account, region))
    return None


def _by_kind(kind: str | None, value: str, account: str, region: str) -> Question | None:
    for form in _BARE:
        if form.kind == kind and form.pattern.fullmatch(value):
            return Question(form.kind, form.key(value, account, region))
    return None
