"""HTTP as an endpoint speaks it: a GET, its status and two of its headers, and redirects as far as they stay there."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from stack_verify.probe.connection import StoppedError, cut_off, told
from stack_verify.resources.probe import Hop, Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_HOPS = 10
DEFAULT_PORTS = {"http": 80, "https": 443}
USER_AGENT = "stack-verify"

# What may stand in a request's target as it is (RFC 3986), and the percent sign of what is quoted already.
_SAFE = "/%:@!$&'()*+,;=~-._?"


@dataclass
class Answered:
    """The answers to one GET and to those that its redirects ask for."""

    hops: list[Hop] = field(default_factory=list)
    endless: bool = False
    strict_transport_security: str | None = None


Connect = Callable[[], tuple[socket.socket, float]]


def follow(url: str, connect: Connect) -> Answered:
    """What GET answers at ``url``, and where that leads on the same scheme, host and port. No body is read.

    ``connect`` gives a new connection for a request, and the seconds that its answer may take.

    Raises:
        StoppedError: when there is no answer in HTTP.
    """
    answered, seen = Answered(), set[str]()
    while True:
        seen.add(url)
        status, location, transport = _get(url, *connect())
        if not answered.hops:
            answered.strict_transport_security = transport
        leads = location if status in REDIRECTS else None
        answered.hops.append(Hop(url=bare(url), status=status, location=None if leads is None else bare(leads, url)))
        following = None if leads is None else _within(url, leads)
        if following is None:
            return answered
        if following in seen or len(answered.hops) >= MAX_HOPS:
            answered.endless = True
            return answered
        url = following


def _get(url: str, connection: socket.socket, within: float) -> tuple[int, str | None, str | None]:
    """The status of the answer, its ``Location``, and its ``Strict-Transport-Security``."""
    place = urlsplit(url)
    asking = http.client.HTTPConnection(place.hostname or "")
    asking.sock = connection
    connection.settimeout(within)
    headers = {"Host": place.netloc, "User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
    try:
        with cut_off(connection, within):
            asking.request("GET", _target(place), headers=headers)
            answer = asking.getresponse()
            return answer.status, answer.getheader("Location"), answer.getheader("Strict-Transport-Security")
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason, detail = _why(error, within)
        raise StoppedError("HTTP", reason, detail) from error
    finally:
        asking.close()


def _why(error: Exception, within: float) -> tuple[Reason, str]:
    if isinstance(error, TimeoutError):
        return "timed out", f"connected, but there was no HTTP answer within {within:.1f} s"
    if isinstance(error, OSError | http.client.RemoteDisconnected):
        return "closed", f"the connection ended before an HTTP answer ({told(error)})"
    return "other protocol", f"what answers does not speak HTTP ({type(error).__name__})"


def _target(place: SplitResult) -> str:
    path = quote(place.path or "/", safe=_SAFE)
    return f"{path}?{quote(place.query, safe=_SAFE)}" if place.query else path


def _within(url: str, location: str) -> str | None:
    """The address that a ``Location`` means, where it is of the same scheme, host and port; else None."""
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        same = origin(here) == origin(there)
    except ValueError:
        return None
    return there._replace(netloc=here.netloc, fragment="").geturl() if same else None


def origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port.

    Raises:
        ValueError: when the port is no number.
    """
    return url.scheme, url.hostname, url.port or DEFAULT_PORTS.get(url.scheme)


def bare(location: str, url: str = "") -> str:
    """An address as a whole, without what may be a secret in it: query, fragment, user and password."""
    try:
        there = urlsplit(urljoin(url, location))
        return f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
    except ValueError:
        return "an address that cannot be read"
