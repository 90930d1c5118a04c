"""The program: read the settings, compose the platform, export what was made."""

from stack import exports
from stack.account import Account, AccountArgs
from stack.address import Address, AddressArgs
from stack.alarm import AlarmSettings
from stack.alerts import Alerts, AlertsArgs
from stack.application_secret import ApplicationSecret, ApplicationSecretArgs
from stack.audit import Audit, AuditArgs, trail_arn
from stack.backup import Backup, BackupArgs
from stack.buckets import BucketsArgs, make_buckets
from stack.certificate import certificate_arn
from stack.configuration_history import ConfigurationHistory, ConfigurationHistoryArgs
from stack.database import Database, DatabaseArgs
from stack.encryption import Encryption, EncryptionArgs
from stack.endpoints import Endpoints, EndpointsArgs
from stack.flow_logs import FlowLogs, FlowLogsArgs
from stack.identity import Identity
from stack.ingress import Ingress, IngressArgs
from stack.location import locate
from stack.log_group import LogSettings
from stack.naming import Naming
from stack.network import Network, NetworkArgs
from stack.registry import Registry, RegistryArgs
from stack.resource_alarms import ResourceAlarms, ResourceAlarmsArgs
from stack.security_groups import SecurityGroups, SecurityGroupsArgs, Traffic, TrafficArgs
from stack.service import Cluster, ClusterArgs, Service, ServiceArgs
from stack.settings import StackSettings
from stack.task_roles import DATA_PREFIX, DATABASE_USER, TaskRoles, TaskRolesArgs
from stack.threat_detection import ThreatDetection, ThreatDetectionArgs
from stack.trail_alarms import TrailAlarms, TrailAlarmsArgs
from stack.waf import Firewall, FirewallArgs

settings = StackSettings.load()
location = locate(settings)
naming = Naming(settings.project, settings.environment, settings.suffix)
ports = settings.ports

own_trail = trail_arn(naming, location)
encryption = Encryption("encryption", EncryptionArgs(naming, location, own_trail))
logs = LogSettings(naming, encryption.logs.arn, settings.log_retention_days)

network = Network("network", NetworkArgs(naming, location, settings.vpc_cidr, settings.nat_gateways))
flow_logs = FlowLogs("flow-logs", FlowLogsArgs(naming, location, logs, network.vpc.id))
groups = SecurityGroups("security-groups", SecurityGroupsArgs(naming, network.vpc.id))

buckets = make_buckets(BucketsArgs(naming, location, settings, encryption, own_trail))
data_bucket, access_log_bucket = buckets.data, buckets.access_logs

endpoints = Endpoints(
    "endpoints", EndpointsArgs(naming, location, network, groups.endpoints.id, data_bucket.bucket.arn)
)
traffic = Traffic("traffic", TrafficArgs(naming, groups, ports, endpoints.s3.prefix_list_id, settings.internet_egress))

database = Database(
    "database",
    DatabaseArgs(
        naming=naming,
        location=location,
        settings=settings.database,
        logs=logs,
        production=settings.production,
        allow_destroy=settings.allow_destroy,
        port=ports.database,
        subnet_ids=[subnet.id for subnet in network.isolated_subnets],
        security_group_id=groups.database.id,
        storage_key_arn=encryption.database.arn,
        secret_key_arn=encryption.secrets.arn,
    ),
)

registry = Registry("registry", RegistryArgs(naming, encryption.registry.arn, settings.allow_destroy))
secret = ApplicationSecret(
    "application-secret",
    ApplicationSecretArgs(
        naming=naming,
        kms_key_arn=encryption.secrets.arn,
        allow_destroy=settings.allow_destroy,
        value=settings.service.application_secret,
        rotation=settings.rotation,
    ),
)

ingress = Ingress(
    "ingress",
    IngressArgs(
        naming=naming,
        allow_destroy=settings.allow_destroy,
        ports=ports,
        vpc_id=network.vpc.id,
        subnet_ids=[subnet.id for subnet in network.public_subnets],
        security_group_id=groups.alb.id,
        target_protocol=settings.service.target_protocol,
        health_check_path=settings.service.health_check_path,
        access_log_bucket=access_log_bucket.bucket.bucket,
        access_log_policy=access_log_bucket.policy,
        internet_gateway=network.internet_gateway,
        certificate_arn=certificate_arn(naming, settings.certificate),
    ),
)
address = Address("address", AddressArgs(naming, ingress, settings.certificate))

