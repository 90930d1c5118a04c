"""What the user says of probes: whether, where names lead to, whom to trust, and how long to wait."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from stack_verify.errors import ProbeError
from stack_verify.resources.probe import Mode

Place: TypeAlias = tuple[str, int]  # a host's name in lower case, and a TCP port
Probing: TypeAlias = Literal["off", "auto", "require"]

MODES: tuple[str, ...] = get_args(Probing)
ANY_HOST = "*"
MAX_PORT = 65535


@dataclass(frozen=True)
class ProbeSettings:
    """How to probe. All times are seconds.

    An endpoint is tried until it answers or ``deadline`` is over, with a pause that doubles from ``pause`` up to
    ``longest_pause``; each step of a try (connecting, handshake, request) may take ``patience``. ``resolve`` says where
    names lead to in DNS's stead; ``authorities`` is the PEM text of the certificate authorities that are trusted in
    place of the system's.
    """

    mode: Mode
    resolve: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    authorities: str | None = None
    deadline: float = 300.0
    patience: float = 10.0
    pause: float = 1.0
    longest_pause: float = 15.0
    database_patience: float = 3.0

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses that ``--resolve`` gives for a host and port; none where it does not speak of them."""
        return self.resolve.get((host.lower(), port)) or self.resolve.get((ANY_HOST, port)) or ()

    @property
    def resolved(self) -> tuple[str, ...]:
        """``--resolve`` as it may be written again, sorted."""
        return tuple(sorted(f"{host}:{port}:{','.join(found)}" for (host, port), found in self.resolve.items()))

    @property
    def authorities_sha256(self) -> str | None:
        """The digest of the certificate authorities, where they are not the system's."""
        return None if self.authorities is None else hashlib.sha256(self.authorities.encode()).hexdigest()


def probe_settings(
    mode: str, *, resolve: Iterable[str] = (), cacert: Path | None = None, deadline: float | None = None
) -> ProbeSettings | None:
    """The settings from the options ``--probe``, ``--resolve``, ``--cacert`` and ``--probe-deadline``; None for off.

    Raises:
        ProbeError: when an option cannot be used, or what probes need is not installed.
    """
    resolve = tuple(resolve)
    if mode not in MODES:
        raise ProbeError(f"--probe {mode}: is none of: {', '.join(MODES)}.")
    if mode == "off":
        given = {"--resolve": bool(resolve), "--cacert": cacert is not None, "--probe-deadline": deadline is not None}
        if any(given.values()):
            names = ", ".join(name for name, value in given.items() if value)
            raise ProbeError(f"{names}: speaks of probes, and none are made. Add --probe auto or --probe require.")
        return None
    if find_spec("cryptography") is None:
        raise ProbeError("--probe needs the package cryptography. Install stack-verify[probe].")
    if deadline is not None and not 0 < deadline < float("inf"):
        raise ProbeError(f"--probe-deadline {deadline}: give the seconds to wait for an endpoint, more than 0.")
    return ProbeSettings(
        mode="auto" if mode == "auto" else "require",
        resolve=dict(_resolved(text) for text in resolve),
        authorities=None if cacert is None else _authorities(cacert),
        deadline=ProbeSettings.deadline if deadline is None else deadline,
    )


def _resolved(text: str) -> tuple[Place, tuple[str, ...]]:
    """One ``HOST:PORT:ADDRESS``, as curl's ``--resolve`` takes it; an IPv6 address may stand in brackets."""
    host, _, rest = text.partition(":")
    port, _, listed = rest.partition(":")
    addresses = tuple(address.strip().removeprefix("[").removesuffix("]") for address in listed.split(","))
    if not host or not port.isdecimal() or not 0 < int(port) <= MAX_PORT or not all(map(_is_address, addresses)):
        raise ProbeError(f"--resolve {text}: write HOST:PORT:ADDRESS, such as app.example.com:443:192.0.2.1.")
    return (host.lower(), int(port)), addresses


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _authorities(path: Path) -> str:
    # Here and not above: a run without a file of authorities pays for no import.
    import ssl  # noqa: PLC0415

    try:
        text = path.read_text(encoding="utf-8")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        raise ProbeError(f"--cacert {path}: holds no PEM certificate. Name a file that does.") from error
    except OSError as error:
        raise ProbeError(f"--cacert {path}: cannot be read ({error.strerror}). Name a file of certificates.") from error
    return text
