"""The catalogue of faults: each breaks one thing in the live state of a deployed stack, to prove a control.

A fault is a function with the decorator `fault` in the module of its service; a new module is listed here.
"""

import difflib
from collections.abc import Mapping
from typing import Final

from stack.local.errors import UnknownFaultError
from stack.local.faults import (
    access_analyzer,
    account,
    acm,
    backup,
    backup_plans,
    bucket_policies,
    bucket_records,
    cloudtrail,
    cloudwatch,
    config,
    dns,
    drift,
    ecr,
    ecs,
    elb,
    guardduty,
    iam,
    kms,
    logs,
    path,
    rds,
    rds_clients,
    rds_records,
    reach,
    root_user,
    s3,
    secretsmanager,
    security_groups,
    sns,
    stack,
    targets,
    trail_alarms,
    vpc,
    vpc_edge,
    wafv2,
)
from stack.local.faults.fault import Fault

__all__ = ["FAULTS", "Fault", "find"]

_MODULES: Final = (
    access_analyzer,
    account,
    acm,
    backup,
    backup_plans,
    bucket_policies,
    bucket_records,
    cloudtrail,
    cloudwatch,
    config,
    dns,
    drift,
    ecr,
    ecs,
    elb,
    guardduty,
    iam,
    kms,
    logs,
    path,
    rds,
    rds_clients,
    rds_records,
    reach,
    root_user,
    s3,
    secretsmanager,
    security_groups,
    sns,
    stack,
    targets,
    trail_alarms,
    vpc,
    vpc_edge,
    wafv2,
)
_FOUND: Final = sorted(
    (each for module in _MODULES for each in vars(module).values() if isinstance(each, Fault)),
    key=lambda fault: fault.name,
)

FAULTS: Final[Mapping[str, Fault]] = {fault.name: fault for fault in _FOUND}
"""All faults, by name."""

if len(FAULTS) != len(_FOUND):
    raise ValueError(f"two faults share a name among {[fault.name for fault in _FOUND]}; give one a variant")


def find(name: str) -> Fault:
    """The fault called `name`.

    Raises:
        UnknownFaultError: There is none; the message has the nearest names.

    """
    if name in FAULTS:
        return FAULTS[name]
    near = difflib.get_close_matches(name, FAULTS, n=3, cutoff=0.4)
    hint = f"; near are {', '.join(near)}" if near else ""
    raise UnknownFaultError(f"there is no fault {name!r}{hint}; --list-faults shows all")
