"""Verifies the stacks of a fleet side by side, on Dask: in processes of this machine, or on a cluster that runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stack_verify.errors import FleetError
from stack_verify.fleet.verification import UNREAD, Row, Task, digest_of, verify

if TYPE_CHECKING:
    from distributed import Client

_MISSING = "a fleet needs the package distributed. Install it with: pip install 'stack-verify[fleet]'"


def run(tasks: Iterable[Task], done: Callable[[Row], None], *, workers: int, scheduler: str | None = None) -> None:
    """Verifies each stack once and tells ``done`` of each as it ends.

    Stacks of a worker that dies are verified by another one. Takes how many ``workers`` to start here, or the address
    of the ``scheduler`` of a cluster, whose workers have the same folders and the same verifier.

    Raises:
        FleetError: when Dask is not installed or the scheduler does not answer.
    """
    waiting = list(tasks)
    if not waiting:
        return
    with ExitStack() as held:
        client = _client(held, min(workers, len(waiting)), scheduler)
        from distributed import as_completed  # noqa: PLC0415 - it is there where a client is

        # Named for whoever looks at the cluster, and numbered lest an earlier result be taken for one of this run.
        futures = {
            client.submit(verify, task, key=f"{task.stack.name}-{number}", pure=False): task
            for number, task in enumerate(waiting)
        }
        for future in as_completed(futures):
            task, error = futures.pop(future), future.exception()
            done(future.result() if error is None else _lost(task, error))
            # What is told is not kept: a row is small, ten thousand of them are not.
            future.release()


def _client(held: ExitStack, workers: int, scheduler: str | None) -> Client:
    # It takes half a second to import, and not everybody has it.
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415
    except ImportError as error:
        raise FleetError(_MISSING) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if scheduler is not None:
        try:
            return _closed_with(held, Client(scheduler, timeout="10s"))
        except (OSError, ValueError) as error:
            raise FleetError(
                f"--scheduler {scheduler}: does not answer ({error}). Name the address that `dask scheduler` printed, "
                "such as tcp://10.0.0.5:8786."
            ) from error
    scratch = held.enter_context(TemporaryDirectory(prefix="stack-verify-fleet-"))
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=scratch,
        silence_logs=logging.CRITICAL,
    )
    held.callback(cluster.close)
    return _closed_with(held, Client(cluster))


def _closed_with(held: ExitStack, client: Client) -> Client:
    held.callback(client.close)
    return client


def _lost(task: Task, error: BaseException) -> Row:
    """The row of a stack whose verification ended without a result, such as one that kills each worker."""
    return Row(
        name=task.stack.name,
        digest=digest_of(task),
        exit_status=UNREAD,
        verdict="not verified",
        folder=task.folder,
        seconds=0.0,
        error=f"its verification ended without a result ({type(error).__name__}: {error}). Verify it by itself.",
    )
