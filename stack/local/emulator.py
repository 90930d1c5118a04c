"""A moto server of its own, in a process of its own, on a free port of this machine."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from stack.local.endpoint import environment_without_aws
from stack.local.errors import EmulatorError

ENVIRONMENT: Final = {
    "MOTO_ACM_VALIDATION_WAIT": "0",  # a certificate is issued at once, not after a minute
    "MOTO_ECS_SERVICE_RUNNING": "100",  # as many tasks as a service may have: a rollout is completed at once
    "TZ": "UTC",  # moto takes the time of a trail's delivery for local time
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # hundreds of images nobody reads, half a second at the first call
}
"""What moto needs in its environment, in a server or in process, before it is imported."""

_COMMAND: Final = (sys.executable, "-m", "stack.local.serve")
_STOP_SECONDS: Final = 2.0


@contextmanager
def moto_server() -> Iterator[str]:
    """Yields the URL of a fresh moto server, and ends the server whatever happens.

    Raises:
        EmulatorError: The server ended before it listened.

    """
    environment = {**environment_without_aws(), **ENVIRONMENT}
    with subprocess.Popen(
        _COMMAND,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # an interrupt from the keyboard is for us, who then end the server
    ) as server:
        try:
            yield _announced_url(server)
        finally:
            _stop(server)


def _announced_url(server: subprocess.Popen[str]) -> str:
    line = server.stdout.readline().strip() if server.stdout else ""
    if not line.startswith("http://"):
        raise EmulatorError("the moto server did not start; its own message is above")
    return line


def _stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
