"""The stack itself as its outputs and its state describe it: what was promised, to be held against what is live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from stack_verify.resources.partitions import is_aws_host
from stack_verify.resources.resource import Question, Resource
from stack_verify.resources.route53 import HostedZones
from stack_verify.resources.safeguards import SURROUNDING, Detectors, scope

NO_STATE = (
    "no state was given to compare with: name what `pulumi stack export` or `terraform show -json` writes with "
    "--stack-state, or a CloudFormation stack with --stack-name"
)
NESTED_STACK = "AWS::CloudFormation::Stack"


class StackOutput(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::Output"):
    """One value of the stack's outputs. ``name`` is its path, such as ``privateSubnetIds[0]``.

    ``value`` is None for a secret. ``reference`` is the question the value answers to, where it names a resource.
    ``line`` is where the file of outputs holds the value, counted from 1, as far as it is known.
    """

    id_field: ClassVar[str] = "name"
    leads_to: ClassVar[tuple[str, ...]] = (HostedZones.kind(),)

    name: str
    value: str | None
    reference: Question | None = None
    line: int | None = None

    @property
    def host(self) -> str:
        """The host name of the URL with HTTPS that the value is, in lower case; empty where it is none."""
        try:
            url = urlsplit(self.value or "")
        except ValueError:
            return ""
        return (url.hostname or "") if url.scheme == "https" else ""

    @property
    def own_host(self) -> str:
        """The host, where it is no name of AWS's."""
        return "" if is_aws_host(self.host) else self.host

    def refers_to(self) -> Iterator[Question]:
        if self.reference is not None:
            yield self.reference
        if self.own_host:
            yield HostedZones.ask(self.own_host)


class StackOutputs(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::Outputs"):
    """The outputs as a whole, by the file they are in.

    ``names`` are those of the file's outputs, ``in_state`` those that the stack's state holds, None where no state was
    given. Of an output of several values, such as ``privateSubnetIds[0]``, it is the name before them.
    """

    id_field: ClassVar[str] = "source"

    source: str
    names: tuple[str, ...]
    in_state: tuple[str, ...] | None = None


class StackRegions(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::Regions"):
    """The regions that the outputs and the state name resources of this account in, by the file of outputs.

    The first is the region that is read; that of CloudFront's certificates and web ACLs does not count.
    """

    id_field: ClassVar[str] = "source"
    leads_to: ClassVar[tuple[str, ...]] = (Detectors.kind(), *(kind.kind() for kind in SURROUNDING))

    source: str
    account: str
    regions: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (Detectors.ask(scope(self.account, region)) for region in self.regions)

    def surroundings(self) -> Iterator[Question]:
        # The detector of a region is one, and is the stack's to have; of the others there may be many, of many teams.
        yield from (kind.ask(scope(self.account, region)) for region in self.regions for kind in SURROUNDING)


class DeclaredResource(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::DeclaredResource"):
    """One custom resource of the stack's state. ``type`` is the tool's own, such as ``aws:rds/instance:Instance``.

    For CloudFormation the stack in AWS is the state: it is asked for by its name, and says no properties.

    ``named`` is its ARN, or else its id; empty where it is not of AWS. ``about`` is the question for what its
    properties are those of: the resource itself, or the one that it is a companion of. ``properties`` are those that
    are compared with the live ones, spelt for that, and no others; of ``secret_properties`` nothing but the names is
    kept, and ``unread_properties`` have a form that is not known.
    """

    id_field: ClassVar[str] = "urn"
    where_none: ClassVar[str | None] = NO_STATE

    urn: str
    type: str
    named: str = ""
    reference: Question | None = None
    about: Question | None = None
    properties: dict[str, str | tuple[str, ...]] = msgspec.field(default_factory=dict)
    secret_properties: tuple[str, ...] = ()
    unread_properties: tuple[str, ...] = ()

    @property
    def by_cloudformation(self) -> bool:
        """Whether CloudFormation declares it."""
        return self.type.startswith(("AWS::", "Custom::"))

    def refers_to(self) -> Iterator[Question]:
        if self.reference is not None:
            yield self.reference
        if self.about is not None:
            yield self.about
