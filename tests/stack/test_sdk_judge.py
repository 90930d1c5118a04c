"""The judge of inputs knows what the SDK declares, at every depth: otherwise the other tests prove nothing."""

import ast
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pulumi_aws as aws
import pytest
from support.stack_deployment import PROGRAM, run
from support.stack_sdk import MODULES, UnknownInputError, refuse_unknown

LISTENER = "aws:lb/listener:Listener"


def sdk_names(source: str) -> Iterator[tuple[str, ...]]:
    """Each name that a module takes from `aws`, such as ("ec2", "Vpc")."""
    for node in ast.walk(ast.parse(source)):
        names, owner = [], node
        while isinstance(owner, ast.Attribute):
            names.append(owner.attr)
            owner = owner.value
        if names and isinstance(owner, ast.Name) and owner.id == "aws":
            yield tuple(reversed(names))


def missing_names(source: str) -> set[tuple[str, ...]]:
    def resolve(names: tuple[str, ...]) -> object:
        return reduce(lambda found, name: getattr(found, name, None), names, aws)

    return {names for names in sdk_names(source) if resolve(names) is None}


def test_known_inputs_are_accepted():
    refuse_unknown(LISTENER, {"port": 80.0, "defaultActions": [{"type": "redirect", "redirect": {"port": "443"}}]})


def test_an_unknown_input_is_refused():
    with pytest.raises(UnknownInputError, match=r"Listener has no input sslPolicies$"):
        refuse_unknown(LISTENER, {"port": 80.0, "sslPolicies": ["x"]})


def test_an_unknown_input_is_refused_inside_another():
    actions = [{"type": "redirect", "redirect": {"port": "443", "schema": "https"}}]
    with pytest.raises(UnknownInputError, match=r"Listener has no input defaultActions\.redirect\.schema$"):
        refuse_unknown(LISTENER, {"defaultActions": actions})


def test_a_class_whose_args_have_another_name_is_judged_too():
    with pytest.raises(UnknownInputError, match=r"has no input versioning$"):
        refuse_unknown("aws:s3/bucketVersioning:BucketVersioning", {"bucket": "b", "versioning": {}})


def test_a_program_that_gives_an_unknown_nested_input_fails():
    def program() -> None:
        aws.lb.Listener("l", load_balancer_arn="a", default_actions=[{"type": "forward", "target": "t"}])

    with pytest.raises(UnknownInputError, match=r"defaultActions\.target"):
        run(program, {})


def test_every_module_and_class_that_the_program_takes_from_the_sdk_exists():
    sources = {path: path.read_text() for path in Path(PROGRAM).glob("*.py")}
    assert {path.name: missing for path, source in sources.items() if (missing := missing_names(source))} == {}
    modules = {names[0] for source in sources.values() for names in sdk_names(source) if len(names) == 2}
    assert modules == set(MODULES)


def test_the_module_that_broke_the_predecessor_is_found_missing():
    assert missing_names("aws.logs.LogGroup('x')\naws.cloudwatch.LogGroup('x')") == {("logs", "LogGroup"), ("logs",)}
