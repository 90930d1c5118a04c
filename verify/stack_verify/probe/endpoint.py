"""One endpoint, from its name to its answer: tried until it answers as a whole or the time is over."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from stack_verify.probe import http, tls
from stack_verify.probe.connection import Deadline, StoppedError, connect, find_addresses
from stack_verify.probe.settings import ProbeSettings
from stack_verify.probe.targets import EndpointTarget
from stack_verify.resources.probe import Check, Endpoint, Stage, Stop, Tls
from stack_verify.resources.resource import ApiCall

SERVER_ERROR = 500


@dataclass
class _Seen:
    """What one try saw, as far as it came."""

    addresses: tuple[str, ...] = ()
    address: str | None = None
    stop: Stop | None = None
    tls: Tls | None = None
    http: http.Answered = field(default_factory=http.Answered)

    def told(self) -> str:
        if self.stop is not None:
            return self.stop.detail
        return f"it answered {self.http.hops[-1].status}"


class EndpointProbe:
    """A probe of one endpoint with the settings and contexts of a run.

    ``progress`` is told what is waited for; when ``over`` is set, nothing is waited for any more.
    """

    def __init__(
        self,
        target: EndpointTarget,
        settings: ProbeSettings,
        offers: tls.Contexts,
        progress: Callable[[str], None],
        over: threading.Event,
    ) -> None:
        self._target = target
        self._settings = settings
        self._offers = offers
        self._progress = progress
        self._over = over
        self._deadline = Deadline(settings.deadline)

    def run(self, call: Callable[[], ApiCall]) -> Endpoint:
        """What was seen of the endpoint in the end; ``call`` gives its origin and the time."""
        since, attempts, pause = time.monotonic(), 1, self._settings.pause
        seen = self._try()
        while self._may_heal(seen) and pause < self._deadline.left:
            self._progress(
                f"{self._target.url}: {seen.told()}; trying again for {self._deadline.left:.0f} s at the most"
            )
            if self._over.wait(pause):
                break
            pause = min(2 * pause, self._settings.longest_pause)
            attempts += 1
            seen = self._try()
        if seen.tls is not None and seen.address is not None:
            seen.tls = self._examined(seen.tls, seen.address)
        return Endpoint(
            observed_by=call(),
            listener_arn=self._target.listener_arn,
            url=self._target.url,
            overridden=bool(self._settings.addresses(*self._target.place)),
            addresses=seen.addresses,
            balancer_addresses=self._of_balancer(),
            connected_to=seen.address,
            stopped=seen.stop,
            tls=seen.tls,
            hops=tuple(seen.http.hops),
            endless=seen.http.endless,
            strict_transport_security=seen.http.strict_transport_security,
            attempts=attempts,
            seconds=round(time.monotonic() - since, 1),
        )

    def _may_heal(self, seen: _Seen) -> bool:
        """Whether waiting may help, as it does while a load balancer is new, its name spreads and its tasks start."""
        if seen.stop is None:
            return seen.http.hops[-1].status >= SERVER_ERROR
        if seen.stop.nowhere and self._settings.mode == "auto":
            return False
        return seen.stop.reason != "other protocol" and (seen.stop.stage, seen.stop.reason) != ("TLS", "refused")

    def _try(self) -> _Seen:
        seen = _Seen()
        try:
            seen.addresses = find_addresses(self._target.place, self._settings, self._patience("name"))
            connection, seen.address = connect(self._target.place, seen.addresses, self._patience("connection"))
            if self._target.scheme == "https":
                connection, seen.tls = self._encrypted(connection)
            seen.http = http.follow(self._target.url, self._connections(connection, seen.address))
        except StoppedError as error:
            seen.stop = error.stop
        return seen

    def _encrypted(self, plain: socket.socket) -> tuple[socket.socket, Tls]:
        connection = tls.shake_hands(self._offers.anything, plain, self._target.host, self._patience("TLS"))
        unasked = Check(outcome="unknown", detail="not asked")
        spoken = (connection.version() or "").removeprefix("TLSv")
        cipher = connection.cipher()
        return connection, Tls(
            version=spoken if "." in spoken else f"{spoken}.0",
            cipher=cipher[0] if cipher else "",
            certificate=tls.certificate_of(connection),
            trust=unasked,
            name=unasked,
            offers=(),
        )

    def _connections(self, first: socket.socket, address: str) -> http.Connect:
        """Connections for requests: the one there is, then new ones to the same address."""
        ready = [first]

        def following() -> tuple[socket.socket, float]:
            if ready:
                return ready.pop(), self._patience("HTTP")
            connection, within = self._plain(address)
            if self._target.scheme == "https":
                connection = tls.shake_hands(self._offers.anything, connection, self._target.host, within)
            return connection, self._patience("HTTP")

        return following

    def _of_balancer(self) -> tuple[str, ...]:
        try:
            return find_addresses((self._target.balancer, self._target.port), self._settings, self._settings.patience)
        except StoppedError:
            return ()

    def _plain(self, address: str) -> tuple[socket.socket, float]:
        within = self._patience("connection")
        return connect(self._target.place, (address,), within)[0], within

    def _examined(self, spoken: Tls, address: str) -> Tls:
        """TLS with what takes handshakes of their own: who trusts the certificate, and which versions are refused."""
        host, offers = self._target.host, self._offers
        self._deadline = Deadline(self._settings.patience * len(tls.VERSIONS))

        def again() -> tuple[socket.socket, float]:
            return self._plain(address)

        trust = tls.verified(offers.trusting, host, again)
        name = tls.verified(offers.naming, host, again) if trust.outcome == "holds" else spoken.name
        return Tls(
            version=spoken.version,
            cipher=spoken.cipher,
            certificate=spoken.certificate,
            trust=trust,
            name=name,
            offers=tuple(tls.offer(version, only, host, again) for version, only in offers.only.items()),
        )

    def _patience(self, stage: Stage) -> float:
        """The seconds that the next step may take, which belongs to ``stage``.

        Raises:
            StoppedError: when the time for the endpoint is over.
        """
        left = self._deadline.left
        if left <= 0:
            raise StoppedError(stage, "timed out", f"there was no whole answer in {self._settings.deadline} s")
        return min(self._settings.patience, left)
