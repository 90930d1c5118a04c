"""A stack deployed to in-process moto once, on which any number of functions run, each on the pristine state.

The deployment lives in a process of its own, which forks for each function and throws the fork away. That process is
spawned and has one thread, so its forks are sound whatever threads the test runner has.
"""

import gc
import multiprocessing
import os
import pickle
import traceback
from dataclasses import dataclass


@dataclass(frozen=True)
class Live:
    """What a function gets to see of the deployed stack: `aws.client(service)` makes its boto3 clients."""

    aws: object
    outputs: dict
    state: dict
    region: str


class ForkedFailureError(Exception):
    """What a function raised in its fork, as text."""


class Deployed:
    """One deployed stack; the first use deploys it."""

    def __init__(self, stack):
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(stack, theirs), daemon=True, name=f"deployed-{stack}")
        self._process.start()
        theirs.close()
        self._answer()

    def prepare(self, function, *args):
        """`function(live, *args)` on the stack itself and not on a copy; what it caches, all later functions find."""
        self._connection.send((function, args, False))
        return self._answer()

    def run(self, function, *args):
        """`function(live, *args)` on the pristine stack: its result, or its failure raised here.

        As with any other process, `function` is one of a module's own, and arguments and result can be pickled.
        """
        self._connection.send((function, args, True))
        return self._answer()

    def close(self):
        self._connection.close()
        self._process.join()

    def _answer(self):
        done, result = self._connection.recv()
        if not done:
            raise ForkedFailureError(result)
        return result


def _serve(stack, connection):
    gc.set_threshold(200_000, 20, 100)  # as in conftest.py, which a spawned process does not load
    # Before moto is imported: it reads its environment at import.
    from stack.local.emulator import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    from moto import mock_aws

    with mock_aws():
        live = _answer_with(connection, _deployed, stack)
        while live:
            try:
                function, args, apart = connection.recv()
            except EOFError:
                return
            if apart:
                # Copies share what they do not touch, and the collector of garbage touches everything.
                gc.freeze()
                _fork(connection, function, live, args)
            else:
                connection.send((True, function(live, *args)))


def _answer_with(connection, function, *args):
    try:
        result = function(*args)
    except BaseException:  # noqa: BLE001 - whatever it is, the test that waits for this process has to be told
        connection.send((False, traceback.format_exc()))
        return None
    connection.send((True, None))
    return result


def _deployed(stack):
    from stack.local.deployment import deploy
    from stack.local.endpoint import Clients

    deployment = deploy(stack)
    os.environ["AWS_DEFAULT_REGION"] = deployment.region
    return Live(Clients(deployment.region), dict(deployment.outputs), deployment.state, deployment.region)


def _fork(connection, function, live, args):
    """Sends on what the fork says. A fork that dies without a word, or after it, is told once and not twice."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _speak(writing, function, live, args)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    connection.send(pickle.loads(said) if said else (False, f"the fork ended with wait status {status} and no answer"))


def _speak(writing, function, live, args):
    gc.disable()
    try:
        said = pickle.dumps((True, function(live, *args)))
    except BaseException:  # noqa: BLE001 - a fork must not return into its parent's code
        said = pickle.dumps((False, traceback.format_exc()))
    with os.fdopen(writing, "wb") as answer:
        answer.write(said)
    os._exit(0)
