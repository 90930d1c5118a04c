"""What every resource that is gone changes, whatever it was."""

from typing import Final

_OF_ITS_OWN: Final = ("env-suffix-in-names", "no-placeholder-values", "required-tags")


def gone(output: str, urn: str, *, also: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """The findings that change when the resource that `output` and the outputs `also` name is deleted.

    `urn` is the part of its URN that follows the project, such as `healthcare:network:FlowLogs$...::name`.
    """
    return (
        ("inventory-in-state-not-in-account", f"urn:pulumi:{urn.rpartition('-')[2]}::healthcare-platform::{urn}"),
        *(("outputs-resolve-live", f"output {name}") for name in (output, *also)),
        *((control, output) for control in _OF_ITS_OWN),
    )