cluster = Cluster("cluster", ClusterArgs(naming, logs))
roles = TaskRoles(
    "task-roles",
    TaskRolesArgs(
        naming=naming,
        location=location,
        image=settings.service.image,
        repository_arn=registry.repository.arn,
        log_group_arn=cluster.task_logs.arn,
        secret_arn=secret.secret.arn,
        secret_key_arn=encryption.secrets.arn,
        bucket_arn=data_bucket.bucket.arn,
        bucket_key_arn=encryption.storage.arn,
        database_resource_id=database.instance.resource_id,
    ),
)
service = Service(
    "service",
    ServiceArgs(
        naming=naming,
        settings=settings.service,
        region=location.region,
        cluster=cluster,
        repository_url=registry.repository.repository_url,
        roles=roles,
        port=ports.container,
        variables={
            "ENVIRONMENT": settings.environment,
            "DATABASE_HOST": database.instance.address,
            "DATABASE_PORT": str(ports.database),
            "DATABASE_NAME": settings.database.name,
            "DATABASE_USER": DATABASE_USER,
            "DATA_BUCKET": data_bucket.bucket.bucket,
            "DATA_PREFIX": DATA_PREFIX,
        },
        secret_arn=secret.secret.arn,
        subnet_ids=[subnet.id for subnet in network.private_subnets],
        security_group_id=groups.tasks.id,
        target_group_arn=ingress.target_group.arn,
        after=[ingress, traffic, endpoints, secret, roles],
    ),
)

firewall = Firewall(
    "firewall", FirewallArgs(naming, logs, ingress.load_balancer.arn, settings.requests_per_five_minutes)
)
audit = Audit(
    "audit",
    AuditArgs(
        naming=naming,
        location=location,
        logs=logs,
        kms_key_arn=encryption.trail.arn,
        trail_bucket=buckets.trail,
        data_bucket_arn=data_bucket.bucket.arn,
    ),
)
alerts = Alerts("alerts", AlertsArgs(naming, location, encryption.alerts.arn, settings.alarm_email))
alarms = AlarmSettings(naming, alerts.topic.arn)
trail_alarms = TrailAlarms("trail-alarms", TrailAlarmsArgs(naming, audit.log_group.name, alarms))
resource_alarms = ResourceAlarms(
    "resource-alarms",
    ResourceAlarmsArgs(
        alarms=alarms,
        load_balancer_suffix=ingress.load_balancer.arn_suffix,
        target_group_suffix=ingress.target_group.arn_suffix,
        database_identifier=database.instance.identifier,
        allocated_storage_gib=settings.database.allocated_storage_gib,
    ),
)
backup = Backup(
    "backup",
    BackupArgs(
        naming=naming,
        location=location,
        settings=settings.backup,
        kms_key_arn=encryption.backup.arn,
        allow_destroy=settings.allow_destroy,
        protected=[database.instance.arn, data_bucket.bucket.arn],
    ),
)

account = Account("account", AccountArgs(naming, location, settings.account))
optional: list[exports.Exporting] = []
if settings.account.guard_duty:
    optional.append(ThreatDetection("threat-detection", ThreatDetectionArgs(naming)))
if buckets.configuration is not None:
    optional.append(
        ConfigurationHistory(
            "configuration-history",
            ConfigurationHistoryArgs(naming, location, buckets.configuration, encryption.storage.arn),
        )
    )

exports.publish(
    Identity(settings, location),
    encryption,
    network,
    flow_logs,
    groups,
    *buckets.all,
    endpoints,
    database,
    registry,
    secret,
    ingress,
    address,
    cluster,
    roles,
    service,
    firewall,
    audit,
    alerts,
    trail_alarms,
    resource_alarms,
    backup,
    account,
    *optional,
)
