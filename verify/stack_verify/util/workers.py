"""Threads that nothing waits for when the program is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class Workers:
    """As many threads as there is work, up to ``most``. Used in a ``with`` block, which waits for the work at its end.

    An exception in the block, Ctrl-C above all, ends it at once: work that has begun is left to itself. The threads of
    ``ThreadPoolExecutor`` would be waited for when Python exits, each for as long as its socket waits.
    """

    def __init__(self, most: int, name: str = "worker") -> None:
        self._most = most
        self._name = name
        self._threads: list[Thread] = []
        self._work = SimpleQueue[Callable[[], None] | None]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while error is not None and not self._work.empty():
            self._work.get()
        for _ in self._threads:
            self._work.put(None)
        if error is None:
            for thread in self._threads:
                thread.join()

    def submit(self, work: Callable[[], Made]) -> Future[Made]:
        """Has ``work`` done, and returns what will hold its result or what it raised."""
        future = Future[Made]()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                future.set_exception(error)

        self._work.put(run)
        if len(self._threads) < self._most:
            thread = Thread(target=self._serve, name=f"{self._name}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def map(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[Made]:
        """What ``work`` gives for each item, in their order."""
        futures = [self.submit(partial(work, item)) for item in items]
        return (future.result() for future in futures)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
