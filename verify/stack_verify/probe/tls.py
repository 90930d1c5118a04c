"""TLS as an endpoint speaks it: what it negotiates, what it presents, whom it convinces, and what it refuses."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from stack_verify.probe.connection import StoppedError, cut_off, told
from stack_verify.probe.settings import ProbeSettings
from stack_verify.resources.probe import Check, Offer, Reason, ServedCertificate

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
# OpenSSL's names of the alerts by which a server refuses what is offered (RFC 8446, 6.2; RFC 5246, 7.2.2).
REFUSALS = (
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY",
)
NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG")
# How often a server must close the connection at an offer until that is taken for its refusal, and not for a mishap.
TRIES = 3

Connect = Callable[[], tuple[socket.socket, float]]


@dataclass(frozen=True)
class Contexts:
    """What is offered: everything, one version each; and to whom is trusted, with and without a look at the name."""

    anything: ssl.SSLContext
    only: dict[str, ssl.SSLContext]
    trusting: ssl.SSLContext
    naming: ssl.SSLContext


def contexts(settings: ProbeSettings) -> Contexts:
    """The contexts for one run. To be made in one thread, before any other: Python's warnings are not thread-safe."""
    with warnings.catch_warnings():
        # Old versions are offered in order to see them refused.
        warnings.simplefilter("ignore", DeprecationWarning)
        only = {name: _offering(version, version) for name, version in VERSIONS.items()}
        anything = _offering(ssl.TLSVersion.TLSv1, ssl.TLSVersion.MAXIMUM_SUPPORTED)
    return Contexts(anything, only, _trusting(settings, by_name=False), _trusting(settings, by_name=True))


def _offering(lowest: ssl.TLSVersion, highest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is looked at here; whether it is trusted is asked for apart
    # OpenSSL offers versions below 1.2 at its lowest level of security alone.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = lowest
    context.maximum_version = highest
    return context


def _trusting(settings: ProbeSettings, *, by_name: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=settings.authorities)
    context.check_hostname = by_name
    return context


def shake_hands(context: ssl.SSLContext, connection: socket.socket, host: str, within: float) -> ssl.SSLSocket:
    """The connection with TLS on it. Takes seconds for the whole handshake.

    Raises:
        StoppedError: when the server does not answer, closes the connection, refuses, or does not speak TLS.
        ssl.SSLCertVerificationError: when the context trusts, and not this certificate.
    """
    connection.settimeout(within)
    try:
        with cut_off(connection, within):
            spoken = context.wrap_socket(connection, server_hostname=host)
    except ssl.SSLCertVerificationError:
        raise
    except OSError as error:
        connection.close()
        reason, detail = _why(error, within)
        raise StoppedError("TLS", reason, detail) from error
    if spoken.version() is None:
        # Python makes no handshake on a connection that was reset before, and does not tell.
        spoken.close()
        raise StoppedError("TLS", "closed", "the connection ended before the TLS handshake")
    return spoken


def _why(error: OSError, within: float) -> tuple[Reason, str]:
    code = getattr(error, "reason", None) if isinstance(error, ssl.SSLError) else None
    if isinstance(error, TimeoutError):
        return "timed out", f"the TLS handshake was not over within {within:.1f} s"
    if code in NOT_TLS:
        return "other protocol", f"what answers does not speak TLS ({code})"
    if isinstance(code, str) and "ALERT" in code:
        return "refused", f"the server refused the handshake ({code})"
    return "closed", f"the connection ended in the TLS handshake ({code or told(error)})"


def certificate_of(connection: ssl.SSLSocket) -> ServedCertificate | None:
    """What the server presented; None where that cannot be read."""
    presented = connection.getpeercert(binary_form=True)
    if presented is None:
        return None
    try:
        certificate = x509.load_der_x509_certificate(presented)
        return ServedCertificate(
            subject_alternative_names=_names(certificate),
            issuer=certificate.issuer.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            sha256=certificate.fingerprint(SHA256()).hex(),
        )
    except ValueError:
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName))


def verified(context: ssl.SSLContext, host: str, connect: Connect) -> Check:
    """Whether the certificate stands before the context. A handshake that does not come about tells nothing."""
    detail = ""
    for _ in range(TRIES):
        try:
            connection, within = connect()
            shake_hands(context, connection, host, within).close()
        except ssl.SSLCertVerificationError as error:
            return Check(outcome="fails", detail=error.verify_message)
        except StoppedError as error:
            detail = error.stop.detail
        else:
            return Check(outcome="holds", detail="ok")
    return Check(outcome="unknown", detail=detail)


def offer(version: str, context: ssl.SSLContext, host: str, connect: Connect) -> Offer:
    """What the server says to one version alone. A server that closes at it every time refuses it, too."""
    if not can_offer(context, host):
        return Offer(version=version, outcome="unknown", detail="this machine's own OpenSSL cannot offer it")
    stop = None
    for _ in range(TRIES):
        try:
            connection, within = connect()
            shake_hands(context, connection, host, within).close()
        except StoppedError as error:
            stop = error.stop
            if stop.stage != "TLS" or stop.reason != "closed":
                break
        else:
            return Offer(version=version, outcome="accepted", detail="the handshake came about")
    refused = stop is not None and stop.stage == "TLS" and (stop.reason == "closed" or _refusal(stop.detail))
    detail = stop.detail if stop else ""
    return Offer(version=version, outcome="refused" if refused else "unknown", detail=detail)


def _refusal(detail: str) -> bool:
    return any(f"({code})" in detail for code in REFUSALS)


def can_offer(context: ssl.SSLContext, host: str) -> bool:
    """Whether this machine can say the first word of a handshake, or is kept from it by how it is built or set up."""
    outgoing = ssl.MemoryBIO()
    handshake = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=host)
    try:
        handshake.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.pending > 0
    except ssl.SSLError:
        return False
    return False  # there is no handshake without an answer
