"""The signature of a run by a key of AWS KMS: the verifier's one call to AWS that is no read, made on demand alone."""

from __future__ import annotations

import hashlib

from botocore.exceptions import BotoCoreError, ClientError

from stack_verify.collect.redaction import text_without_secrets
from stack_verify.collect.session import session
from stack_verify.errors import ManifestError
from stack_verify.resources.arn import parse_arn


def signature_by_kms(content: bytes, key: str) -> bytes:
    """The ECDSA signature (in DER) of ``content`` by the key of this ARN, id or alias, with kms:Sign.

    KMS is sent the SHA-256 digest and nothing else. The region is that of the ARN, or the caller's own.

    Raises:
        ManifestError: when KMS does not sign.
        CredentialsError: when the AWS settings cannot be used.
    """
    arn = parse_arn(key)
    try:
        answer = (
            session()
            .client("kms", region_name=arn.region if arn else None)
            .sign(
                KeyId=key,
                Message=hashlib.sha256(content).digest(),
                MessageType="DIGEST",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        )
        return bytes(answer["Signature"])
    except (BotoCoreError, ClientError, KeyError, ValueError) as error:
        raise ManifestError(
            f"KMS did not sign with {key}: {text_without_secrets(str(error))}. Name a key of the spec ECC_NIST_P256 "
            "for SIGN_VERIFY, by its ARN, id or alias, and allow kms:Sign on it."
        ) from error
