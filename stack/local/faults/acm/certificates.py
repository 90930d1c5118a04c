"""Faults of certificates."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_NAME: Final = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "demo.example.com")])
_YEAR: Final = timedelta(days=365)


def self_signed(lifetime: timedelta, key_bits: int = 2048) -> tuple[bytes, bytes]:
    """A certificate that is valid for `lifetime` from now on, and its private key, both in PEM."""
    key = generate_private_key(65537, key_bits)  # before the clock starts: it may take a second
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _YEAR)
        .not_valid_after(now + lifetime)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def _replace(aws: Clients, outputs: Outputs, lifetime: timedelta, key_bits: int = 2048) -> None:
    acm = aws.client("acm")
    certificate, key = self_signed(lifetime, key_bits)
    acm.import_certificate(CertificateArn=outputs["certificateArn"], Certificate=certificate, PrivateKey=key)


@fault(
    ("acm-certificate-issued", "certificateArn"),
    ("acm-certificate-not-expiring", "certificateArn"),
    ("acm-domain-covers-endpoint", "output url"),
)
def acm_certificate_issued(aws: Clients, outputs: Outputs) -> None:
    """The certificate is replaced by one that has expired."""
    # ACM takes no certificate that has expired already: this one does so in a moment.
    lifetime = timedelta(seconds=3)
    _replace(aws, outputs, lifetime)
    time.sleep(lifetime.total_seconds())


@fault(("acm-certificate-not-expiring", "certificateArn"), ("acm-domain-covers-endpoint", "output url"))
def acm_certificate_not_expiring(aws: Clients, outputs: Outputs) -> None:
    """The certificate is replaced by one that expires in ten days."""
    _replace(aws, outputs, timedelta(days=10))


@fault(("acm-key-strength", "certificateArn"), ("acm-domain-covers-endpoint", "output url"))
def acm_key_strength(aws: Clients, outputs: Outputs) -> None:
    """The certificate is replaced by one with an RSA key of 1024 bits."""
    _replace(aws, outputs, _YEAR, key_bits=1024)


@fault(("acm-domain-covers-endpoint", "output url"))
def acm_domain_covers_endpoint(aws: Clients, outputs: Outputs) -> None:
    """The certificate is replaced by one for another host name."""
    _replace(aws, outputs, _YEAR)
