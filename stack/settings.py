"""The settings of one stack, read and validated once, before anything is created."""

import ipaddress
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from stack.certificate_settings import Domain, ExistingCertificate, read_certificate
from stack.config_reader import ConfigReader
from stack.image import Image, read_image
from stack.ports import Ports
from stack.safeguard_settings import (
    AccountSettings,
    AuditSettings,
    BackupSettings,
    RotationSettings,
    read_account,
    read_alarm_email,
    read_audit,
    read_backup,
    read_request_rate,
    read_rotation,
)

ENVIRONMENTS = ("dev", "prod")
ZONES = range(2, 6)
ZONE_NAME = r"[a-z]{2}(-[a-z]+)+-\d[a-z]"
VPC_PREFIXES = range(16, 21)
CLOUDWATCH_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180),
    *(365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
FARGATE_MEMORY = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
}
UNPRIVILEGED_PORTS = range(1024, 65536)
RDS_PORTS = range(1150, 65536)


@dataclass(frozen=True)
class DatabaseSettings:
    """What the database is asked to be."""

    name: str
    instance_class: str
    engine_version: str
    allocated_storage_gib: int
    backup_retention_days: int


@dataclass(frozen=True)
class ServiceSettings:
    """What the service is asked to run."""

    image: Image | None
    target_protocol: str
    health_check_path: str
    desired_count: int
    cpu: int
    memory_mib: int
    application_secret: pulumi.Output[str]


@dataclass(frozen=True)
class StackSettings:
    """Everything that a deployer chooses."""

    project: str
    environment: str
    suffix: str
    region: str
    zones: int | tuple[str, ...]
    vpc_cidr: str
    nat_gateways: int
    internet_egress: bool
    ports: Ports
    database: DatabaseSettings
    service: ServiceSettings
    log_retention_days: int
    certificate: ExistingCertificate | Domain | None
    requests_per_five_minutes: int
    audit: AuditSettings
    backup: BackupSettings
    rotation: RotationSettings | None
    alarm_email: str | None
    allow_destroy: bool
    account: AccountSettings

    @property
    def production(self) -> bool:
        """Whether the stack holds production data."""
        return self.environment == "prod"

    @classmethod
    def load(cls) -> "StackSettings":
        """Return the settings of the current stack; raise SettingsError naming every key that is wrong."""
        provider = ConfigReader(pulumi.Config("aws"))
        region = provider.text("region", r"[a-z]{2}(-[a-z]+)+-\d", "the region to deploy to, such as sa-east-1")
        reader = ConfigReader(pulumi.Config(), provider.problems)
        environment = reader.text("environment", "|".join(ENVIRONMENTS), " or ".join(ENVIRONMENTS))
        production = environment == "prod"
        zones = _zones(reader, region)
        nat_gateways = _nat_gateways(reader, zones, production=production)
        internet_egress = _internet_egress(reader, nat_gateways)
        image = read_image(reader, region=region, internet_egress=internet_egress)
        certificate = read_certificate(reader, production=production, region=region)
        settings = cls(
            project=pulumi.get_project(),
            environment=environment,
            suffix=_suffix(reader),
            region=region,
            zones=zones,
            vpc_cidr=_vpc_cidr(reader),
            nat_gateways=nat_gateways,
            internet_egress=internet_egress,
            ports=_ports(reader, production=production),
            database=_database(reader),
            service=_service(reader, image, production=production),
            log_retention_days=_log_retention_days(reader),
            certificate=certificate,
            requests_per_five_minutes=read_request_rate(reader),
            audit=read_audit(reader),
            backup=read_backup(reader),
            rotation=read_rotation(reader, region),
            alarm_email=read_alarm_email(reader),
            allow_destroy=reader.boolean("allowDestroy", default=not production),
            account=read_account(reader, production=production),
        )
        reader.finish()
        return settings


def _suffix(reader: ConfigReader) -> str:
    # A load balancer's name may have 32 characters: the suffix gets what the longest such name leaves.
    meaning = "2 to 14 lower-case letters, digits or single hyphens, beginning with a letter and not ending in a hyphen"
    return reader.text("environmentSuffix", r"(?=.{2,14}$)[a-z][a-z0-9]*(-[a-z0-9]+)*", meaning)


def _zones(reader: ConfigReader, region: str) -> int | tuple[str, ...]:
    raw = reader.config.get("availabilityZones") or str(ZONES.start)
    meaning = f"a number from {ZONES.start} to {ZONES.stop - 1}, or a list of as many zones of {region}"
    try:
        value: object = json.loads(raw)
    except json.JSONDecodeError:
        value = None
    if isinstance(value, int) and value in ZONES:
        return value
    if isinstance(value, list) and _are_zones(value, region):
        return tuple(value)
    reader.refuse("availabilityZones", f"is {raw!r}; set it to {meaning}")
    return ZONES.start


