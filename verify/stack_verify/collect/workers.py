"""Threads that work through a list and are left behind where the run is interrupted: a call may hang for minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import NoReturn, Self, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K")

Task = Callable[[], None]
Outcome: TypeAlias = Callable[[], R]
Done: TypeAlias = SimpleQueue[tuple[K, Outcome[R]]]


class Workers:
    """At most ``number`` threads, begun as they are needed.

    Unlike those of ``concurrent.futures``, they are not waited for when the block or the process ends: at Ctrl-C what
    is under way is given up.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        # Tasks that are not finished, so that no more threads are begun than there is work for.
        self._open = 0
        self._counting = threading.Lock()

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
        done: Done[int, R] = SimpleQueue()
        for index, item in enumerate(items):
            self.begin(act, item, index, done)
        results: dict[int, Outcome[R]] = {}
        for index in range(len(items)):
            while index not in results:
                key, outcome = done.get()
                results[key] = outcome
            yield results.pop(index)()

    def begin(self, act: Callable[[T], R], item: T, key: K, done: Done[K, R]) -> None:
        """Has ``act`` work on ``item`` as soon as a thread is free; what came of it is put into ``done`` under ``key``.

        There it is a function that gives the result, or raises what ``act`` raised.
        """

        def run() -> None:
            try:
                result = act(item)
            except Exception as error:  # noqa: BLE001 - raised where the result is asked for
                done.put((key, _raising(error)))
            else:
                done.put((key, lambda: result))

        self._tasks.put(run)
        with self._counting:
            self._open += 1
            if len(self._threads) < min(self._number, self._open):
                self._start()

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, name=f"aws_{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
            with self._counting:
                self._open -= 1


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def outcome() -> NoReturn:
        raise error

    return outcome
