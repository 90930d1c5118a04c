"""What one declaration on a resource type says of it: by which values it is named, and what others call its kind.

``stack_verify.detect.references`` reads the declarations of all types; no other table says any of this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from stack_verify.resources.partitions import DOMAIN, REGION, partition

# Of a value, and the caller's account and region: what AWS is asked by.
Key: TypeAlias = Callable[[str, str, str], str]

# Parts of patterns. A host's own region, and the domains that it may be in; any id, however it looks.
IN_REGION = rf"(?P<region>{REGION})"
IN_DOMAIN = rf"\.{DOMAIN}"
ANY_ID = r"[^/:*?\s${}]+"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def same(value: str, _account: str, _region: str) -> str:
    """AWS is asked by the value itself."""
    return value


def lower(value: str, _account: str, _region: str) -> str:
    """AWS keeps such names in lower case."""
    return value.lower()


def as_arn(service: str, resource: str) -> Key:
    """AWS is asked by the ARN; ``resource`` is its last part, with the value in the place of ``{}``."""

    def key(value: str, account: str, region: str) -> str:
        return f"arn:{partition(region)}:{service}:{region}:{account}:{resource.format(value)}"

    return key


class ArnForm(NamedTuple):
    """A type's ARNs: the service, and a pattern of the last part, whose first group is its name.

    ``by_name`` types are asked for by that name, all others by the ARN. ``lenient`` is the pattern of what is an ARN of
    the type however its id looks (Service Authorization Reference, "Resource types defined by ..."). Of a type that is
    not ``regional`` no ARN names a region.
    """

    service: str
    resource: str
    lenient: str
    by_name: bool = False
    regional: bool = True


class BareName(NamedTuple):
    """Values that mean something only under a name: the words it ends in, what the value looks like, the key for it.

    Without such words it is how a state names the type, which says itself what is meant.
    """

    endings: tuple[str, ...]
    value: str
    key: Key = same


class Host(NamedTuple):
    """A pattern of host names that AWS gives the type, with a group ``name``, and ``region`` where it tells it.

    ``everywhere`` is for names that are unique over all regions: one of another region is asked for by name, too.
    """

    pattern: str
    everywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How a type is named. What is left out, it has not.

    ``id_prefix`` is that of EC2's ids. ``texts`` are patterns of whole values that name it, with a group ``name``;
    where they have groups ``account`` and ``region``, these must be the caller's. ``bare_names`` are values that only
    the name of an output explains. ``pulumi`` are the types of Pulumi's aws provider whose id or ARN is the resource's
    own, not those of a companion such as ``s3/bucketPolicy``, whose id is the bucket's name; ``terraform`` are those
    of Terraform's. CloudFormation's is the kind itself. ``asff`` is Security Hub's word, where it has one. ``by_tags``
    says whether it belongs to the stack for carrying the stack's tags.
    """

    arns: tuple[ArnForm, ...] = ()
    id_prefix: str | None = None
    hosts: tuple[Host, ...] = ()
    texts: tuple[str, ...] = ()
    bare_names: tuple[BareName, ...] = ()
    pulumi: tuple[str, ...] = ()
    terraform: tuple[str, ...] = ()
    asff: str | None = None
    by_tags: bool = False

    @property
    def is_named(self) -> bool:
        """Whether outputs or a state can name such a resource."""
        return bool(self.arns or self.bare_names)


def bare(endings: str, value: str, key: Key = same) -> BareName:
    """A bare name under outputs whose name ends in one of ``endings``, which are words with commas between."""
    return BareName(tuple(endings.split(", ")), value, key)


def ec2(
    prefix: str, arn: str, *, pulumi: tuple[str, ...], terraform: tuple[str, ...], asff: str | None = None
) -> Identity:
    """The identity of a type of Amazon EC2: the prefix of its ids, and the word before them in its ARN."""
    return Identity(
        arns=(
            ArnForm("ec2", rf"{arn}/({prefix}-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}}))", f"{arn}/({ANY_ID})", by_name=True),
        ),
        id_prefix=prefix,
        pulumi=tuple(f"ec2/{each}" for each in pulumi),
        terraform=terraform,
        asff=asff,
        by_tags=True,
    )
