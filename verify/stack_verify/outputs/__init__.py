"""The stack's outputs and state, from every form that the tools write; anything else is refused with the place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stack_verify.errors import OutputsError
from stack_verify.inquiry import Stack
from stack_verify.outputs.document import read_document, read_text
from stack_verify.outputs.facts import PROJECT, SUFFIX, environment, place, refuse_other_place, said
from stack_verify.outputs.forms import Reading, read_form, read_state
from stack_verify.outputs.lines import with_lines
from stack_verify.outputs.model import Declared, Output, StackOutputs
from stack_verify.resources.arn import parse_arn

__all__ = ["Declared", "Output", "StackOutputs", "load_outputs"]


def load_outputs(path: Path, state: Path | None = None, stack_names: tuple[str, ...] = ()) -> StackOutputs:
    """The outputs in ``path``, with the declared resources of ``state`` where it is given.

    Accepted, and told apart by content: a flat JSON object; objects by stack (``cdk deploy --outputs-file``; with more
    than one stack the names are ``Stack.Key``); ``pulumi stack output --json``; ``pulumi stack export`` and the state
    files of Pulumi's file backend, versions 3 and 4, which say what is declared too; ``terraform output -json``.
    ``state`` is a stack export of Pulumi's, or a state of Terraform's. ``stack_names`` are CloudFormation stacks that
    declare the resources; without them those of CDK's outputs, or whose ARNs are outputs, where no state is given. A
    list of ids in one text (``subnet-1,subnet-2``) is taken apart. Secrets are dropped: see
    ``stack_verify.outputs.values``.

    Raises:
        OutputsError: for anything else; saying what is wrong, where, and what to do.
    """
    reading = read_form(read_document(path), path)
    found = place(reading.outputs, reading.declared, path)
    declared = Reading(())
    if state is not None:
        declared = read_state(read_document(state), state)
        _refuse_other_stack(reading, declared, path, state)
        known = place(declared.outputs, declared.declared, state)
        refuse_other_place(found, known, path, state)
        found = found._replace(account=found.account or known.account, region=found.region or known.region)
    return StackOutputs(
        stack=Stack(
            source=_source(path),
            name=reading.name or declared.name,
            project=said(reading.outputs, PROJECT) or reading.project or declared.project,
            environment=environment(reading.outputs),
            environment_suffix=said(reading.outputs, SUFFIX),
        ),
        region=found.region,
        account=found.account,
        outputs=tuple(with_lines(reading.outputs, read_text(path))),
        in_state=None if state is None else declared.outputs,
        cloudformation=stack_names or (() if state or reading.declared else tuple(_cloudformation(reading))),
        declared=tuple({item.urn: item for item in (*reading.declared, *declared.declared)}.values()),
    )


def _source(path: Path) -> str:
    """The path as given, but never a machine's own: the same stack gives the same snapshot everywhere."""
    return path.name if path.is_absolute() else path.as_posix()


def _cloudformation(reading: Reading) -> Iterator[str]:
    """The CloudFormation stacks that CDK's outputs name, or whose ARNs are outputs, each once."""
    arns = [arn for output in reading.outputs if (arn := parse_arn(output.value)) and arn.service == "cloudformation"]
    named = (arn.resource.split("/")[1] for arn in arns if arn.resource.startswith("stack/"))
    yield from dict.fromkeys((*reading.cloudformation, *named))


def _refuse_other_stack(reading: Reading, state: Reading, path: Path, state_path: Path) -> None:
    if reading.project and (reading.name, reading.project) != (state.name, state.project):
        raise OutputsError(
            f"{state_path}: is the state of stack {state.name} of project {state.project}, but {path} is of stack "
            f"{reading.name} of project {reading.project}. Name the state of the same stack."
        )
