"""The one way to AWS: read operations only, each answer with its request id and time, every call remembered."""

from __future__ import annotations

import http.client
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Protocol, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from stack_verify.collect.connections import TlsContexts
from stack_verify.collect.rates import Paces
from stack_verify.resources.resource import ApiCall, Resource

R = TypeVar("R", bound=Resource)
Body = Mapping[str, Any]  # AWS's answers are JSON; they get their types when they are decoded
# An error that says "none": its code, or with a code that says other things too, how its text begins.
Absence: TypeAlias = str | tuple[str, str]

READS = ("Describe", "Get", "List", "Head", "BatchGet", "LookupEvents")
# Reads of secret values or of customers' data, which a verifier has no business with.
NEVER = frozenset(
    {
        *("GetSecretValue", "BatchGetSecretValue", "GetObject", "GetLogEvents", "GetLogRecord"),
        *("GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"),
    }
)


_POSITION = re.compile(r"line \d+, column \d+")
_FIELD = re.compile(r"\w{1,60}")
# How the names of ids end in AWS's models.
_IDS = ("Id", "Arn", "ARN", "_id")


class Malformed(Exception):  # noqa: N818 - an answer, not a fault
    """AWS's answer lacks what its API promises: a truncated or unknown response."""


def error_of(error: ClientError) -> tuple[str, str]:
    """AWS's code and message of an error; what stands between AWS and the caller may answer without either.

    An error that does not say its code is not AWS's own: botocore gives its HTTP status and may quote its body, which
    is not kept.
    """
    told = error.response.get("Error", {})
    code = str(told.get("Code", "Unknown"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code == str(status):
        return code, f"HTTP {code} {http.client.responses.get(int(code), '')}".rstrip()
    return code, str(told.get("Message", error))


def said(error: Exception) -> tuple[str, str]:
    """The kind of a failure and what it said, without what it quotes of an answer that could not be read."""
    if isinstance(error, ClientError):
        return error_of(error)
    kind = type(error).__name__
    match error:
        case ResponseParserError():
            # After the position botocore quotes the whole body.
            position = _POSITION.search(str(error))
            return kind, f"the answer cannot be parsed{f' ({position[0]})' if position else ''}"
        case KeyError() if error.args and _FIELD.fullmatch(str(error.args[0])):
            return kind, f"the answer holds no {error.args[0]}"
        case ArithmeticError() | AttributeError() | LookupError() | TypeError() | ValueError() if not isinstance(
            error, BotoCoreError
        ):
            return kind, "the answer has an unknown form"
        case RecursionError():
            return kind, "the call was redirected without end"
    return kind, str(error)


def _says_none(error: ClientError, answers: tuple[Absence, ...]) -> bool:
    code, message = error_of(error)
    texts = (known for known in answers if not isinstance(known, str))
    return code in answers or any(code == known and message.startswith(text) for known, text in texts)


class ClientSource(Protocol):
    """The part of a boto3 session that the reader needs."""

    @property
    def region_name(self) -> str | None:
        """The region the session is set to."""

    def client(self, service_name: str, **kwargs: Any) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
        """A client for an AWS service."""


class Response:
    """One answer of AWS: ``body`` as botocore parsed it, and the call it came from.

    ``absent`` tells that AWS said with an error code that there is none. An answer without that and without what it
    promises is cut short.
    """

    def __init__(self, body: Body, call: ApiCall, *, absent: bool = False) -> None:
        self.body = body
        self.call = call
        self.absent = absent

    def items(self, key: str) -> list[Any]:
        """The list that the answer holds under ``key``.

        Raises:
            Malformed: when it is not there, as in a truncated answer; a missing list is not an empty one.
        """
        value = self.body.get(key)
        if not isinstance(value, list):
            raise Malformed(f"{self.call.api} answered without {key}")
        return value

    def item(self, key: str) -> Body:
        """The structure that the answer holds under ``key``.

        Raises:
            Malformed: when it is not there.
        """
        value = self.body.get(key)
        if not isinstance(value, dict):
            raise Malformed(f"{self.call.api} answered without {key}")
        return value

    def decode(self, kind: type[R], fields: Body | None = None, /, **more: Any) -> R:  # noqa: ANN401 - any JSON
        """A resource of ``kind`` from ``fields`` (the whole answer by default), with ``more`` fields under AWS's names.

        Raises:
            Malformed: when a field that must be there is missing or of another type.
        """
        source = self.body if fields is None else fields
        # Ours, by which a snapshot tells its resources apart. AWS has fields of that name too, with words of its own.
        known = {"ObservedBy": self.call, "ResourceType": kind.kind()}
        try:
            return msgspec.convert({**source, **more, **known}, kind)
        except msgspec.ValidationError as error:
            raise Malformed(f"{self.call.api} answered with an unknown {kind.kind()}: {error}") from error


# A call that takes no parameters: its operation, the region, and which errors say "none".
Listing: TypeAlias = tuple[str, str, tuple[Absence, ...]]
Listed: TypeAlias = tuple[list[Response], list[ApiCall]]


class Aws:
    """Clients of one session, made once each and shared between threads."""

    def __init__(self, session: ClientSource, *, account: str, region: str, max_in_flight: int) -> None:
        self.account = account
        self.region = region
        self._session = session
        self._clients: dict[tuple[str, str], Any] = {}
        self._listed: dict[Listing, Listed] = {}
        self._listing: defaultdict[Listing, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()
        self._contexts = TlsContexts()
        self._paces = Paces()
        self._max_in_flight = max_in_flight
        self._config = Config(
            max_pool_connections=max_in_flight,
            connect_timeout=10,
            read_timeout=30,
            # What CloudTrail will say of these calls; to put its own text together costs botocore a tenth of a call.
            user_agent="stack-verify",
        )

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
        """The client for ``service``, in boto3's name for it."""
        # Clients are never replaced, so one that is there can be taken without waiting for others that are made.
        client = self._clients.get((service, region))
        return client if client is not None else self._made(service, region)

    def listed(self, listing: Listing, make: Callable[[], Listed]) -> Listed:
        """What a call without parameters answers in a region: made once; whoever asks meanwhile waits for it.

        Raises:
            whatever ``make`` raises; the next who asks makes the call again.
        """
        with self._lock:
            mine = self._listing[listing]
        with mine:
            if listing not in self._listed:
                self._listed[listing] = make()
            return self._listed[listing]

    def _made(self, service: str, region: str) -> Any:  # noqa: ANN401
        # Sessions are not thread-safe, clients are (boto3 guide, "Multithreading or multiprocessing with clients").
        with self._lock:
            if (service, region) not in self._clients:
                client = self._session.client(service, region_name=region, config=self._config)
                client.meta.events.register("before-call.s3-control", _without_account, unique_id="account")
                client.meta.events.register("before-parse", _not_empty, unique_id="not-empty")
                self._contexts.share(client, self._max_in_flight)
                self._paces.keep(client, service, region)
                self._clients[service, region] = client
            return self._clients[service, region]


def _without_account(params: dict[str, Any], **_more: object) -> None:
    """S3 Control puts the account before the host's name, where an address can have none; a header has it too."""
    url = urlsplit(params["url"])
    account, _, host = (url.hostname or "").partition(".")
    if params["headers"].get("x-amz-account-id") == account and _is_address(host):
        params["url"] = params["url"].replace(f"://{account}.", "://", 1)


def _not_empty(operation_model: Any, response_dict: dict[str, Any], **_more: object) -> None:  # noqa: ANN401 - botocore's
    """Refuses a body without a single byte, which botocore takes for an answer without a single field.

    AWS says "nothing" with an empty object or element.

    Raises:
        Malformed: when the answer to a question that is not a HEAD has no body.
    """
    held = response_dict["status_code"] == HTTPStatus.OK and operation_model.http.get("method") != "HEAD"
    if held and operation_model.output_shape is not None and response_dict["body"] == b"":
        raise Malformed(f"{operation_model.name} was answered with an empty body")


def _is_address(host: str) -> bool:
    try:
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False


class Reader:
    """The calls made to answer one question (or a batch of them), with the operations ``apis`` and no others."""

    def __init__(self, aws: Aws, apis: tuple[str, ...]) -> None:
        self._aws = aws
        self._apis = apis
        self.account = aws.account
        self.region = aws.region
        self.home = aws.region
        self.calls: list[ApiCall] = []
        self.api = ""

    def call(self, service: str, operation: str, *, answers: tuple[Absence, ...] = (), **parameters: Any) -> Response:  # noqa: ANN401
        """Makes one read call. An error in ``answers`` is AWS's way of saying "none", and gives an empty body.

        Raises:
            PermissionError: when the operation is not a read of configuration: a mistake of the collector.
            botocore.exceptions.BotoCoreError, ClientError: when AWS does not answer.
        """
        client = self._client(service, operation)
        if parameters:
            return self._call(client, operation, answers, parameters)
        (response,) = self._listed(answers, lambda: [self._call(client, operation, answers, {})])
        return response

    def _call(self, client: Any, operation: str, answers: tuple[Absence, ...], parameters: Body) -> Response:  # noqa: ANN401
        method = getattr(client, xform_name(operation))
        try:
            body = method(**parameters)
        except ClientError as error:
            if not _says_none(error, answers):
                raise
            return self._absent(error)
        return self._response(body)

    def pages(
        self,
        service: str,
        operation: str,
        *,
        answers: tuple[Absence, ...] = (),
        **parameters: Any,  # noqa: ANN401
    ) -> Iterator[Response]:
        """Every page of a read operation, in order; one response where the operation has no pages.

        Raises:
            as ``call``.
        """
        client = self._client(service, operation)
        if not client.can_paginate(xform_name(operation)):
            yield self.call(service, operation, answers=answers, **parameters)
        elif parameters:
            yield from self._pages(client, operation, answers, parameters)
        else:
            yield from self._listed(answers, lambda: list(self._pages(client, operation, answers, {})))

    def _pages(
        self,
        client: Any,  # noqa: ANN401 - boto3's clients are made at run time
        operation: str,
        answers: tuple[Absence, ...],
        parameters: Body,
    ) -> Iterator[Response]:
        begun = False
        try:
            for page in client.get_paginator(xform_name(operation)).paginate(**parameters):
                begun = True
                yield self._response(page)
        except ClientError as error:
            # What was there on the first page and is not on the next went while it was listed: that list is no answer.
            if begun or not _says_none(error, answers):
                raise
            self._absent(error)

    def go_to(self, region: str) -> None:
        """Makes all further calls in another region than the stack's."""
        self.region = region

    def _listed(self, answers: tuple[Absence, ...], make: Callable[[], list[Response]]) -> list[Response]:
        before = tuple(self.calls)

        def made() -> Listed:
            return make(), self.calls[len(before) :]

        responses, calls = self._aws.listed((self.api, self.region, answers), made)
        self.calls = [*before, *calls]
        return responses

    def _client(self, service: str, operation: str) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
        if not operation.startswith(READS) or operation in NEVER:
            raise PermissionError(f"{service}:{operation} is not a read of configuration")
        self.api = f"{service}:{operation}"
        if self.api not in self._apis:
            raise PermissionError(f"{self.api} is not among the operations that this collector declares")
        return self._aws.client(service, self.region)

    def _absent(self, error: ClientError) -> Response:
        return self._response({"ResponseMetadata": error.response.get("ResponseMetadata", {})}, absent=True)

    def _response(self, body: Body, *, absent: bool = False) -> Response:
        request_id = body.get("ResponseMetadata", {}).get("RequestId")
        if not request_id:
            raise Malformed(f"{self.api} was answered without an AWS request id: by something between AWS and here")
        call = ApiCall(
            api=self.api,
            account=self._aws.account,
            region=self.region,
            request_id=request_id,
            at=datetime.now(UTC),
        )
        self.calls.append(call)
        return Response(_without_blank_ids(body), call, absent=absent)


def _without_blank_ids(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The answer without ids and ARNs that are empty texts: some emulators write "none" so, AWS leaves them out."""
    match value:
        case dict():
            members = {key: _without_blank_ids(member) for key, member in value.items()}
            return {key: member for key, member in members.items() if member != "" or not key.endswith(_IDS)}
        case list():
            return [_without_blank_ids(item) for item in value]
    return value
