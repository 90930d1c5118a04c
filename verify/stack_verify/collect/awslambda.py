"""Reads AWS Lambda: how functions are configured. Never their code, and no value of their variables is kept."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import to_builtins

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.redaction import clear_variables
from stack_verify.resources.awslambda import (
    EventInvokeConfigs,
    Function,
    FunctionConcurrency,
    FunctionPolicy,
    FunctionTags,
    FunctionUrls,
)

GONE = ("ResourceNotFoundException",)
FUNCTIONS = "arn:{partition}:lambda:{region}:{account}:function:*"


@collects(Function, "lambda:GetFunctionConfiguration", on=(FUNCTIONS,))
def functions(reader: Reader, key: str) -> Iterator[Function]:
    """The function with this name or ARN."""
    response = reader.call("lambda", "GetFunctionConfiguration", FunctionName=key, answers=GONE)
    if not response.absent:
        yield response.decode(Function, **_screened(response.body.get("Environment") or {}))


def _screened(environment: Body) -> Body:
    """The names of the variables, and which of them hold a secret; nothing where AWS could not decrypt them."""
    if environment.get("Error"):
        return {}
    variables = environment.get("Variables") or {}
    found = tuple(clear_variables("environment", variables.items()))
    return {"VariableNames": sorted(variables), "ClearSecrets": to_builtins(found)}


@collects(FunctionPolicy, "lambda:GetPolicy", on=(FUNCTIONS,))
def policies(reader: Reader, arn: str) -> Iterator[FunctionPolicy]:
    """The policy of the function or alias; AWS answers ResourceNotFoundException where there is none."""
    response = reader.call("lambda", "GetPolicy", FunctionName=arn, answers=GONE)
    policy = None if response.absent else response.body["Policy"]
    yield response.decode(FunctionPolicy, {}, FunctionArn=arn, Policy=policy)


@collects(FunctionUrls, "lambda:ListFunctionUrlConfigs", on=(FUNCTIONS,))
def urls(reader: Reader, arn: str) -> Iterator[FunctionUrls]:
    """The URLs of the function and its aliases."""
    pages = list(reader.pages("lambda", "ListFunctionUrlConfigs", FunctionName=arn))
    found = [each for page in pages for each in page.items("FunctionUrlConfigs")]
    yield pages[-1].decode(FunctionUrls, {}, FunctionArn=arn, FunctionUrlConfigs=found)


@collects(FunctionConcurrency, "lambda:GetFunctionConcurrency", on=(FUNCTIONS,))
def concurrency(reader: Reader, arn: str) -> Iterator[FunctionConcurrency]:
    """The number of invocations at once that is reserved for the function."""
    response = reader.call("lambda", "GetFunctionConcurrency", FunctionName=arn)
    yield response.decode(FunctionConcurrency, FunctionArn=arn)


@collects(EventInvokeConfigs, "lambda:ListFunctionEventInvokeConfigs", on=(FUNCTIONS,))
def event_invoke_configs(reader: Reader, arn: str) -> Iterator[EventInvokeConfigs]:
    """How the function and its aliases are invoked asynchronously."""
    pages = list(reader.pages("lambda", "ListFunctionEventInvokeConfigs", FunctionName=arn))
    found = [each for page in pages for each in page.items("FunctionEventInvokeConfigs")]
    yield pages[-1].decode(EventInvokeConfigs, {}, FunctionArn=arn, FunctionEventInvokeConfigs=found)


@collects(FunctionTags, "lambda:ListTags", on=(FUNCTIONS,))
def tags(reader: Reader, arn: str) -> Iterator[FunctionTags]:
    """The function's tags."""
    response = reader.call("lambda", "ListTags", Resource=arn)
    yield response.decode(FunctionTags, {}, Resource=arn, Tags=response.item("Tags"))
