"""``manifest.json.sig``: who sealed a run. A signature of the manifest's bytes, in base64.

It is by Ed25519 where the key is a file, and by ECDSA with P-256 and SHA-256 where it is one of AWS KMS.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING

from stack_verify.errors import ManifestError
from stack_verify.util.atomic_write import write_whole

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAKE_KEY = "Make one with: openssl genpkey -algorithm ed25519 -out key.pem"
GET_PUBLIC = (
    "Get it with: openssl pkey -in key.pem -pubout -out public.pem, or of a key of AWS KMS as docs/evidence.md says"
)


def signature_of(manifest: Path) -> Path:
    """Where the signature of a manifest lies: beside it."""
    return manifest.with_name(f"{manifest.name}.sig")


def sign(manifest: Path, key: Path) -> Path:
    """Signs the manifest with the private key in a PEM file, and returns where the signature was written.

    Raises:
        ManifestError: when a file cannot be read or written, or the key is no Ed25519 key without a password.
    """
    return keep(_private(key).sign(_read(manifest)), manifest)


def keep(signature: bytes, manifest: Path) -> Path:
    """Writes the signature of the manifest beside it, and returns where.

    Raises:
        ManifestError: when it cannot be written.
    """
    text = base64.b64encode(signature) + b"\n"
    path = signature_of(manifest)
    try:
        write_whole(path, lambda stream: stream.write(text))
    except OSError as error:
        raise ManifestError(f"{path}: cannot be written ({error.strerror}). Make its folder writable.") from error
    return path


def is_signed(manifest: Path, public_key: Path) -> bool:
    """Whether the signature beside the manifest is of its bytes, by the owner of the public key in a PEM file.

    Raises:
        ManifestError: when a file cannot be read, or the key is no public key of Ed25519 or P-256.
    """
    key = _public(public_key)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - of an extra
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    try:
        signature = base64.b64decode(_read(signature_of(manifest)).strip(), validate=True)
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, _read(manifest), ECDSA(SHA256()))
        else:
            key.verify(signature, _read(manifest))
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _private(path: Path) -> Ed25519PrivateKey:
    """The private key in a file; TypeError is cryptography's word for one with a password."""
    content = _read(path)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - of an extra
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    except ImportError as error:
        raise ManifestError(_MISSING) from error
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ManifestError(f"{path}: is no private key without a password. {MAKE_KEY}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ManifestError(f"{path}: is no Ed25519 key. {MAKE_KEY}")
    return key


def _public(path: Path) -> Ed25519PublicKey | EllipticCurvePublicKey:
    content = _read(path)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - of an extra
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415
    except ImportError as error:
        raise ManifestError(_MISSING) from error
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ManifestError(f"{path}: is no public key. {GET_PUBLIC}") from error
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ManifestError(f"{path}: is no public key of Ed25519 or P-256. {GET_PUBLIC}")


_MISSING = "signatures need the package cryptography. Install it with: pip install stack-verify[signature]"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read ({error.strerror}). Name a file that is there.") from error
