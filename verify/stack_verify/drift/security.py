"""Fields of what guards: keys, roles, detectors, certificates, and the account's own settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stack_verify.drift.field import (
    ACCOUNT,
    ALL,
    Compare,
    Found,
    Silence,
    Table,
    Value,
    apart,
    every,
    field,
    listed,
    own,
    set_of,
    types,
)
from stack_verify.drift.normalize import last_part, policy, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.errors import Unanswered
from stack_verify.resources.accessanalyzer import Analyzer
from stack_verify.resources.account import (
    AccountPublicAccessBlock,
    EbsEncryptionByDefault,
    InspectorStatus,
    PasswordPolicy,
)
from stack_verify.resources.guardduty import Detector, Feature
from stack_verify.resources.iam import AttachedPolicies, AttachedPolicy, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.kms import Key, KeyPolicy, KeyRotation
from stack_verify.snapshot import Snapshot


def _inline(policies: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_named(each["name"], each["policy"]) for each in policies))


def _live_inline(found: RolePolicy) -> str:
    return _named(found.name.partition("/")[2], found.policy_document)


def _named(name: str, text: str) -> str:
    return f"{name}: {'; '.join(policy(text) or ())}"


def _attached(policies: tuple[AttachedPolicy, ...]) -> Value:
    return set_of(*(each.policy_arn for each in policies))


def _feature(inputs: Mapping[str, Any]) -> Value:
    parts = (
        f"{inputs['name']} {each['name']} {each['status']}" for each in inputs.get("additionalConfigurations") or ()
    )
    return set_of(f"{inputs['name']} {inputs['status']}", *parts)


def _live_features(features: tuple[Feature, ...]) -> Value:
    lines = {f"{each.name} {each.status}" for each in features}
    parts = {f"{each.name} {part.name} {part.status}" for each in features for part in each.additional_configuration}
    return set_of(*lines, *parts)


def _analyzer(inputs: Mapping[str, Any]) -> Value:
    return (f"{inputs['analyzerName']} of {inputs.get('type') or 'ACCOUNT'}",)


def _live_analyzer(found: Analyzer) -> str:
    return f"{found.name} of {found.type}"


def _algorithm(name: object) -> Value:
    """The algorithm of a certificate's key, of which AWS also answers RSA-2048 for RSA_2048."""
    return str(name).replace("-", "_")


def _host(name: object) -> Value:
    return str(name).lower().rstrip(".")


def _hosts(names: Iterable[str]) -> Value:
    return set_of(*(_host(name) for name in names))


def _rotation(found: Found, snapshot: Snapshot) -> Value | Silence:
    """Whether AWS rotates the key; there are keys that it cannot."""
    (key,) = found
    if isinstance(key, Key) and not key.rotatable:
        return Silence.NOT_COMPARED
    return apart(KeyRotation, "key_rotation_enabled")(found, snapshot)


def _version_in_force(found: Found, snapshot: Snapshot) -> Value:
    """What a customer managed policy allows: of its versions one is in force."""
    (managed,) = found
    if not isinstance(managed, ManagedPolicy):
        raise Unanswered(f"{managed.id} is no managed policy")
    return policy(snapshot.require(PolicyVersion, managed.version_in_force).document)


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
    Table(types("iam/policy:Policy"), (field("policy", _version_in_force, spell=policy), TAGS)),
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
    Table(types("guardduty/detector:Detector"), (field("enable", own("status", yes_where("ENABLED")), "true"), TAGS)),
    Table(
        types("guardduty/detectorFeature:DetectorFeature"),
        (field("features", own("features", _live_features), spell=_feature, compare=Compare.AT_LEAST, of=ALL),),
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
    Table(
        types("accessanalyzer/analyzer:Analyzer"),
        (field("analyzers", every(_live_analyzer), spell=_analyzer, compare=Compare.AT_LEAST, of=ALL),),
        kind=Analyzer,
        key=ACCOUNT,
    ),
    Table(
        types("inspector2/enabler:Enabler"),
        (field("resourceTypes", "resource_state.enabled", compare=Compare.AT_LEAST),),
        kind=InspectorStatus,
        key="accountIds",
    ),
    Table(
        types("acm/certificate:Certificate"),
        (
            field("domainName", "domain_name", spell=_host),
            # Beside these AWS lists the domain's own name.
            field("subjectAlternativeNames", "names", spell=_hosts, compare=Compare.AT_LEAST),
            field("keyAlgorithm", "key_algorithm", spell=_algorithm),
        ),
    ),
)
