"""What a fault is: one small way to break the live state of a deployed stack, and the findings that then change."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stack.local.endpoint import Clients

Outputs = Mapping[str, str | list[str]]
"""A deployed stack's flat outputs."""

Break = Callable[[Clients, Outputs], None]
_OUTPUT: Final = "output "
_ELEMENT: Final = re.compile(r"(?P<name>\w+)\[(?P<index>\d+)\]")


@dataclass(frozen=True)
class Fault:
    """A way to break a deployed `stack`, after which exactly the findings in `flips` change."""

    name: str
    title: str
    stack: str
    flips: frozenset[tuple[str, str]]
    apply: Break

    @property
    def control(self) -> str:
        """The id of the control that this fault proves."""
        return self.name.partition(".")[0]

    def findings(self, outputs: Outputs) -> frozenset[tuple[str, str]]:
        """The (control, resource) pairs that change, their resources looked up in the outputs."""
        return frozenset((control, resolved(reference, outputs)) for control, reference in self.flips)


def resolved(reference: str, outputs: Outputs) -> str:
    """The value of the output that `reference` names, such as `vpcId` or `isolatedSubnetIds[0]`.

    What names no output is itself an identifier, of a resource that the outputs do not hold. `output vpcId` is the
    output itself, which a control may judge too.
    """
    if reference.startswith(_OUTPUT):
        return reference.removeprefix(_OUTPUT)
    element = _ELEMENT.fullmatch(reference)
    value = outputs.get(element["name"] if element else reference, reference)
    if isinstance(value, str):
        return value
    return value[int(element["index"])] if element else ",".join(value)


def fault(*flips: tuple[str, str], stack: str = "prod", variant: str = "") -> Callable[[Break], Fault]:
    """Makes a function a fault named after it, `rds_storage_encrypted` being the control rds-storage-encrypted.

    `flips` are the (control, output name) pairs of the findings that change; `variant` tells a further fault for the
    same control apart. The first line of the function's docstring is the fault's title.
    """

    def decorate(function: Break) -> Fault:
        control = function.__name__.replace("_", "-")
        if variant:
            control = control.removesuffix(f"-{variant}")
        return Fault(
            name=f"{control}.{variant}" if variant else control,
            title=(function.__doc__ or "").strip().partition("\n")[0],
            stack=stack,
            flips=frozenset(flips),
            apply=function,
        )

    return decorate
