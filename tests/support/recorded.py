"""AWS as it once answered: a source of clients that plays a recorded run again, with some actions denied."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from types import SimpleNamespace

from botocore.exceptions import ClientError

# (service, method, parameters as JSON) -> the answer, its pages, or the error
Tape = dict[tuple[str, str, str], object]


class Source:
    """What the reader takes for a boto3 session."""

    region_name = "sa-east-1"

    def __init__(self, answer, meta_of) -> None:
        self._answer, self._meta_of = answer, meta_of

    def client(self, service, **_settings):
        return Client(service, self._answer, self._meta_of(service))


class Client:
    """A client that answers each call with `answer(service, method, parameters, pages)`."""

    def __init__(self, service, answer, meta) -> None:
        self._service, self._answer, self.meta = service, answer, meta

    def can_paginate(self, _method) -> bool:
        return True

    def get_paginator(self, method):
        return SimpleNamespace(paginate=lambda **given: iter(self._answer(self._service, method, given, pages=True)))

    def __getattr__(self, method):
        return lambda **given: self._answer(self._service, method, given, pages=False)


def recording(client_for: Callable, tape: Tape, denied: Collection[tuple[str, str]] = ()) -> Source:
    """Plays what is on `tape`; asks the client that `client_for(service)` gives for the rest, and keeps the answer.

    The (service, method) pairs in `denied` are refused.
    """

    def answer(service, method, given, *, pages):
        if (service, method) in denied:
            code = "403" if method == "head_bucket" else "AccessDeniedException"
            meta = {"RequestId": "denied", "HTTPStatusCode": 403}
            raise ClientError({"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": meta}, method)
        # When something is asked is no part of what is asked.
        key = service, method, json.dumps(given, sort_keys=True, default=lambda _at: "then")
        if key not in tape:
            tape[key] = _asked(client_for(service), method, given, pages=pages)
        if isinstance(tape[key], ClientError):
            raise tape[key]
        return tape[key]

    return Source(answer, lambda service: client_for(service).meta)


def calls(tape: Tape) -> set[tuple[str, str]]:
    """The (service, method) pairs that were asked."""
    return {(service, method) for service, method, _ in tape}


def _asked(client, method, given, *, pages):
    try:
        if pages and client.can_paginate(method):
            return list(client.get_paginator(method).paginate(**given))
        said = getattr(client, method)(**given)
    except ClientError as error:
        return error
    return [said] if pages else said
