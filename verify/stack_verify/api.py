"""The public surface: all that a team's own controls and tests may import. Nothing else of the package is public."""

from __future__ import annotations

from stack_verify.core.control import (
    Citation,
    Control,
    Verdict,
    control,
    failed,
    hipaa,
    not_applicable,
    passed,
    verdict,
    verified_elsewhere,
)
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.accessanalyzer import AccessFinding, Analyzer
from stack_verify.resources.account import (
    Account,
    AccountPublicAccessBlock,
    EbsEncryptionByDefault,
    InspectorStatus,
    LoginProfile,
    PasswordPolicy,
    SecurityContact,
    User,
    UserMfaDevices,
    VirtualMfaDevices,
)
from stack_verify.resources.acm import Certificate
from stack_verify.resources.backup import (
    BackupJob,
    BackupPlan,
    BackupSelection,
    BackupTags,
    BackupVault,
    RecoveryPoint,
    RestoreJob,
)
from stack_verify.resources.cloudtrail import EventSelectors, LastChange, Trail, TrailStatus, TrailTags
from stack_verify.resources.cloudwatch import Alarm, AlarmTags, DatabaseConnections, MetricAlarms
from stack_verify.resources.config import ConfigurationRecorder, DeliveryChannel, RecorderStatus
from stack_verify.resources.ec2 import (
    EIP,
    VPC,
    FlowLog,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VPCEndpoint,
)
from stack_verify.resources.ecr import ImageScan, Repository, RepositoryLifecycle, RepositoryPolicy, RepositoryTags
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import (
    ElbTags,
    Listener,
    ListenerCertificates,
    ListenerRule,
    LoadBalancer,
    LoadBalancerAttributes,
    TargetGroup,
    TargetGroupHealth,
)
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.kms import Key, KeyPolicy, KeyRotation, KeyTags
from stack_verify.resources.logs import LogGroup, LogGroupTags, MetricFilter, ResourcePolicies
from stack_verify.resources.probe import DatabasePort, Endpoint, ProbeRun
from stack_verify.resources.rds import (
    DatabasesOfVpc,
    DBEngineVersion,
    DBInstance,
    DBParameter,
    DBSnapshot,
    DBSnapshotAttributes,
)
from stack_verify.resources.resource import Resource
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.resources.routing import NetworkAcl, PrefixList, RouteTable
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
    BucketTags,
    BucketVersioning,
)
from stack_verify.resources.secretsmanager import Secret, SecretPolicy
from stack_verify.resources.sns import Topic, TopicSubscriptions, TopicTags
from stack_verify.resources.stack import DeclaredResource, StackOutput, StackOutputs
from stack_verify.resources.tagging import TaggedResource
from stack_verify.resources.wafv2 import LoggingConfiguration, WebACL, WebAclTags
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import Severity, Status

__all__ = [
    "EIP",
    "VPC",
    "AccessFinding",
    "Account",
    "AccountPublicAccessBlock",
    "Alarm",
    "AlarmTags",
    "Analyzer",
    "AttachedPolicies",
    "BackupJob",
    "BackupPlan",
    "BackupSelection",
    "BackupTags",
    "BackupVault",
    "Bucket",
    "BucketAcl",
    "BucketEncryption",
    "BucketLifecycle",
    "BucketLogging",
    "BucketObjectLock",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPolicyStatus",
    "BucketPublicAccessBlock",
    "BucketTags",
    "BucketVersioning",
    "Certificate",
    "Citation",
    "Cluster",
    "ConfigurationRecorder",
    "Control",
    "DBEngineVersion",
    "DBInstance",
    "DBParameter",
    "DBSnapshot",
    "DBSnapshotAttributes",
    "DatabaseConnections",
    "DatabasePort",
    "DatabasesOfVpc",
    "DeclaredResource",
    "DeliveryChannel",
    "Detector",
    "EbsEncryptionByDefault",
    "ElbTags",
    "Endpoint",
    "EventSelectors",
    "FlowLog",
    "HostRecords",
    "HostedZones",
    "ImageScan",
    "InspectorStatus",
    "InternetGateway",
    "Key",
    "KeyPolicy",
    "KeyRotation",
    "KeyTags",
    "LastChange",
    "Listener",
    "ListenerCertificates",
    "ListenerRule",
    "LoadBalancer",
    "LoadBalancerAttributes",
    "LogGroup",
    "LogGroupTags",
    "LoggingConfiguration",
    "LoginProfile",
    "ManagedPolicy",
    "MetricAlarms",
    "MetricFilter",
    "NatGateway",
    "NetworkAcl",
    "NetworkInterface",
    "PasswordPolicy",
    "Policy",
    "PolicyVersion",
    "PrefixList",
    "ProbeRun",
    "RecorderStatus",
    "RecoveryPoint",
    "Repository",
    "RepositoryLifecycle",
    "RepositoryPolicy",
    "RepositoryTags",
    "Resource",
    "ResourcePolicies",
    "RestoreJob",
    "Role",
    "RolePolicy",
    "RouteTable",
    "Secret",
    "SecretPolicy",
    "SecurityContact",
    "SecurityGroup",
    "Service",
    "Severity",
    "Snapshot",
    "StackOutput",
    "StackOutputs",
    "Status",
    "Subnet",
    "TaggedResource",
    "TargetGroup",
    "TargetGroupHealth",
    "TaskDefinition",
    "ThreatFinding",
    "Topic",
    "TopicSubscriptions",
    "TopicTags",
    "Trail",
    "TrailStatus",
    "TrailTags",
    "Unanswered",
    "User",
    "UserMfaDevices",
    "VPCEndpoint",
    "Verdict",
    "VirtualMfaDevices",
    "WebACL",
    "WebAclTags",
    "control",
    "failed",
    "hipaa",
    "not_applicable",
    "passed",
    "verdict",
    "verified_elsewhere",
]
