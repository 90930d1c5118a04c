"""IAM roles and policies, KMS keys and aliases, Secrets Manager and the function that rotates a secret."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import NotHeld, Row, call_with_rest


def _role_policy(declared: Declared, clients: Clients) -> Created:
    renames = {"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"}
    call_with_rest(declared, clients, "iam", "put_role_policy", renames)
    return Created("{role}:{name}".format_map(declared.inputs))


def _permission(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "lambda", "add_permission", {"function": "FunctionName"})
    return Created(declared.inputs["statementId"])


def _rotation(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "secretsmanager", "rotate_secret")
    return Created(declared.inputs["secretId"], {"rotationEnabled": True})


def _key(declared: Declared, clients: Clients) -> Created:
    declared.take("deletionWindowInDays")  # a word for deletion, when the provider schedules it
    rotates = declared.take("enableKeyRotation", False)
    key = call_with_rest(declared, clients, "kms", "create_key")["KeyMetadata"]
    if rotates:
        clients.client("kms").enable_key_rotation(KeyId=key["KeyId"])
    return Created(key["KeyId"], {"arn": key["Arn"], "keyId": key["KeyId"]})


def _alias(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    call_with_rest(declared, clients, "kms", "create_alias", {"name": "AliasName"})
    return Created(name, {"arn": clients.arn("kms", name)})


def _secret(declared: Declared, clients: Clients) -> Created:
    declared.take("recoveryWindowInDays")  # a word for deletion
    arn = call_with_rest(declared, clients, "secretsmanager", "create_secret")["ARN"]
    return Created(arn, {"arn": arn})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:iam/role:Role": Row(
        "iam",
        "create_role",
        id="Role.RoleName",
        outputs={"arn": "Role.Arn", "uniqueId": "Role.RoleId"},
        renames={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
    ),
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:kms/key:Key": _key,
    "aws:kms/alias:Alias": _alias,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": NotHeld("iam", "attach_role_policy", {"role": "RoleName"}),
    "aws:lambda/permission:Permission": _permission,
    "aws:secretsmanager/secretRotation:SecretRotation": _rotation,
    "aws:secretsmanager/secretVersion:SecretVersion": Row(
        "secretsmanager",
        "put_secret_value",
        id="VersionId",
        outputs={"arn": "ARN", "versionId": "VersionId"},
    ),
}
