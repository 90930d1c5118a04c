"""How a resource is changed in place, for the types whose change is emulated."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from stack.local.declared import Declared, Properties
from stack.local.endpoint import Clients
from stack.local.errors import DeploymentError
from stack.local.plan import Held
from stack.local.resources import CREATORS
from stack.local.resources.containers import change_service
from stack.local.resources.load_balancing import change_listener, change_load_balancer
from stack.local.resources.security_groups import change_rule

FOR_THE_PROVIDER: Final[Mapping[str, frozenset[str]]] = {
    "aws:backup/vault:Vault": frozenset({"forceDestroy"}),
    "aws:ecr/repository:Repository": frozenset({"forceDelete"}),
    "aws:ecs/service:Service": frozenset({"waitForSteadyState"}),
    "aws:kms/key:Key": frozenset({"deletionWindowInDays"}),
    "aws:rds/instance:Instance": frozenset(
        {"allowMajorVersionUpgrade", "deleteAutomatedBackups", "finalSnapshotIdentifier", "skipFinalSnapshot"}
    ),
    "aws:s3/bucket:Bucket": frozenset({"forceDestroy"}),
    "aws:secretsmanager/secret:Secret": frozenset({"recoveryWindowInDays"}),
}
"""What the provider keeps for the day of deletion: a change of it reaches no API call."""

# Creating these is one call that puts what is declared in the place of what is there.
_PUT: Final = frozenset(
    {
        "aws:cfg/recorder:Recorder",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:guardduty/detectorFeature:DetectorFeature",
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    }
)


class Changer(Protocol):
    """Changes one resource that a state holds."""

    def __call__(self, held: Held, declared: Declared, clients: Clients) -> Properties:
        """Changes it to what is declared, and returns the outputs that the change gave."""


def _key(held: Held, declared: Declared, clients: Clients) -> Properties:
    clients.client("kms").put_key_policy(KeyId=held["id"], PolicyName="default", Policy=declared.inputs["policy"])
    return {}


def _log_group(held: Held, declared: Declared, clients: Clients) -> Properties:
    days = declared.inputs["retentionInDays"]
    clients.client("logs").put_retention_policy(logGroupName=held["id"], retentionInDays=days)
    return {}


def _database(held: Held, declared: Declared, clients: Clients) -> Properties:
    wanted: dict[str, Any] = {
        member: declared.inputs[name] for name, member in _OF_A_DATABASE.items() if name in declared.inputs
    }
    name = held["inputs"]["identifier"]
    clients.client("rds").modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **wanted)
    return {}


_OF_A_DATABASE: Final = {
    "allocatedStorage": "AllocatedStorage",
    "backupRetentionPeriod": "BackupRetentionPeriod",
    "deletionProtection": "DeletionProtection",
    "engineVersion": "EngineVersion",
    "instanceClass": "DBInstanceClass",
    "parameterGroupName": "DBParameterGroupName",
}

_OF_A_RULE: Final = frozenset({"description", "fromPort", "toPort"})

_CHANGERS: Final[Mapping[str, tuple[frozenset[str], Changer]]] = {
    "aws:cloudwatch/logGroup:LogGroup": (frozenset({"retentionInDays"}), _log_group),
    "aws:ecs/service:Service": (
        frozenset({"desiredCount", "healthCheckGracePeriodSeconds", "loadBalancers", "taskDefinition"}),
        change_service,
    ),
    "aws:kms/key:Key": (frozenset({"policy"}), _key),
    "aws:lb/listener:Listener": (frozenset({"defaultActions", "sslPolicy"}), change_listener),
    "aws:lb/loadBalancer:LoadBalancer": (frozenset({"enableDeletionProtection"}), change_load_balancer),
    "aws:rds/instance:Instance": (frozenset(_OF_A_DATABASE), _database),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (
        frozenset({"description", "fromPort", "toPort"}),
        change_rule,
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
        frozenset({"description", "fromPort", "toPort"}),
        change_rule,
    ),
}
"""By type, the inputs whose change is emulated, and how."""


def change(held: Held, name: str, inputs: Properties, changed: frozenset[str], clients: Clients) -> Properties:
    """Changes a resource in place and returns the outputs that the change gave.

    Raises:
        DeploymentError: The change of one of its inputs is not emulated.

    """
    kind = held["type"]
    asked = changed - FOR_THE_PROVIDER.get(kind, frozenset())
    declared = Declared(kind, name, inputs)
    if not asked:
        return {}
    if kind in _PUT:
        return CREATORS[kind](declared, clients).outputs
    known, changer = _CHANGERS.get(kind, (frozenset[str](), None))
    if changer is None or asked - known:
        raise DeploymentError(
            f"{kind} ({name}): changing {', '.join(sorted(asked - known))} in place is not emulated; `preview` "
            "tells the plan, and a fresh moto takes the new settings"
        )
    return changer(held, declared, clients)
