"""Faults of IAM users and groups, on the stack that has them beside it."""

from typing import Final

from stack.local.additions.people import GROUP, MACHINE, PERSON
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.iam.policies import document, not_the_stacks

_GROUP: Final = "auditorsGroupArn"
_EVERYBODY: Final = (_GROUP, MACHINE, PERSON)
_ADMINISTRATOR: Final = "arn:aws:iam::123456789012:policy/everything"
_WHOLE: Final = (
    "iam-no-kms-wildcard-decrypt",
    "iam-no-privilege-escalation",
    "iam-no-service-wildcard",
    "iam-no-star-star",
    "iam-role-no-data-on-all-resources",
)


def allow_group(aws: Clients, action: str | list[str], resource: str) -> None:
    """Adds an inline policy with one statement to the group."""
    aws.client("iam").put_group_policy(GroupName=GROUP, PolicyName="more", PolicyDocument=document(action, resource))


def allow_user(aws: Clients, action: str | list[str], resource: str) -> None:
    """Adds an inline policy with one statement to the machine's user."""
    aws.client("iam").put_user_policy(UserName=MACHINE, PolicyName="more", PolicyDocument=document(action, resource))


@fault(("iam-users-no-direct-policies", MACHINE), ("iam-no-inline-policies", MACHINE), stack="people")
def iam_users_no_direct_policies(aws: Clients, _outputs: Outputs) -> None:
    """A user has a policy of its own."""
    allow_user(aws, "cloudtrail:DescribeTrails", "*")


@fault(("iam-no-inline-policies", _GROUP), stack="people")
def iam_no_inline_policies(aws: Clients, _outputs: Outputs) -> None:
    """A group has an inline policy."""
    allow_group(aws, "cloudtrail:DescribeTrails", "*")


@fault(("iam-user-in-group", MACHINE), stack="people")
def iam_user_in_group(aws: Clients, _outputs: Outputs) -> None:
    """A user is in no group."""
    aws.client("iam").remove_user_from_group(GroupName=GROUP, UserName=MACHINE)


@fault(("iam-user-no-access-keys", MACHINE), ("iam-access-key-age", "importerKeyId"), stack="people")
def iam_user_no_access_keys(aws: Clients, outputs: Outputs) -> None:
    """A user's key was made active."""
    key = str(outputs["importerKeyId"])
    aws.client("iam").update_access_key(UserName=MACHINE, AccessKeyId=key, Status="Active")


@fault(
    *(("iam-no-privilege-escalation", each) for each in _EVERYBODY),
    ("iam-no-inline-policies", _GROUP),
    stack="people",
    variant="group",
)
def iam_no_privilege_escalation_group(aws: Clients, _outputs: Outputs) -> None:
    """Whoever is in the group may start a machine with any role."""
    allow_group(aws, ["iam:PassRole", "ec2:RunInstances"], "*")


@fault(
    ("iam-no-privilege-escalation", MACHINE),
    ("iam-no-inline-policies", MACHINE),
    ("iam-users-no-direct-policies", MACHINE),
    stack="people",
    variant="user",
)
def iam_no_privilege_escalation_user(aws: Clients, _outputs: Outputs) -> None:
    """A user may make keys for every other user."""
    allow_user(aws, "iam:CreateAccessKey", "arn:aws:iam::123456789012:user/*")


@fault(
    ("iam-role-no-data-on-all-resources", MACHINE),
    ("iam-no-inline-policies", MACHINE),
    ("iam-users-no-direct-policies", MACHINE),
    stack="people",
    variant="user",
)
def iam_role_no_data_on_all_resources_user(aws: Clients, _outputs: Outputs) -> None:
    """A user reads every secret."""
    allow_user(aws, "secretsmanager:GetSecretValue", "*")


@fault(
    *((control, each) for each in _EVERYBODY for control in _WHOLE),
    *not_the_stacks(_ADMINISTRATOR),
    stack="people",
    variant="group",
)
def iam_no_star_star_group(aws: Clients, _outputs: Outputs) -> None:
    """Whoever is in the group is an administrator."""
    iam = aws.client("iam")
    made = iam.create_policy(PolicyName="everything", PolicyDocument=document("*", "*"))["Policy"]
    iam.attach_group_policy(GroupName=GROUP, PolicyArn=made["Arn"])


@fault(("iam-user-mfa", PERSON), ("iam-console-mfa", PERSON), stack="people", variant="own")
def iam_console_mfa_own(aws: Clients, _outputs: Outputs) -> None:
    """A user of the stack signs in to the console with a password alone."""
    iam = aws.client("iam")
    (device,) = iam.list_mfa_devices(UserName=PERSON)["MFADevices"]
    iam.deactivate_mfa_device(UserName=PERSON, SerialNumber=device["SerialNumber"])
