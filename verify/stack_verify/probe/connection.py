"""From a name to a connection: addresses, and the first of them that accepts one, within a time."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from queue import Empty, SimpleQueue
from typing import TypeAlias

from stack_verify.probe.settings import Place, ProbeSettings
from stack_verify.resources.probe import Reason, Stage, Stop

_Found: TypeAlias = "tuple[str, ...] | OSError | UnicodeError"

# What the system says where no route leads to an address, or the machine has none of the address's family.
_NO_ROUTE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPERM}
)
# Of several addresses, what tells most of the endpoint.
_TELLING: tuple[Reason, ...] = ("refused", "closed", "timed out", "no route")


class StoppedError(Exception):
    """The way to an endpoint ended; ``stop`` says where and why."""

    def __init__(self, stage: Stage, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.stop = Stop(stage=stage, reason=reason, detail=detail)


class Deadline:
    """A point in time, some seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, never less than none."""
        return max(0.0, self._end - time.monotonic())


def find_addresses(place: Place, settings: ProbeSettings, within: float) -> tuple[str, ...]:
    """The addresses that ``--resolve`` or else DNS gives for a host, sorted. Takes seconds to wait.

    Raises:
        StoppedError: when there are none.
    """
    host, port = place
    if given := settings.addresses(host, port):
        return given
    answer: SimpleQueue[_Found] = SimpleQueue()
    # The system's resolver knows no time limit: it is left to itself when the time is over.
    threading.Thread(target=lambda: answer.put(_look_up(host, port)), daemon=True, name="resolver").start()
    try:
        found = answer.get(timeout=within)
    except Empty:
        raise StoppedError("name", "unresolved", f"DNS did not answer for {host} within {within:.1f} s") from None
    if isinstance(found, OSError | UnicodeError):
        raise StoppedError("name", "unresolved", f"DNS has no address for {host}: {told(found)}") from found
    return found


def _look_up(host: str, port: int) -> _Found:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return error
    return tuple(sorted({str(address[0]) for *_, address in found}))


def connect(place: Place, addresses: Sequence[str], within: float) -> tuple[socket.socket, str]:
    """A connection to the first of ``addresses`` that accepts one, and that address. Takes seconds for each to answer.

    Raises:
        StoppedError: when none does.
    """
    stops: list[Stop] = []
    for address in addresses:
        try:
            return socket.create_connection((address, place[1]), timeout=within), address
        except OSError as error:
            stops.append(_stop(error, address, place[1], within))
    stop = min(stops, key=lambda stop: _TELLING.index(stop.reason))
    raise StoppedError(stop.stage, stop.reason, "; ".join(stop.detail for stop in stops))


def _stop(error: OSError, address: str, port: int, within: float) -> Stop:
    reason: Reason
    if isinstance(error, TimeoutError):
        reason, detail = "timed out", f"nobody answered within {within:.1f} s"
    elif isinstance(error, ConnectionRefusedError):
        reason, detail = "refused", "the connection was refused"
    elif error.errno in _NO_ROUTE:
        reason, detail = "no route", f"no way there from here ({told(error)})"
    else:
        reason, detail = "closed", f"no connection came about ({told(error)})"
    return Stop(stage="connection", reason=reason, detail=f"{address} port {port}: {detail}")


def own_address(address: str, port: int) -> str | None:
    """The address of this machine on the way to another; None where there is no way. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            datagrams.connect((address, port))
            return str(datagrams.getsockname()[0])
    except OSError:
        return None


@contextmanager
def cut_off(connection: socket.socket, after: float) -> Iterator[None]:
    """Ends the connection after some seconds, if the block is not through with it: who drips bytes must not hold us.

    Raises:
        TimeoutError: when it was ended, whatever the block made of that.
    """
    over = threading.Event()
    timer = threading.Timer(after, _shut, [connection, over])
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise TimeoutError


def _shut(connection: socket.socket, over: threading.Event) -> None:
    over.set()
    try:
        # The plain socket's own, under any TLS, which another thread is reading.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def told(error: Exception) -> str:
    """An error of the system in its own words, without its number."""
    return str(getattr(error, "strerror", None) or error)
