"""Fields of what guards: keys, roles, firewalls, detectors, and the account's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.drift.field import (
    ACCOUNT,
    ALL,
    Compare,
    Found,
    Silence,
    Table,
    Value,
    apart,
    field,
    listed,
    own,
    set_of,
    types,
)
from verify.drift.spelling import last_part, policy, yes_where
from verify.drift.tags import TAGS
from verify.resources.account import AccountPublicAccessBlock, EbsEncryptionByDefault, PasswordPolicy
from verify.resources.guardduty import Detector, Feature
from verify.resources.iam import AttachedPolicies, AttachedPolicy, Role, RolePolicy
from verify.resources.kms import Key, KeyPolicy, KeyRotation
from verify.resources.wafv2 import LoggingConfiguration, Rule, RuleAction, WebACL
from verify.snapshot import Snapshot


def _inline(policies: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_named(each["name"], each["policy"]) for each in policies))


def _live_inline(found: RolePolicy) -> str:
    return _named(found.name.partition("/")[2], found.policy_document)


def _named(name: str, text: str) -> str:
    return f"{name}: {'; '.join(policy(text) or ())}"


def _attached(policies: tuple[AttachedPolicy, ...]) -> Value:
    return set_of(*(each.policy_arn for each in policies))


def _rules(rules: list[Mapping[str, Any]]) -> Value:
    return set_of(*(f"{each['name']}: {_chosen(each.get('action') or each['overrideAction'])}" for each in rules))


def _chosen(action: Mapping[str, Any]) -> str:
    """The action's name; a block of Pulumi's holds one of several."""
    return next(name.capitalize() for name, value in action.items() if value is not None)


def _live_rules(rules: tuple[Rule, ...]) -> Value:
    return set_of(*(f"{rule.name}: {rule.effect}" for rule in rules))


def _live_action(action: RuleAction) -> Value:
    return action.name


def _redacted(fields: list[Mapping[str, Any]]) -> Value:
    headers = (each["singleHeader"] for each in fields if each.get("singleHeader"))
    return set_of(*(header["name"].lower() for header in headers))


def _features(features: tuple[Feature, ...]) -> Value:
    return set_of(*(f"{each.name} {each.status}" for each in features))


def _same(value: Any) -> Value:  # noqa: ANN401 - a frozen set of texts
    return set_of(*value)


def _rotation(found: Found, snapshot: Snapshot) -> Value | Silence:
    """Whether AWS rotates the key; there are keys that it cannot."""
    (key,) = found
    if isinstance(key, Key) and not key.rotatable:
        return Silence.NOT_COMPARED
    return apart(KeyRotation, "key_rotation_enabled")(found, snapshot)


_PASSWORDS = {
    "minimumPasswordLength": "minimum_password_length",
    "requireUppercaseCharacters": "require_uppercase_characters",
    "requireLowercaseCharacters": "require_lowercase_characters",
    "requireNumbers": "require_numbers",
    "requireSymbols": "require_symbols",
    "maxPasswordAge": "max_password_age",
    "passwordReusePrevention": "password_reuse_prevention",
}
_BLOCKS = {
    "blockPublicAcls": "block_public_acls",
    "ignorePublicAcls": "ignore_public_acls",
    "blockPublicPolicy": "block_public_policy",
    "restrictPublicBuckets": "restrict_public_buckets",
}

TABLES = (
    Table(
        types("kms/key:Key"),
        (
            field("enableKeyRotation", _rotation),
            field("isEnabled", own("key_state", yes_where("Enabled")), "true"),
            field("policy", apart(KeyPolicy, "policy", policy), spell=policy),
            TAGS,
        ),
    ),
    Table(types("kms/alias:Alias"), (field("targetKeyId", "key_id", spell=last_part),)),
    Table(
        types("iam/role:Role"),
        (
            field("assumeRolePolicy", "assume_role_policy_document", spell=policy),
            field("path", "path", "/"),
            field("inlinePolicies", listed(RolePolicy, _live_inline), (), spell=_inline),
            # What is not attached takes rights away, and gives none.
            field(
                "managedPolicyArns",
                apart(AttachedPolicies, "attached_policies", _attached, by_arn=False),
                (),
                compare=Compare.AT_MOST,
            ),
            # A boundary that nobody declared takes rights away, too.
            field("permissionsBoundary", "permissions_boundary.permissions_boundary_arn"),
            field("maxSessionDuration", "max_session_duration", "3600"),
            TAGS,
        ),
    ),
    Table(
        types("iam/rolePolicy:RolePolicy"),
        (
            field(
                "inlinePolicies",
                listed(RolePolicy, _live_inline),
                spell=lambda inputs: (_named(inputs["name"], inputs["policy"]),),
                compare=Compare.AT_LEAST,
                of=ALL,
            ),
        ),
        kind=Role,
        key="role",
    ),
    Table(
        types("iam/rolePolicyAttachment:RolePolicyAttachment"),
        (
            field(
                "managedPolicyArns",
                apart(AttachedPolicies, "attached_policies", _attached, by_arn=False),
                spell=lambda arn: (str(arn),),
                compare=Compare.LISTED,
                of="policyArn",
            ),
        ),
        kind=Role,
        key="role",
    ),
    Table(
        types("wafv2/webAcl:WebAcl"),
        (
            field("defaultAction", "default_action", spell=_chosen, live_spell=_live_action),
            field("rules", own("rules", _live_rules), (), spell=_rules),
            TAGS,
        ),
    ),
    Table(
        types("wafv2/webAclAssociation:WebAclAssociation"),
        (field("webAclArn", "web_acl_arn"),),
        kind=WebACL,
        key="resourceArn",
    ),
    Table(
        types("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"),
        (
            field("logDestinationConfigs", "log_destination_configs"),
            field("redactedFields", own("redacted_headers", _same), (), spell=_redacted),
        ),
        kind=LoggingConfiguration,
        key="resourceArn",
    ),
    Table(types("guardduty/detector:Detector"), (field("enable", own("status", yes_where("ENABLED")), "true"), TAGS)),
    Table(
        types("guardduty/detectorFeature:DetectorFeature"),
        (
            field(
                "features",
                own("features", _features),
                spell=lambda inputs: (f"{inputs['name']} {inputs['status']}",),
                compare=Compare.AT_LEAST,
                of=ALL,
            ),
        ),
        kind=Detector,
        key="detectorId",
    ),
    Table(
        types("iam/accountPasswordPolicy:AccountPasswordPolicy"),
        tuple(field(path, name) for path, name in _PASSWORDS.items()),
        kind=PasswordPolicy,
        key=ACCOUNT,
    ),
    Table(
        types("s3/accountPublicAccessBlock:AccountPublicAccessBlock"),
        tuple(field(path, name, "false") for path, name in _BLOCKS.items()),
        kind=AccountPublicAccessBlock,
        key=ACCOUNT,
    ),
    Table(
        types("ebs/encryptionByDefault:EncryptionByDefault"),
        (field("enabled", "ebs_encryption_by_default", "true"),),
        kind=EbsEncryptionByDefault,
        key=ACCOUNT,
    ),
)
