"""A proxy in front of the emulator: counts the calls, makes each wait as a distant region would, or refuses some."""

import asyncio
import hashlib
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

Refusal = Callable[["Call"], str | bytes | None]
"""Gives the error code (or the whole HTTP message) to answer a call with, or None to let it pass.

An empty message closes the connection instead of answering.
"""

_FORBIDDEN, _JSON, _XML = "403 Forbidden", "application/x-amz-json-1.1", "text/xml"
# How S3 says that it is too busy; to a HEAD its answer has no body that could say more.
_SLOW_DOWN = "503 Slow Down"
# Services that speak JSON and name no target; they say the code in a header.
_REST_JSON = {"access-analyzer", "account", "backup", "guardduty", "inspector2", "securityhub"}
# S3 has a name of its own for it.
_REQUEST_ID = "x-amzn-RequestId: proxy\r\nx-amz-request-id: proxy"


@dataclass(frozen=True)
class Call:
    """One request to AWS, as it came over the wire."""

    raw: bytes

    @property
    def head(self) -> list[str]:
        """The request line and the header lines."""
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")

    @property
    def body(self) -> str:
        """The body as text."""
        return self.raw.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by their names in lower case."""
        pairs = (line.partition(":") for line in self.head[1:])
        return {name.lower(): value.strip() for name, _, value in pairs}

    @property
    def service(self) -> str:
        """The service that the signature is for, such as `rds`; empty for an unsigned request."""
        scope = self.headers.get("authorization", "").partition("Credential=")[2].split("/")
        return scope[3] if len(scope) > 3 else ""  # noqa: PLR2004 - key/date/region/service/aws4_request

    @property
    def operation(self) -> str:
        """The API operation; for S3, which names none, the method and what is asked for (`GET encryption`)."""
        if target := self.headers.get("x-amz-target"):
            return target.rpartition(".")[2]
        if action := parse_qs(self.body).get("Action"):
            return action[0]
        method, path, _ = self.head[0].split(" ")
        return f"{method} {urlsplit(path).query.partition('&')[0].rstrip('=')}".strip()

    @property
    def digest(self) -> str:
        """The same for two requests that ask the same."""
        target = self.headers.get("x-amz-target", "")
        text = "\n".join((self.head[0], self.service, target, self.body))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Traffic:
    """What passed."""

    calls: list[Call] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    @property
    def repeated(self) -> int:
        """How many calls asked what another had asked."""
        return len(self.calls) - len(Counter(call.digest for call in self.calls))


class Proxy:
    """Serves on a loopback port of its own, in a thread of its own."""

    def __init__(self, upstream: str, delay: float, refuse: Refusal, tls: ssl.SSLContext | None = None) -> None:
        self.traffic = Traffic()
        self.url = ""
        self._upstream = urlsplit(upstream)
        self._delay = delay
        self._refuse = refuse
        self._tls = tls
        self._ready = threading.Event()
        self._done = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    def start(self) -> None:
        """Returns when the proxy listens."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Returns when the proxy has closed its connections."""
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        conversations: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            conversations.add(asyncio.ensure_future(self._converse(reader, writer)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=self._tls)
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._done.wait()
        server.close()
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        try:
            while (request := await _message(reader)) and (answer := await self._answer(Call(request), *upstream)):
                writer.write(answer)
                await writer.drain()
        finally:
            upstream[1].close()
            writer.close()

    async def _answer(self, call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        traffic = self.traffic
        traffic.calls.append(call)
        traffic.in_flight += 1
        traffic.most_in_flight = max(traffic.most_in_flight, traffic.in_flight)
        await asyncio.sleep(self._delay)
        refusal = self._refuse(call)
        if refusal is None:
            writer.write(call.raw)
            answer = await _message(reader, without_body=call.raw.startswith(b"HEAD "))
        else:
            answer = refusal if isinstance(refusal, bytes) else _error(call, refusal)
        traffic.in_flight -= 1
        return answer


async def _message(reader: asyncio.StreamReader, *, without_body: bool = False) -> bytes:
    """One HTTP message, or nothing where the other side has finished."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return b""
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    if without_body or not lengths:
        return head
    return head + await reader.readexactly(int(lengths[0]))


def _error(call: Call, code: str) -> bytes:
    """AWS's answer with this error code, in the form that the call's protocol has for it."""
    text = f"User is not authorized to perform: {call.service}:{call.operation}"
    if "x-amz-target" in call.headers or call.service in _REST_JSON:
        told = f'{{"__type": "{code}", "message": "{text}"}}'.encode()
        return http_message(_FORBIDDEN, _JSON, told, _REQUEST_ID, f"x-amzn-errortype: {code}")
    error = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    match call.service:
        case "s3" if code == "Throttling":
            return http_message(_SLOW_DOWN, _XML, b"", _REQUEST_ID)
        case "s3":
            text = error
        case "ec2":
            text = f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"
        case _:
            text = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    return http_message(_FORBIDDEN, _XML, text.encode(), _REQUEST_ID)


def http_message(status: str, content_type: str, content: bytes, *headers: str) -> bytes:
    """An HTTP answer, such as of status `200 OK`. AWS's own have the request's id among their headers."""
    head = (f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(content)}", *headers)
    return "".join(f"{line}\r\n" for line in head).encode() + b"\r\n" + content


@contextmanager
def proxy_to(
    upstream: str, *, delay: float = 0.0, refuse: Refusal = lambda _: None, tls: ssl.SSLContext | None = None
) -> Iterator[Proxy]:
    """A proxy to the emulator at `upstream`, for as long as the block lasts.

    `delay` is in seconds and added to each call; `refuse` says which calls AWS is to answer with an error;
    `tls` makes it speak HTTPS, with the certificate that the context holds.
    """
    proxy = Proxy(upstream, delay, refuse, tls)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
