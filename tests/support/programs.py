"""Small Pulumi programs, run by the engine against the moto server of the tests."""

from pathlib import Path

from stack.local.cloud import EmulatedCloud
from stack.local.endpoint import Clients
from stack.local.engine import Monitor, run

REGION = "sa-east-1"


class Program:
    """Runs Python text as a Pulumi program; remembers which resources were about to be created."""

    def __init__(self, endpoint, directory: Path):
        self.aws = Clients(REGION, endpoint)
        self.started = []
        self._file = directory / "__main__.py"

    def run(self, *lines, held=(), **config):
        """Runs the lines; `held` are the registrations of an earlier run, which is changed."""
        self._file.write_text("\n".join(["import pulumi", "import pulumi_aws as aws", *lines]))
        monitor = Monitor(EmulatedCloud(self.aws), self.started.append, {each.urn: _held(each) for each in held})
        settings = {"aws:region": REGION, **{f"small:{key}": value for key, value in config.items()}}
        return run(self._file, project="small", stack="dev", config=settings, monitor=monitor)


def _held(registration):
    """As a state holds it."""
    return {
        "urn": registration.urn,
        "type": registration.type,
        "id": registration.id,
        "inputs": dict(registration.inputs),
        "outputs": dict(registration.outputs),
        "custom": True,
    }
