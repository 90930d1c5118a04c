"""How tasks get to AWS's services: by an endpoint of the VPC, or else through a NAT or an internet gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from stack_verify.errors import Unanswered
from stack_verify.network.flow import Lead, Path, flow, outward
from stack_verify.network.hops import Hop, is_of_gateway_endpoint
from stack_verify.network.live import LiveNetwork
from stack_verify.network.packets import INTERNET_IPV4, IPV4, prefixes, rest_of, span
from stack_verify.network.ports import TCP, PortRange
from stack_verify.network.topology import Leg, Party
from stack_verify.resources.ec2 import NatGateway, VPCEndpoint
from stack_verify.resources.partitions import endpoint_service

HTTPS = 443
PORT = PortRange(HTTPS, HTTPS)


class Word(NamedTuple):
    """What an endpoint's policy says: the statements that let through what is asked, or the change that would."""

    by: tuple[str, ...] = ()
    change: str | None = None


Policies: TypeAlias = Callable[[VPCEndpoint, str], Word]


def paths_to(service: str, source: Party, live: LiveNetwork, policies: Policies) -> tuple[Path, ...]:
    """The ways that all must be open for ``source`` to reach an AWS service, named as in ``com.amazonaws.REGION.kms``.

    The SDKs look a service up under its public name. Where an interface endpoint has private DNS that name leads to the
    endpoint alone, whether it lets anybody in or not (PrivateLink guide, "Private DNS names"). ``policies`` tells what
    the policy of an endpoint says of what is asked of the service.

    Raises:
        Unanswered: when AWS does not tell what is on the way, or some of the internet is reached and some is not.
    """
    endpoints = tuple(each for each in live.snapshot.within(VPCEndpoint, live.vpc) if _is_of(service, each, live))
    named = [each for each in endpoints if each.vpc_endpoint_type == "Interface" and each.private_dns_enabled]
    if named:
        return tuple(
            path for endpoint in named for path in _to_interface(source, endpoint, live, policies(endpoint, service))
        )
    # Of a service's own endpoints, routes lead to gateways alone.
    gateways = {each.vpc_endpoint_id: each for each in endpoints}
    led = [leg.target for leg in _legs(source) if leg.target in gateways]
    if led:
        return tuple(
            _past_policy(_through_endpoint(source, each, live), each, policies(gateways[each], service)) for each in led
        )
    return tuple(_through_internet(service, source, live))


def _to_interface(source: Party, endpoint: VPCEndpoint, live: LiveNetwork, word: Word) -> Iterator[Path]:
    targets = live.endpoint(endpoint)
    if not targets:
        raise Unanswered(f"AWS tells no subnet of {endpoint.id}, to which {endpoint.service_name} leads")
    for target in targets:
        yield _past_policy(flow(live.topology, source, target, TCP, PORT), endpoint.id, word)


def _past_policy(path: Path, endpoint: str, word: Word) -> Path:
    """The path with the endpoint's policy as its last hop, where anything gets that far."""
    if not path.passed:
        return path
    nothing = path.passed.of(())
    passed, lost = (path.passed, nothing) if word.change is None else (nothing, path.passed)
    hop = Hop(f"the policy of {endpoint} lets requests through", word.by, lost, word.change)
    return replace(path, passed=passed, hops=(*path.hops, hop))


def _is_of(service: str, endpoint: VPCEndpoint, live: LiveNetwork) -> bool:
    known = endpoint_service(endpoint.service_name, live.snapshot.caller.region) == service
    return known and endpoint.state.lower() == "available"


def _through_endpoint(source: Party, endpoint: str, live: LiveNetwork) -> Path:
    networks = tuple(network for leg in _legs(source) if leg.target == endpoint for network in leg.networks)
    if not networks:
        raise Unanswered(f"the prefix list of {endpoint} is empty")
    lead = Lead(endpoint, lambda leg: leg.target == endpoint)
    return outward(live.topology, source, Party(endpoint, networks), HTTPS, leads=lead)


def _through_internet(service: str, source: Party, live: LiveNetwork) -> Iterator[Path]:
    """The way out by the NAT gateways that the subnet routes to, or else by the internet gateway.

    AWS tells no addresses of its services, so that the way is open for certain only where it is to everywhere.
    """
    legs = _legs(source)
    outside = _elsewhere(legs)
    relays = sorted({leg.target for leg in legs if leg.target.startswith("nat-")})
    if not relays:
        yield _certain(service, flow(live.topology, source, outside, TCP, PORT))
    for relay in relays:
        yield from (_certain(service, path) for path in _through_nat(source, outside, relay, live))


def _legs(source: Party) -> tuple[Leg, ...]:
    return () if source.place is None else source.place.routes.legs


def _elsewhere(legs: Iterable[Leg]) -> Party:
    """The internet without the services that gateway endpoints lead to: no other service is at their addresses."""
    led = (network for leg in legs if is_of_gateway_endpoint(leg) for network in leg.networks)
    known = [span(network) for network in led if network.version == IPV4]
    return Party("internet", prefixes(rest_of((span(network) for network in INTERNET_IPV4), known), IPV4))


def _through_nat(source: Party, outside: Party, relay: str, live: LiveNetwork) -> Iterator[Path]:
    gateway = next((each for each in live.snapshot.within(NatGateway, live.vpc) if each.id == relay), None)
    if gateway is None:
        raise Unanswered(f"AWS lists no NAT gateway {relay} in {live.vpc}")
    if gateway.state != "available":
        raise Unanswered(f"{relay} is {gateway.state}, and AWS does not tell what it will let through")
    lead = Lead(relay, lambda leg: leg.target == relay)
    if gateway.subnet_id is None:
        # A regional one stands in no subnet: it meets no network ACL, and has a route table of its own.
        place = live.place_of_gateway(relay, gateway.route_table_id)
        yield outward(live.topology, source, outside, HTTPS, leads=lead)
    else:
        place = live.place(gateway.subnet_id)
        yield outward(live.topology, source, outside, HTTPS, leads=lead, relay=place)
    addresses = place.networks or source.addresses
    own = Party(relay, addresses, place, None, public=gateway.is_public, translates=True)
    yield flow(live.topology, own, outside, TCP, PORT)


def _certain(service: str, path: Path) -> Path:
    if path.passed and not path.whole:
        raise Unanswered(
            f"{path.source} reaches a part of the internet, and AWS tells no addresses of {service}: {path}"
        )
    return path
