"""IAM roles and policies, KMS keys and aliases, Secrets Manager."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest


def _role(declared: Declared, clients: Clients) -> Created:
    iam = clients.client("iam")
    declared.take("forceDetachPolicies")
    inline = declared.take("inlinePolicies", [])
    managed = declared.take("managedPolicyArns", [])
    renames = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    role = call_with_rest(declared, clients, "iam", "create_role", renames)["Role"]
    name = role["RoleName"]
    for policy in inline:
        iam.put_role_policy(RoleName=name, PolicyName=policy["name"], PolicyDocument=policy["policy"])
    for arn in managed:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    return Created(name, {"arn": role["Arn"], "uniqueId": role["RoleId"], "name": name})


def _role_policy(declared: Declared, clients: Clients) -> Created:
    role, name = declared.inputs["role"], declared.inputs.get("name", declared.name)
    declared.take("name")
    renames = {"role": "RoleName", "policy": "PolicyDocument"}
    call_with_rest(declared, clients, "iam", "put_role_policy", renames, PolicyName=name)
    return Created(f"{role}:{name}", {"name": name})


def _role_policy_attachment(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "iam", "attach_role_policy", {"role": "RoleName"})
    return Created(f"{declared.inputs['role']}-{declared.name}")


def _key(declared: Declared, clients: Clients) -> Created:
    kms = clients.client("kms")
    declared.take("deletionWindowInDays")  # a word for deletion, when the provider schedules it
    rotates = declared.take("enableKeyRotation", False)
    period = declared.take("rotationPeriodInDays")
    renames = {"customerMasterKeySpec": "KeySpec", "bypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck"}
    key = call_with_rest(declared, clients, "kms", "create_key", renames)["KeyMetadata"]
    if rotates:
        every = {"RotationPeriodInDays": int(period)} if period else {}
        kms.enable_key_rotation(KeyId=key["KeyId"], **every)
    return Created(key["KeyId"], {"arn": key["Arn"], "keyId": key["KeyId"]})


def _alias(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    call_with_rest(declared, clients, "kms", "create_alias", {"name": "AliasName"})
    return Created(name, {"arn": clients.arn("kms", name)})


def _secret(declared: Declared, clients: Clients) -> Created:
    declared.take("recoveryWindowInDays")  # a word for deletion
    policy = declared.take("policy")
    arn = call_with_rest(declared, clients, "secretsmanager", "create_secret")["ARN"]
    if policy:
        clients.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=policy)
    return Created(arn, {"arn": arn})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _role_policy_attachment,
    "aws:kms/key:Key": _key,
    "aws:kms/alias:Alias": _alias,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretVersion:SecretVersion": Row(
        "secretsmanager",
        "put_secret_value",
        id="VersionId",
        outputs={"arn": "ARN", "versionId": "VersionId"},
    ),
}
