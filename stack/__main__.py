"""The program: read the settings, compose the platform, export what was made."""

from stack import exports
from stack.address import Address, AddressArgs
from stack.application_secret import ApplicationSecret, ApplicationSecretArgs
from stack.certificate import certificate_arn
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
from stack.private_bucket import LogDelivery, PrivateBucket, PrivateBucketArgs
from stack.registry import Registry, RegistryArgs
from stack.security_groups import SecurityGroups, SecurityGroupsArgs, Traffic, TrafficArgs
from stack.service import Cluster, ClusterArgs, Service, ServiceArgs
from stack.settings import StackSettings
from stack.task_roles import DATA_PREFIX, DATABASE_USER, TaskRoles, TaskRolesArgs

settings = StackSettings.load()
location = locate(settings)
naming = Naming(settings.project, settings.environment, settings.suffix)
ports = settings.ports

encryption = Encryption("encryption", EncryptionArgs(naming, location))
logs = LogSettings(naming, encryption.logs.arn, settings.log_retention_days)

network = Network("network", NetworkArgs(naming, location, settings.vpc_cidr, settings.nat_gateways))
flow_logs = FlowLogs("flow-logs", FlowLogsArgs(naming, location, logs, network.vpc.id))
groups = SecurityGroups("security-groups", SecurityGroupsArgs(naming, network.vpc.id))

data_bucket = PrivateBucket(
    "data",
    PrivateBucketArgs(
        naming=naming,
        location=location,
        part="data",
        name_output=exports.DATA_BUCKET_NAME,
        arn_output=exports.DATA_BUCKET_ARN,
        kms_key_arn=encryption.storage.arn,
    ),
)
access_log_bucket = PrivateBucket(
    "access-logs",
    PrivateBucketArgs(
        naming=naming,
        location=location,
        part="alb-logs",
        name_output=exports.ACCESS_LOG_BUCKET_NAME,
        arn_output=exports.ACCESS_LOG_BUCKET_ARN,
        # No key of ours: Elastic Load Balancing delivers only to buckets that S3 encrypts with its own (SSE-S3).
        kms_key_arn=None,
        expire_days=settings.log_retention_days,
        # The service principal works in every region; the accounts by region that AWS once published do not.
        # The path below the account's id is the guard: a load balancer's logs go to its own account's path alone.
        writer=LogDelivery("logdelivery.elasticloadbalancing.amazonaws.com"),
    ),
)

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
        port=ports.database,
        subnet_ids=[subnet.id for subnet in network.isolated_subnets],
        security_group_id=groups.database.id,
        storage_key_arn=encryption.database.arn,
        secret_key_arn=encryption.secrets.arn,
    ),
)

registry = Registry("registry", RegistryArgs(naming, encryption.registry.arn))
secret = ApplicationSecret(
    "application-secret",
    ApplicationSecretArgs(naming, encryption.secrets.arn, settings.service.application_secret),
)

ingress = Ingress(
    "ingress",
    IngressArgs(
        naming=naming,
        production=settings.production,
        ports=ports,
        vpc_id=network.vpc.id,
        subnet_ids=[subnet.id for subnet in network.public_subnets],
        security_group_id=groups.alb.id,
        health_check_path=settings.service.health_check_path,
        access_log_bucket=access_log_bucket.bucket.bucket,
        access_log_policy=access_log_bucket.policy,
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

exports.publish(
    Identity(settings, location),
    encryption,
    network,
    flow_logs,
    groups,
    data_bucket,
    access_log_bucket,
    endpoints,
    database,
    registry,
    secret,
    ingress,
    address,
    cluster,
    roles,
    service,
)
