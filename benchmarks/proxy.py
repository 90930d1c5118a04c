"""A proxy that counts the calls passing through it and makes each wait, as the way to a distant AWS region would."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Traffic:
    """What passed: every request by the digest of its method, path, query, operation and body."""

    requests: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    most_in_flight: int = 0

    @property
    def calls(self) -> int:
        return self.requests.total()

    @property
    def repeated(self) -> int:
        return self.calls - len(self.requests)


class DelayingProxy:
    def __init__(self, upstream: str, delay: float) -> None:
        self.traffic = Traffic()
        self.url = ""
        self._upstream = urlsplit(upstream)
        self._delay = delay
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._converse, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        server.close()

    def wait(self) -> None:
        self._ready.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        try:
            while request := await _message(reader):
                self._count(request)
                await asyncio.sleep(self._delay)
                upstream_writer.write(request)
                response = await _message(upstream_reader, head_only=request.startswith(b"HEAD "))
                self.traffic.in_flight -= 1
                writer.write(response)
                await writer.drain()
        finally:
            upstream_writer.close()
            writer.close()

    def _count(self, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        target = [line for line in lines[1:] if line.lower().startswith((b"x-amz-target:", b"host:"))]
        self.traffic.requests[hashlib.sha256(b"\n".join([lines[0], *target, body])).hexdigest()] += 1
        self.traffic.in_flight += 1
        self.traffic.most_in_flight = max(self.traffic.most_in_flight, self.traffic.in_flight)


async def _message(reader: asyncio.StreamReader, *, head_only: bool = False) -> bytes:
    """One HTTP message with its body, or nothing where the other side has finished."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return b""
    if head_only:
        return head
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


@contextmanager
def delaying_proxy(upstream: str, delay: float) -> Iterator[DelayingProxy]:
    """A proxy in front of ``upstream`` that adds ``delay`` seconds to each call, for as long as the block lasts."""
    proxy = DelayingProxy(upstream, delay)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    proxy.wait()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
