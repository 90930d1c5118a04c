"""The least-privilege IAM policy for a run: what its collectors need, on as few resources as IAM lets it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stack_verify.collect.actions import iam_action
from stack_verify.collect.collector import Collector
from stack_verify.resources.partitions import partition

ANY = "*"
EVERYTHING = ("*",)
# JSON of IAM's policy language.
Document = dict[str, Any]
# IAM's quota for a managed policy, in characters without white space (IAM user guide, "IAM and AWS STS quotas").
MANAGED_POLICY_SIZE = 6144

_BUCKETS = ("arn:{partition}:s3:::*",)
_BACKUP_PLANS = "arn:{partition}:backup:{region}:{account}:backup-plan:*"
_BACKUP_VAULTS = "arn:{partition}:backup:{region}:{account}:backup-vault:*"
_BALANCERS = "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/*"
_DATABASES = "arn:{partition}:rds:{region}:{account}:db:*"
_CLUSTERS = "arn:{partition}:rds:{region}:{account}:cluster:*"
_CLUSTER_SNAPSHOTS = "arn:{partition}:rds:{region}:{account}:cluster-snapshot:*"
_GROUPS = ("arn:{partition}:iam::{account}:group/*",)
_KEYS = ("arn:{partition}:kms:{region}:{account}:key/*",)
_LOG_GROUPS = ("arn:{partition}:logs:{region}:{account}:log-group:*",)
# AWS's own managed policies and prefix lists are of an account named "aws".
_POLICIES = ("arn:{partition}:iam::{account}:policy/*", "arn:{partition}:iam::aws:policy/*")
_DISTRIBUTIONS = ("arn:{partition}:cloudfront::{account}:distribution/*",)
_PREFIX_LISTS = (
    "arn:{partition}:ec2:{region}:{account}:prefix-list/*",
    "arn:{partition}:ec2:{region}:aws:prefix-list/*",
)
_REPOSITORIES = ("arn:{partition}:ecr:{region}:{account}:repository/*",)
_ROLES = ("arn:{partition}:iam::{account}:role/*",)
_ZONES = ("arn:{partition}:route53:::hostedzone/*",)
_SECRETS = ("arn:{partition}:secretsmanager:{region}:{account}:secret:*",)
_SNAPSHOTS = "arn:{partition}:rds:{region}:{account}:snapshot:*"
_TOPICS = ("arn:{partition}:sns:{region}:{account}:*",)
_TRAILS = ("arn:{partition}:cloudtrail:{region}:{account}:trail/*",)
_USERS = ("arn:{partition}:iam::{account}:user/*",)
_WEB_ACLS = "arn:{partition}:wafv2:{region}:{account}:*/webacl/*"

# What IAM lets an action be allowed on (AWS Service Authorization Reference). An action that is not here knows no
# resources, or is one of those in UNSCOPED.
SCOPES: Mapping[str, tuple[str, ...]] = {
    "access-analyzer:ListFindings": ("arn:{partition}:access-analyzer:{region}:{account}:analyzer/*",),
    "account:GetAlternateContact": ("arn:{partition}:account::{account}:account",),
    "acm:DescribeCertificate": ("arn:{partition}:acm:{region}:{account}:certificate/*",),
    "backup:GetBackupPlan": (_BACKUP_PLANS,),
    "backup:GetBackupSelection": (_BACKUP_PLANS,),
    "backup:GetBackupVaultAccessPolicy": (_BACKUP_VAULTS,),
    "backup:ListBackupSelections": (_BACKUP_PLANS,),
    "backup:ListRecoveryPointsByBackupVault": (_BACKUP_VAULTS,),
    "backup:ListTags": (_BACKUP_PLANS, _BACKUP_VAULTS),
    "cloudfront:GetDistribution": _DISTRIBUTIONS,
    "cloudtrail:GetEventSelectors": _TRAILS,
    "cloudtrail:GetTrailStatus": _TRAILS,
    "cloudtrail:ListTags": _TRAILS,
    "cloudwatch:ListTagsForResource": ("arn:{partition}:cloudwatch:{region}:{account}:alarm:*",),
    "ec2:GetManagedPrefixListEntries": _PREFIX_LISTS,
    "ecr:BatchGetRepositoryScanningConfiguration": _REPOSITORIES,
    "ecr:DescribeImageScanFindings": _REPOSITORIES,
    "ecr:DescribeRepositories": _REPOSITORIES,
    "ecr:GetLifecyclePolicy": _REPOSITORIES,
    "ecr:GetRepositoryPolicy": _REPOSITORIES,
    "ecr:ListTagsForResource": _REPOSITORIES,
    "ecs:DescribeClusters": ("arn:{partition}:ecs:{region}:{account}:cluster/*",),
    "ecs:DescribeServices": ("arn:{partition}:ecs:{region}:{account}:service/*",),
    "events:ListTargetsByRule": ("arn:{partition}:events:{region}:{account}:rule/*",),
    "guardduty:GetDetector": ("arn:{partition}:guardduty:{region}:{account}:detector/*",),
    "iam:GetAccessKeyLastUsed": _USERS,
    "iam:GetGroup": _GROUPS,
    "iam:GetGroupPolicy": _GROUPS,
    "iam:GetLoginProfile": _USERS,
    "iam:GetPolicy": _POLICIES,
    "iam:GetPolicyVersion": _POLICIES,
    "iam:GetRole": _ROLES,
    "iam:GetRolePolicy": _ROLES,
    "iam:GetUser": _USERS,
    "iam:GetUserPolicy": _USERS,
    "iam:ListAccessKeys": _USERS,
    "iam:ListAttachedGroupPolicies": _GROUPS,
    "iam:ListAttachedRolePolicies": _ROLES,
    "iam:ListAttachedUserPolicies": _USERS,
    "iam:ListGroupPolicies": _GROUPS,
    "iam:ListGroupsForUser": _USERS,
    "iam:ListMFADevices": _USERS,
    "iam:ListRolePolicies": _ROLES,
    "iam:ListUserPolicies": _USERS,
    "kms:DescribeKey": _KEYS,
    "kms:GetKeyPolicy": _KEYS,
    "kms:GetKeyRotationStatus": _KEYS,
    "kms:ListGrants": _KEYS,
    "kms:ListResourceTags": _KEYS,
    "logs:DescribeMetricFilters": _LOG_GROUPS,
    "logs:ListTagsForResource": _LOG_GROUPS,
    "rds:DescribeDBClusterParameters": ("arn:{partition}:rds:{region}:{account}:cluster-pg:*",),
    "rds:DescribeDBClusterSnapshotAttributes": (_CLUSTER_SNAPSHOTS,),
    "rds:DescribeDBClusterSnapshots": (_CLUSTERS, _CLUSTER_SNAPSHOTS),
    "rds:DescribeDBClusters": (_CLUSTERS,),
    "rds:DescribeDBInstances": (_DATABASES,),
    "rds:DescribeDBParameters": ("arn:{partition}:rds:{region}:{account}:pg:*",),
    "rds:DescribeDBProxies": ("arn:{partition}:rds:{region}:{account}:db-proxy:*",),
    "rds:DescribeDBSnapshotAttributes": (_SNAPSHOTS,),
    "rds:DescribeDBSnapshots": (_DATABASES, _SNAPSHOTS),
    "route53:ListResourceRecordSets": _ZONES,
    "s3:GetBucketAcl": _BUCKETS,
    "s3:GetBucketLogging": _BUCKETS,
    "s3:GetBucketNotification": _BUCKETS,
    "s3:GetBucketObjectLockConfiguration": _BUCKETS,
    "s3:GetBucketOwnershipControls": _BUCKETS,
    "s3:GetBucketPolicy": _BUCKETS,
    "s3:GetBucketPolicyStatus": _BUCKETS,
    "s3:GetBucketPublicAccessBlock": _BUCKETS,
    "s3:GetBucketTagging": _BUCKETS,
    "s3:GetBucketVersioning": _BUCKETS,
    "s3:GetEncryptionConfiguration": _BUCKETS,
    "s3:GetLifecycleConfiguration": _BUCKETS,
    "s3:GetReplicationConfiguration": _BUCKETS,
    "s3:ListBucket": _BUCKETS,
    "securityhub:DescribeHub": ("arn:{partition}:securityhub:{region}:{account}:hub/default",),
    "secretsmanager:DescribeSecret": _SECRETS,
    "secretsmanager:GetResourcePolicy": _SECRETS,
    "sns:GetTopicAttributes": _TOPICS,
    "sns:ListSubscriptionsByTopic": _TOPICS,
    "sns:ListTagsForResource": _TOPICS,
    "ssm:DescribeInstancePatchStates": ("arn:{partition}:ec2:{region}:{account}:instance/*",),
    "wafv2:GetIPSet": ("arn:{partition}:wafv2:{region}:{account}:*/ipset/*/*",),
    "wafv2:GetLoggingConfiguration": (_WEB_ACLS,),
    "wafv2:GetWebACL": (_WEB_ACLS,),
    "wafv2:GetWebACLForResource": (_BALANCERS, _WEB_ACLS),
    "wafv2:ListTagsForResource": (_WEB_ACLS,),
}

# Actions that IAM could tie to resources, and that a run needs on all: why.
UNSCOPED: Mapping[str, str] = {
    "cloudwatch:DescribeAlarms": "composite alarms are described to those who may describe all (API reference)",
    "cloudwatch:GetMetricData": "the metrics of AWS's services are in no dataset",
    "config:DescribeConfigurationRecorders": "it is asked by name, and a recorder's ARN holds an id besides",
    "config:DescribeConfigurationRecorderStatus": "it is asked by name, and a recorder's ARN holds an id besides",
}


def actions(collectors: Iterable[Collector]) -> tuple[str, ...]:
    """The IAM actions that the collectors may need, sorted. ``sts:GetCallerIdentity`` needs no permission."""
    return tuple(sorted({iam_action(api) for collector in collectors for api in collector.apis}))


def scopes(collectors: Iterable[Collector]) -> Mapping[str, tuple[str, ...]]:
    """What each action can be allowed on: as its collector says itself, or the list here."""
    return {**SCOPES, **{iam_action(api): each.on for each in collectors if each.on for api in each.apis}}


def least_privilege(collectors: Iterable[Collector], *, account: str = ANY, region: str = ANY) -> Document:
    """The IAM policy document that allows what the collectors may call, and nothing else.

    Takes the account and the region to allow it in. Buckets have neither in their ARNs, so a condition says whose.
    """
    fitting: dict[tuple[str, ...], list[str]] = defaultdict(list)
    collectors = tuple(collectors)
    known = scopes(collectors)
    for action in actions(collectors):
        fitting[known.get(action, EVERYTHING)].append(action)
    # The partition cannot be told without a region, and "*" is allowed in its place.
    names = {"partition": ANY if region == ANY else partition(region), "region": region, "account": account}
    statements = [_statement(on, allowed, names) for on, allowed in sorted(fitting.items())]
    return {"Version": "2012-10-17", "Statement": statements}


def in_managed_policies(document: Document) -> tuple[Document, ...]:
    """The policy as managed policies of a size that IAM accepts, which together allow the same: one where it fits."""
    parts: list[list[Document]] = [[]]
    for statement in (part for whole in document["Statement"] for part in _small(whole)):
        if parts[-1] and _size([*parts[-1], statement]) > MANAGED_POLICY_SIZE:
            parts.append([])
        parts[-1].append(statement)
    return tuple({**document, "Statement": part} for part in parts)


def _small(statement: Document) -> Iterator[Document]:
    """The statement, or several with a part of its actions each where it alone would be too large."""
    half = len(statement["Action"]) // 2
    if half and _size([statement]) > MANAGED_POLICY_SIZE:
        for actions in (statement["Action"][:half], statement["Action"][half:]):
            yield from _small({**statement, "Action": actions})
    else:
        yield statement


def _size(statements: list[Document]) -> int:
    return len(json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":")))


def _statement(scopes: tuple[str, ...], allowed: list[str], names: Mapping[str, str]) -> Document:
    statement: Document = {
        "Effect": "Allow",
        "Action": allowed,
        "Resource": [scope.format_map(names) for scope in scopes],
    }
    if scopes == _BUCKETS and names["account"] != ANY:
        statement["Condition"] = {"StringEquals": {"aws:ResourceAccount": names["account"]}}
    return statement
