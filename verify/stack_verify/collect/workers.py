"""Threads that work through a list and are left behind where the run is interrupted: a call may hang for minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Task = Callable[[], None]


class Workers:
    """At most ``number`` threads, begun as they are needed.

    Unlike those of ``concurrent.futures``, they are not waited for when the block or the process ends: at Ctrl-C what
    is under way is given up.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._tasks.put(None)

    def map(self, act: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What ``act`` makes of each item, in order.

        Raises:
            whatever ``act`` raises, for the first item that it raises for.
        """
        done: SimpleQueue[int] = SimpleQueue()
        results: dict[int, R] = {}
        failures: dict[int, Exception] = {}

        def task(index: int, item: T) -> Task:
            def run() -> None:
                try:
                    results[index] = act(item)
                except Exception as error:  # noqa: BLE001 - raised where the result is asked for
                    failures[index] = error
                finally:
                    done.put(index)

            return run

        for index, item in enumerate(items):
            self._tasks.put(task(index, item))
        while len(self._threads) < min(self._number, len(items)):
            self._begin()
        for index in range(len(items)):
            while index not in results and index not in failures:
                done.get()
            if index in failures:
                raise failures[index]
            yield results.pop(index)

    def _begin(self) -> None:
        thread = threading.Thread(target=self._work, name=f"aws_{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
