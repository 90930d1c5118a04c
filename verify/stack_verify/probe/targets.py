"""What there is to probe, from the snapshot: the listeners of application load balancers, and the database's ports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from stack_verify.errors import Unanswered
from stack_verify.probe.http import DEFAULT_PORTS
from stack_verify.probe.settings import Place
from stack_verify.resources.acm import Certificate, of_acm
from stack_verify.resources.elbv2 import Listener, ListenerCertificates, LoadBalancer, TargetGroup
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

SCHEMES = {"HTTP": "http", "HTTPS": "https"}

_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True)
class EndpointTarget:
    """A listener, the address at which a client meets it, and the name of its load balancer."""

    listener_arn: str
    scheme: str
    host: str
    port: int
    path: str
    balancer: str

    @property
    def place(self) -> Place:
        """Its host and port."""
        return self.host, self.port

    @property
    def url(self) -> str:
        """Its address, with the port where it is not the scheme's own."""
        port = "" if DEFAULT_PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def listeners(snapshot: Snapshot) -> Iterator[Listener]:
    """The stack's listeners that speak HTTP or HTTPS."""
    yield from (listener for listener in snapshot.subjects(Listener) if listener.protocol in SCHEMES)


def endpoint_target(listener: Listener, snapshot: Snapshot) -> EndpointTarget:
    """How a client meets a listener.

    The host is one that the outputs name and the listener's certificate covers, or the certificate's own, or where
    there is no certificate that of a listener beside it, or the load balancer's. The path is the one that health
    checks ask for, which answers when the application is well.

    Raises:
        Unanswered: when AWS did not say what it takes, or nothing names a host.
    """
    if listener.protocol not in SCHEMES or listener.port is None:
        raise Unanswered(f"{listener.listener_arn} is no listener for HTTP")
    scheme = SCHEMES[listener.protocol]
    balancer = snapshot.require(LoadBalancer, listener.load_balancer_arn).dns_name.lower()
    host = _host(listener, snapshot) or balancer
    return EndpointTarget(listener.listener_arn, scheme, host, listener.port, _path(listener, snapshot), balancer)


def database_place(instance: DBInstance) -> Place:
    """Where a database listens.

    Raises:
        Unanswered: when AWS did not say.
    """
    return instance.endpoint.address, instance.endpoint.port


def _host(listener: Listener, snapshot: Snapshot) -> str | None:
    """The host that a certificate names; None where the load balancer has none."""
    if listener.encrypts:
        return _certified_host(listener, snapshot)
    beside = (other for other in snapshot.within(Listener, listener.load_balancer_arn) if other.protocol == "HTTPS")
    encrypted = next(beside, None)
    return None if encrypted is None else _certified_host(encrypted, snapshot)


def _certified_host(listener: Listener, snapshot: Snapshot) -> str:
    arns = snapshot.require(ListenerCertificates, listener.listener_arn).arns
    certificates = [snapshot.require(Certificate, arn) for arn in arns if of_acm(arn)]
    names = [name.lower() for each in certificates for name in (each.domain_name, *each.subject_alternative_names)]
    promised = [host for host in _hosts_of_outputs(snapshot) if covers(names, host)]
    for host in (*promised, *names):
        if _HOST.fullmatch(host):
            return host
    raise Unanswered(
        f"nothing names a host of {listener.listener_arn}: its certificates are for {', '.join(names) or 'no names'}, "
        "and no output holds a URL that they cover. Export the URL."
    )


def _hosts_of_outputs(snapshot: Snapshot) -> Iterator[str]:
    for output in snapshot.of(StackOutput):
        text = output.value or ""
        try:
            host = urlsplit(text if "://" in text else f"//{text}").hostname
        except ValueError:
            continue
        if host:
            yield host.lower()


def covers(names: Iterable[str], host: str) -> bool:
    """Whether a certificate for ``names`` is one for ``host``; a star stands for one label (RFC 9525, 6.3)."""
    label, _, rest = host.partition(".")
    return any(name == host or (label and name == f"*.{rest}") for name in names)


def _path(listener: Listener, snapshot: Snapshot) -> str:
    for action in listener.default_actions:
        for arn in sorted(action.target_groups):
            path = snapshot.require(TargetGroup, arn).health_check_path
            if path is not None and path.startswith("/"):
                return path
    return "/"
