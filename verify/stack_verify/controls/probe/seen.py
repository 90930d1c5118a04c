"""What was probed, and what it means that something was not seen."""

from __future__ import annotations

from stack_verify.core.control import Verdict, not_applicable
from stack_verify.errors import Unanswered
from stack_verify.resources.elbv2 import NOT_APPLICATION, Listener, LoadBalancer
from stack_verify.resources.probe import Endpoint, ProbeRun, Tls
from stack_verify.snapshot import Snapshot

NOT_PROBED = "nothing was probed: the run was not asked to, with --probe"


def run_of(snapshot: Snapshot) -> ProbeRun | None:
    """That probes were made, and how; None where there were none."""
    return next(iter(snapshot.of(ProbeRun)), None)


def unseen(run: ProbeRun, why: str) -> Verdict:
    """The verdict on what cannot be seen from here: with ``--probe auto`` it need not be seen.

    Raises:
        Unanswered: with ``--probe require``, where it must.
    """
    if run.mode == "auto":
        return not_applicable(f"{why}; --probe require makes this an error")
    raise Unanswered(why)


def seen(listener: Listener, protocol: str, snapshot: Snapshot) -> Endpoint | Verdict:
    """What was seen of a listener for ``protocol``, or the verdict where there is nothing to judge.

    Raises:
        Unanswered: when it was not met, and it is not known whether a client elsewhere would meet it.
    """
    if listener.protocol != protocol:
        return not_applicable(f"its protocol is {listener.protocol}")
    run = run_of(snapshot)
    if run is None:
        return not_applicable(NOT_PROBED)
    balancer = snapshot.require(LoadBalancer, listener.load_balancer_arn)
    if not balancer.is_application:
        return not_applicable(NOT_APPLICATION)
    endpoint = snapshot.require(Endpoint, listener.listener_arn)
    stop = endpoint.stopped
    if stop is None or stop.stage not in ("name", "connection") or stop.reason in ("refused", "closed"):
        return endpoint
    why = f"{told(endpoint)}: {stop.detail}"
    if stop.nowhere or balancer.scheme == "internal":
        return unseen(run, why)
    raise Unanswered(why)


def told(endpoint: Endpoint) -> str:
    """Where the endpoint was met, with how many tries and in how many seconds."""
    by = " by --resolve" if endpoint.overridden else ""
    at = f" at {endpoint.connected_to}{by}" if endpoint.connected_to else ""
    tries = "1 try" if endpoint.attempts == 1 else f"{endpoint.attempts} tries"
    return f"{endpoint.url}{at}, {tries}, {endpoint.seconds} s"


def tls_of(endpoint: Endpoint) -> Tls:
    """The handshake with the endpoint.

    Raises:
        Unanswered: when there was none.
    """
    if endpoint.tls is None:
        detail = endpoint.stopped.detail if endpoint.stopped else "no handshake was made"
        raise Unanswered(f"{told(endpoint)}: {detail}")
    return endpoint.tls
