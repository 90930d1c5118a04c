"""Real servers on this machine, well and unwell, and the certificates that they present."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Serve = Callable[[socket.socket, int], None]  # a connection, and the number of it

STILL = 0.01  # seconds


class Authority:
    """A certificate authority that nobody knows but who is told of it."""

    def __init__(self, directory: Path, name: str = "Authority of the tests") -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        builder = _builder(self._name, self._name, self._key, timedelta(days=3650))
        self._certificate = builder.add_extension(constraints, critical=True).sign(self._key, hashes.SHA256())
        self.pem = self._certificate.public_bytes(Encoding.PEM).decode()

    def certificate(self, name: str, lasts: timedelta = timedelta(days=90)) -> Path:
        """A certificate for `name` with its key, in a file."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = _builder(_name(name), self._name, key, lasts).add_extension(names, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = self._directory / f"{certificate.serial_number}.pem"
        file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
        return file


def _builder(subject, issuer, key, lasts: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + lasts)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


@contextmanager
def server(serve: Serve) -> Iterator[int]:
    """A server on a port of its own that treats each connection with `serve`; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(STILL)
        over = threading.Event()
        thread = threading.Thread(target=_accept, args=(listening, serve, over))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _accept(listening: socket.socket, serve: Serve, over: threading.Event) -> None:
    number, threads = 0, []
    while not over.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        number += 1
        thread = threading.Thread(target=_treat, args=(serve, connection, number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


def _treat(serve: Serve, connection: socket.socket, number: int) -> None:
    with connection:
        connection.settimeout(5)
        try:
            serve(connection, number)
        except OSError:
            return  # the client went away, as clients do


def answer(status: int, *headers: str, body: str = "") -> bytes:
    lines = (f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}", *headers)
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body.encode()


def plain(*answers: bytes) -> Serve:
    """Answers requests in HTTP: the first connection with the first answer, and all after the last with the last."""

    def serve(connection: socket.socket, number: int) -> None:
        if connection.recv(65536):
            connection.sendall(answers[min(number, len(answers)) - 1])

    return serve


def encrypted(
    certificate: Path,
    *answers: bytes,
    lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> Serve:
    """As `plain`, on TLS. The number of an answer is that of the request, as not every handshake is followed by one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = lowest, highest
    if lowest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
    requests: list[bytes] = []

    def serve(connection: socket.socket, _number: int) -> None:
        with context.wrap_socket(connection, server_side=True) as spoken:
            request = spoken.recv(65536)
            if request:
                requests.append(request)
                spoken.sendall(answers[min(len(requests), len(answers)) - 1])

    return serve


def silent(connection: socket.socket, _number: int) -> None:
    """Accepts and says nothing until the client goes away."""
    while connection.recv(65536):
        pass


def resetting(connection: socket.socket, _number: int) -> None:
    """Hears the first byte and resets the connection."""
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def dripping(connection: socket.socket, _number: int) -> None:
    """Answers, and never comes to an end, a few bytes at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: yes\r\n")
        threading.Event().wait(STILL)
