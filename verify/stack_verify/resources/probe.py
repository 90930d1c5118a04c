"""What a probe saw of the stack from where the verifier ran: endpoints and database ports, as any client meets them.

These are not AWS's answers but observations of the network. They hold no body, no cookie and no query of an address.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from stack_verify.resources.resource import Fields, Resource

Mode: TypeAlias = Literal["auto", "require"]
Stage: TypeAlias = Literal["name", "connection", "TLS", "HTTP"]
Reason: TypeAlias = Literal["unresolved", "no route", "timed out", "refused", "closed", "other protocol"]


class ProbeRun(Resource, frozen=True, kw_only=True, rename="pascal", tag="Probe::Run"):
    """That probes were made, and how: ``--probe``, ``--probe-deadline`` (seconds), ``--resolve``, ``--cacert``."""

    id_field: ClassVar[str] = "mode"

    mode: Mode
    deadline: float
    resolved: tuple[str, ...]
    # SHA-256 of the file of certificate authorities that was trusted instead of the system's.
    authorities: str | None


class Stop(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the way to an endpoint ended, why, and in words for people."""

    stage: Stage
    reason: Reason
    detail: str

    @property
    def nowhere(self) -> bool:
        """Whether nothing of the endpoint was met: there is no address for it, or no way there from here."""
        return self.reason in ("unresolved", "no route")


class Check(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Something that either holds or not, or could not be found out; with what was said."""

    outcome: Literal["holds", "fails", "unknown"]
    detail: str


class Offer(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What became of the offer to speak one version of TLS (``1.2``) and no other."""

    version: str
    outcome: Literal["accepted", "refused", "unknown"]
    detail: str


class ServedCertificate(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The certificate that the endpoint presented (RFC 5280), trusted or not."""

    subject_alternative_names: tuple[str, ...]
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str


class Tls(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A handshake with everything offered, and what came of narrower offers."""

    version: str
    cipher: str
    # None where a certificate was presented that cannot be read.
    certificate: ServedCertificate | None
    trust: Check
    name: Check
    offers: tuple[Offer, ...]


class Hop(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One answer to a GET: its address, status and ``Location``, both addresses without query."""

    url: str
    status: int
    location: str | None


class Endpoint(Resource, frozen=True, kw_only=True, rename="pascal", tag="Probe::Endpoint"):
    """What was seen of one listener of a load balancer, by listener ARN.

    ``stopped`` tells where the way ended before an HTTP answer. ``addresses`` were found by DNS, or are those of
    ``--resolve`` (``overridden``); ``balancer_addresses`` are those of the load balancer's own name. ``endless`` tells
    of redirects that lead nowhere. ``seconds`` is how long it took, with all ``attempts``.
    """

    id_field: ClassVar[str] = "listener_arn"
    arn_field: ClassVar[str | None] = "listener_arn"

    listener_arn: str
    url: str
    overridden: bool
    addresses: tuple[str, ...] = ()
    balancer_addresses: tuple[str, ...] = ()
    connected_to: str | None = None
    stopped: Stop | None = None
    tls: Tls | None = None
    hops: tuple[Hop, ...] = ()
    endless: bool = False
    strict_transport_security: str | None = None
    attempts: int
    seconds: float


class DatabasePort(Resource, frozen=True, kw_only=True, rename="pascal", tag="Probe::DatabasePort"):
    """Whether a connection to a database's port came about, by the instance's ARN.

    ``stopped`` is None where it did. ``seen_from`` are this machine's own addresses on the way there.
    """

    id_field: ClassVar[str] = "db_instance_arn"
    arn_field: ClassVar[str | None] = "db_instance_arn"

    db_instance_arn: str
    host: str
    port: int
    overridden: bool
    addresses: tuple[str, ...] = ()
    seen_from: tuple[str, ...] = ()
    stopped: Stop | None = None
    seconds: float