def _are_zones(names: Sequence[object], region: str) -> bool:
    valid = [name for name in names if isinstance(name, str) and re.fullmatch(ZONE_NAME, name)]
    return len(valid) == len(names) == len(set(valid)) and len(names) in ZONES and all(n[:-1] == region for n in valid)


def _nat_gateways(reader: ConfigReader, zones: int | tuple[str, ...], *, production: bool) -> int:
    per_zone = zones if isinstance(zones, int) else len(zones)
    choices = {"perZone": per_zone} if production else {"0": 0, "1": 1, "perZone": per_zone}
    value = reader.config.get("natGateways") or ("perZone" if production else "1")
    if value not in choices:
        reader.refuse("natGateways", f"is {value!r}; set it to {' or '.join(choices)}")
    return choices.get(value, per_zone)


def _internet_egress(reader: ConfigReader, nat_gateways: int) -> bool:
    allowed = reader.boolean("allowInternetEgress", default=False)
    if allowed and nat_gateways == 0:
        reader.refuse("allowInternetEgress", "is true without a NAT gateway; set natGateways to 1 or more")
    return allowed


def _vpc_cidr(reader: ConfigReader) -> str:
    value = reader.config.get("vpcCidr") or "10.20.0.0/16"
    meaning = f"a private IPv4 network of /{VPC_PREFIXES.start} to /{VPC_PREFIXES.stop - 1}, such as 10.20.0.0/16"
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        reader.refuse("vpcCidr", f"is {value!r}; set it to {meaning}")
        return value
    if network.prefixlen not in VPC_PREFIXES or not network.is_private:
        reader.refuse("vpcCidr", f"is {value!r}; set it to {meaning}")
    return value


def _ports(reader: ConfigReader, *, production: bool) -> Ports:
    container = reader.integer("containerPort", 8080, UNPRIVILEGED_PORTS, "a port from 1024 to 65535")
    database = reader.integer("databasePort", 5432, RDS_PORTS, "a port from 1150 to 65535")
    return Ports.of(production=production, container=container, database=database)


def _database(reader: ConfigReader) -> DatabaseSettings:
    name = reader.text("databaseName", r"[a-z][a-z0-9_]{0,62}", "lower-case letters, digits or _", "healthcare")
    instance_class = reader.text("databaseInstanceClass", r"db\.[a-z0-9-]+\.[a-z0-9]+", "db.*.*", "db.t4g.medium")
    engine_version = reader.text("databaseEngineVersion", r"1[3-9](\.\d+)?", "a PostgreSQL version from 13", "17")
    storage = range(20, 65537)
    # Thirty days is this platform's floor; thirty-five is what RDS can keep.
    retention = range(30, 36)
    return DatabaseSettings(
        name=name,
        instance_class=instance_class,
        engine_version=engine_version,
        allocated_storage_gib=reader.integer("allocatedStorage", 20, storage, "GiB from 20 to 65536"),
        backup_retention_days=reader.integer("backupRetentionDays", 30, retention, "30 to 35 days"),
    )


def _service(reader: ConfigReader, image: Image | None, *, production: bool) -> ServiceSettings:
    cpu_units = tuple(FARGATE_MEMORY)
    cpu = reader.integer("cpu", 256, cpu_units, f"one of {cpu_units}")
    memory = FARGATE_MEMORY[cpu]
    return ServiceSettings(
        image=image,
        target_protocol=reader.text("targetProtocol", "HTTPS?", "HTTP or HTTPS", "HTTPS" if production else "HTTP"),
        health_check_path=reader.text("healthCheckPath", r"/[\w./~-]*", "a path beginning with /", "/health"),
        # Until there is an image, tasks could not start: the first deployment would be rolled back and fail.
        desired_count=0 if image is None else reader.integer("desiredCount", 1, range(1, 101), "1 to 100 tasks"),
        cpu=cpu,
        memory_mib=reader.integer("memory", memory[0], memory, f"one of {memory} for {cpu} CPU units"),
        application_secret=reader.secret("applicationSecret", "the application's secret value"),
    )


def _log_retention_days(reader: ConfigReader) -> int:
    meaning = f"a retention that CloudWatch Logs knows: {CLOUDWATCH_RETENTION_DAYS}"
    return reader.integer("logRetentionDays", 365, CLOUDWATCH_RETENTION_DAYS, meaning)
