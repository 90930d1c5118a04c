"""AWS Lambda: functions, their policies, URLs and failure destinations; never their code or the values they are given.

The module is not called ``lambda``, which is a keyword of Python's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.iam import Role
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import UNKNOWN, ApiCall, Fields, Known, Question, Resource
from stack_verify.resources.sns import Topic
from stack_verify.resources.sqs import Queue
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[\w-]{1,64}"
# A version or an alias may follow the name.
_QUALIFIER = r"(?::[\w$-]{1,128})?"


class FunctionTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function.Tags"):
    """``lambda:ListTags``, by the function's ARN."""


class FunctionPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function.Policy"):
    """``lambda:GetPolicy``, by the ARN of the function or of one of its aliases. AWS answers an error where none is."""

    id_field: ClassVar[str] = "function_arn"

    function_arn: str
    policy: str | None = None


class FunctionUrl(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An address that a function, or an alias of it, is invoked at."""

    function_url: str
    function_arn: str
    auth_type: str


class FunctionUrls(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function.Urls"):
    """The complete list of ``lambda:ListFunctionUrlConfigs``, by the function's ARN: those of its aliases too."""

    id_field: ClassVar[str] = "function_arn"
    leads_to: ClassVar[tuple[str, ...]] = (FunctionPolicy.kind(),)

    function_arn: str
    function_url_configs: tuple[FunctionUrl, ...]

    def refers_to(self) -> Iterator[Question]:
        for each in self.function_url_configs:
            yield FunctionPolicy.ask(each.function_arn)


class FunctionConcurrency(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function.Concurrency"
):
    """``lambda:GetFunctionConcurrency``, by the function's ARN. AWS leaves the number out where none is reserved."""

    id_field: ClassVar[str] = "function_arn"

    function_arn: str
    reserved_concurrent_executions: int | None = None


class Destination(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the record of an asynchronous invocation goes."""

    destination: str | None = None


class Destinations(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the records of asynchronous invocations go that failed."""

    on_failure: Destination | None = None


class EventInvokeConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How a function, or an alias of it, is invoked asynchronously."""

    destination_config: Destinations | None = None


class EventInvokeConfigs(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function.EventInvokeConfigs"
):
    """The complete list of ``lambda:ListFunctionEventInvokeConfigs``, by the function's ARN."""

    id_field: ClassVar[str] = "function_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Queue.kind(), Topic.kind())

    function_arn: str
    function_event_invoke_configs: tuple[EventInvokeConfig, ...]

    @property
    def on_failure(self) -> tuple[str, ...]:
        """The ARNs that records of failed asynchronous invocations are sent to."""
        held = (each.destination_config for each in self.function_event_invoke_configs)
        found = (each.on_failure for each in held if each is not None and each.on_failure is not None)
        return tuple(each.destination for each in found if each.destination)

    def refers_to(self) -> Iterator[Question]:
        for arn in self.on_failure:
            yield from _queue_or_topic(arn, self.observed_by)


class VpcConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a function's network interfaces are. All is empty once a function has left its VPC."""

    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


class DeadLetterConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where events go that a function could not process."""

    target_arn: str | None = None


class LoggingConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a function's log goes."""

    log_group: str | None = None


class Function(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Lambda::Function"):
    """``lambda:GetFunctionConfiguration``, by the function's name; one of another account or region by its ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm("lambda", rf"function:({_NAME}){_QUALIFIER}", rf"function:({ANY_ID})(?::{ANY_ID})?", by_name=True),
        ),
        bare_names=(bare("lambda, lambda function, lambda function name, lambda name, function name", _NAME),),
        pulumi=("lambda/function",),
        terraform=("aws_lambda_function",),
        asff="AwsLambdaFunction",
        by_tags=True,
    )
    id_field: ClassVar[str] = "function_arn"
    arn_field: ClassVar[str | None] = "function_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = FunctionTags
    leads_to: ClassVar[tuple[str, ...]] = (
        Role.kind(),
        Subnet.kind(),
        SecurityGroup.kind(),
        Key.kind(),
        LogGroup.kind(),
        Queue.kind(),
        Topic.kind(),
        FunctionPolicy.kind(),
        FunctionUrls.kind(),
        FunctionConcurrency.kind(),
        EventInvokeConfigs.kind(),
        FunctionTags.kind(),
    )

    function_arn: str
    function_name: str
    role: Known[str] = UNKNOWN
    package_type: Known[str] = UNKNOWN
    # None of a container image, which brings its own.
    runtime: str | None = None
    kms_key_arn: str | None = msgspec.field(name="KMSKeyArn", default=None)
    vpc_config: VpcConfig = VpcConfig()
    dead_letter_config: DeadLetterConfig | None = None
    logging_config: LoggingConfig | None = None
    # Ours, from the variables, whose values are not kept. Unknown where AWS could not decrypt them for the caller.
    variable_names: Known[tuple[str, ...]] = UNKNOWN
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN

    @property
    def in_vpc(self) -> bool:
        """Whether it has network interfaces in a VPC of the account."""
        return bool(self.vpc_config.subnet_ids)

    @property
    def log_group(self) -> str:
        """The name of the log group that it writes to."""
        named = self.logging_config.log_group if self.logging_config else None
        return named or f"/aws/lambda/{self.function_name}"

    def refers_to(self) -> Iterator[Question]:
        yield Role.ask(self.role.rpartition("/")[2])
        for subnet in self.vpc_config.subnet_ids:
            yield Subnet.ask(subnet)
        for group in self.vpc_config.security_group_ids:
            yield SecurityGroup.ask(group)
        if self.kms_key_arn is not None:
            yield Key.ask(key_arn(self.kms_key_arn, self.observed_by))
        yield LogGroup.ask(self.log_group)
        if self.dead_letter_config is not None:
            yield from _queue_or_topic(self.dead_letter_config.target_arn, self.observed_by)
        for part in (FunctionPolicy, FunctionUrls, FunctionConcurrency, EventInvokeConfigs):
            yield part.ask(self.function_arn)
        yield from self.tags_question()


def _queue_or_topic(arn: str | None, named_by: ApiCall) -> Iterator[Question]:
    parts = parse_arn(arn)
    if arn is None or parts is None:
        return
    if parts.service == "sqs":
        own = (parts.account, parts.region) == (named_by.account, named_by.region)
        yield Queue.ask(parts.resource if own else arn)
    elif parts.service == "sns":
        yield Topic.ask(arn)
