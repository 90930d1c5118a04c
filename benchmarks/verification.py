"""How long one whole verification of the prod stack takes: the process ``pytest flat-outputs.json``, start to end.

    .tox/demo/bin/python benchmarks/verification.py [--delay MILLISECONDS ...] [--runs N] [--http]
        [--against CHECKOUT]

The stack is deployed once to a moto server in a process of its own; a proxy in front of it speaks HTTPS as AWS does,
counts the calls and makes each wait. Its certificate is of an authority made at the start, which the verifier is told
of in a bundle with all those that certifi knows. ``--against`` measures another checkout too, run by run in turn.
Prints a Markdown table with medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from stack.local.deployment import deploy
from stack.local.emulator import moto_server
from stack.local.endpoint import ACCESS_KEY, SECRET_KEY
from stack.local.proxy import Traffic, proxy_to


@dataclass(frozen=True)
class Measure:
    wall: float
    user: float
    traffic: Traffic


class Deployed(NamedTuple):
    """The stack: where it is, and what its deployment left behind."""

    url: str
    outputs: Path
    state: Path


class Tls(NamedTuple):
    """What the proxy speaks HTTPS with, and the bundle of authorities by which it is believed."""

    context: ssl.SSLContext
    bundle: Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=int, action="append", help="milliseconds added to each call (80)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--http", action="store_true", help="without TLS")
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    options = parser.parse_args()
    checkouts = {"this": Path(__file__).parents[1], "against": options.against}
    measured = {name: path.resolve() for name, path in checkouts.items() if path}
    with moto_server() as url, tempfile.TemporaryDirectory() as directory:
        stack = Deployed(url, *deploy("prod", endpoint_url=url).write(Path(directory)))
        tls = None if options.http else certified(Path(directory))
        print("| checkout | delay a call | wall, median (min-max) | user CPU | calls | repeated | most in flight |")
        print("|---|---|---|---|---|---|---|")
        for delay in options.delay or (80,):
            for path in measured.values():
                verify(stack, delay, tls, path)  # the first run pays for byte code
            runs = [
                {name: verify(stack, delay, tls, path) for name, path in measured.items()} for _ in range(options.runs)
            ]
            for name in measured:
                print(f"| {name} " + row(delay, [run[name] for run in runs]), flush=True)


def certified(directory: Path) -> Tls:
    """TLS for localhost, by an authority of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    told = certificate.public_bytes(Encoding.PEM)
    own, bundle = directory / "own.pem", directory / "bundle.pem"
    own.write_bytes(told + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    bundle.write_bytes(Path(certifi.where()).read_bytes() + told)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    return Tls(context, bundle)


def verify(stack: Deployed, delay: int, tls: Tls | None, checkout: Path) -> Measure:
    with proxy_to(stack.url, delay=delay / 1000, tls=tls.context if tls else None) as proxy:
        command = [sys.executable, "-m", "pytest", stack.outputs.name, "--stack-state", stack.state.name, "-q"]
        environment = settings(proxy.url, tls, checkout)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.perf_counter()
        done = subprocess.run(
            command, cwd=stack.outputs.parent, env=environment, capture_output=True, text=True, check=False
        )
        wall = time.perf_counter() - started
        user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode != 0:
        sys.exit(f"the verification exited with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr}")
    return Measure(wall, user, proxy.traffic)


def settings(url: str, tls: Tls | None, checkout: Path) -> Mapping[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
        **({"AWS_CA_BUNDLE": str(tls.bundle)} if tls else {}),
        "AWS_ENDPOINT_URL": url.replace("127.0.0.1", "localhost"),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "PYTHONPATH": str(checkout / "verify"),
    }


def row(delay: int, measures: list[Measure]) -> str:
    walls = [measure.wall for measure in measures]
    traffic = measures[-1].traffic
    wall = f"{statistics.median(walls):.2f} s ({min(walls):.2f}-{max(walls):.2f})"
    user = statistics.median(measure.user for measure in measures)
    return (
        f"| {delay} ms | {wall} | {user:.1f} s | {len(traffic.calls)} | {traffic.repeated} | {traffic.most_in_flight} |"
    )


if __name__ == "__main__":
    main()
