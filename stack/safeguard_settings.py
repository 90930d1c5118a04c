"""The settings of what watches over the platform: audit, backup, alarms, firewall, and the account's own safeguards."""

import re
from dataclasses import dataclass, fields

from stack.config_reader import ConfigReader

# Six years, of which two may be leap years: 45 CFR 164.316(b)(2)(i) asks to keep documentation so long.
DOCUMENTATION_DAYS = 2192
LOCK_MODES = ("GOVERNANCE", "COMPLIANCE")
DAILY_RETENTION_FLOOR_DAYS = 35
LONGEST_DAYS = 36500
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
VAULT_ARN = r"arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}"
FUNCTION_ARN = re.compile(r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class AuditSettings:
    """How long the trail's log files are kept, and in which mode of S3 object lock."""

    retention_days: int
    lock_mode: str


@dataclass(frozen=True)
class BackupSettings:
    """How long recovery points are kept, how the vault is locked, and the vault that gets copies, if any."""

    daily_retention_days: int
    monthly_retention_days: int
    lock_mode: str
    copy_vault_arn: str | None


@dataclass(frozen=True)
class RotationSettings:
    """The Lambda function that rotates the application's secret, and how often."""

    function_arn: str
    days: int


@dataclass(frozen=True)
class AccountSettings:
    """What an account has only one of: whether this stack is the one that sets it up."""

    access_analyzer: bool
    config_recorder: bool
    ebs_encryption: bool
    guard_duty: bool
    inspector: bool
    password_policy: bool
    public_access_block: bool

    @property
    def chosen(self) -> list[str]:
        """The keys of those that are on."""
        return [_camel(each.name) for each in fields(self) if getattr(self, each.name)]


def read_audit(reader: ConfigReader) -> AuditSettings:
    """Return the settings of the trail's bucket."""
    days = range(DOCUMENTATION_DAYS, LONGEST_DAYS + 1)
    meaning = f"{DOCUMENTATION_DAYS} days, which are six years, to {LONGEST_DAYS}"
    return AuditSettings(
        retention_days=reader.integer("auditRetentionDays", DOCUMENTATION_DAYS, days, meaning),
        lock_mode=_lock_mode(reader, "auditLockMode"),
    )


def read_backup(reader: ConfigReader) -> BackupSettings:
    """Return the settings of the backup plan; copies go nowhere unless a vault is named."""
    days = range(DAILY_RETENTION_FLOOR_DAYS, LONGEST_DAYS + 1)
    meaning = f"{days.start} to {LONGEST_DAYS} days"
    return BackupSettings(
        daily_retention_days=reader.integer("backupDailyRetentionDays", days.start, days, meaning),
        monthly_retention_days=reader.integer("backupMonthlyRetentionDays", 365, days, meaning),
        lock_mode=_lock_mode(reader, "backupLockMode"),
        copy_vault_arn=reader.optional_text("backupCopyVaultArn", VAULT_ARN, "the ARN of another AWS Backup vault"),
    )


def read_rotation(reader: ConfigReader, region: str) -> RotationSettings | None:
    """Return how the application's secret is rotated; None where no function is named that could."""
    meaning = f"the ARN of a Lambda function in {region} that rotates the application's secret"
    arn = reader.optional_text("secretRotationFunctionArn", FUNCTION_ARN.pattern, meaning)
    days = reader.integer("secretRotationDays", 30, range(1, 366), "1 to 365 days")
    match = FUNCTION_ARN.fullmatch(arn or "")
    if arn is None or match is None:
        return None
    if match["region"] != region:
        reader.refuse("secretRotationFunctionArn", f"is of region {match['region']}; set it to {meaning}")
    return RotationSettings(arn, days)


def read_account(reader: ConfigReader, *, production: bool) -> AccountSettings:
    """Return which of the account's safeguards the stack sets up; `accountSafeguards` is the default of each."""
    default = reader.boolean("accountSafeguards", default=production)
    names = [each.name for each in fields(AccountSettings)]
    return AccountSettings(**{name: reader.boolean(_camel(name), default=default) for name in names})


def read_alarm_email(reader: ConfigReader) -> str | None:
    """Return the address that alarms are mailed to; None where nobody is."""
    return reader.optional_text("alarmEmail", EMAIL, "the e-mail address that alarms go to")


def read_request_rate(reader: ConfigReader) -> int:
    """Return how many requests one address may make in five minutes."""
    allowed = range(100, 2_000_001)
    return reader.integer("requestsPerFiveMinutes", 2000, allowed, "100 to 2000000 requests of one address")


def _lock_mode(reader: ConfigReader, key: str) -> str:
    return reader.text(key, "|".join(LOCK_MODES), " or ".join(LOCK_MODES), LOCK_MODES[0])


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)
