"""Fields of the account's own settings."""

from __future__ import annotations

from stack_verify.drift.field import (
    ACCOUNT,
    Table,
    field,
    types,
)
from stack_verify.resources.account import (
    AccountPublicAccessBlock,
    EbsEncryptionByDefault,
    PasswordPolicy,
)

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
