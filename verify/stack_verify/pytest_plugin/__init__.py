"""The pytest plugin. It acts where a file of stack outputs is named on the command line, and costs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stack_verify.pipeline.run import Request
    from stack_verify.probe.settings import ProbeSettings


def pytest_addoption(parser: pytest.Parser) -> None:
    """The verifier's options, in a group of their own."""
    group = parser.getgroup("stack-verify", "verification of a deployed stack: pytest OUTPUTS.json")
    group.addoption("--stack-state", metavar="FILE", help="`pulumi stack export` of the same stack")
    group.addoption("--policy", metavar="NAME|FILE", default="hipaa", help="built-in profile or TOML file (hipaa)")
    group.addoption("--waivers", metavar="FILE", help="TOML file of documented exceptions")
    group.addoption(
        "--controls", metavar="FILE.py", action="append", default=[], help="controls of your own; may be repeated"
    )
    group.addoption(
        "--baseline", metavar="FILE", help="snapshot.json or results.json of an earlier audit: says what changed since"
    )
    group.addoption(
        "--history", metavar="DIR", help="folder that each audit is added to; its last one is the baseline unless named"
    )
    group.addoption(
        "--fail-on", choices=("open", "new"), default="open", help="new: what was open in the baseline fails nothing"
    )
    group.addoption("--snapshot", metavar="FILE", help="judge a saved snapshot.json and make no AWS call")
    group.addoption(
        "--report", metavar="FORMAT[,FORMAT]", help="formats of the reports, or all (junit,json,snapshot,html)"
    )
    group.addoption(
        "--settle",
        metavar="SECONDS",
        type=float,
        help="wait at most so long for what AWS answers late: target health, certificates, IAM, tags",
    )
    group.addoption(
        "--probe",
        choices=("off", "auto", "require"),
        default="off",
        help="look at the stack over the network too: what is reached from here (auto), or all of it (require)",
    )
    group.addoption(
        "--resolve",
        metavar="HOST:PORT:ADDRESS",
        action="append",
        default=[],
        help="where probes find a host and port, in DNS's stead; may be repeated",
    )
    group.addoption("--cacert", metavar="FILE", help="the certificate authorities (PEM) that probes trust")
    group.addoption("--probe-deadline", metavar="SECONDS", type=float, help="how long an endpoint is waited for (300)")
    group.addoption(
        "--reports", metavar="DIR", default="outputs/reports", help="where the reports go (outputs/reports)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Turns the verifier on where exactly one file of outputs is named.

    Raises:
        pytest.UsageError: when several are named, or none although an option asks for a verification.
    """
    named = tuple(dict.fromkeys(Path(arg.split("::")[0]) for arg in config.args))
    outputs = [path for path in named if path.suffix == ".json"]
    if not outputs:
        _refuse_options(config)
        return
    if len(outputs) > 1:
        raise pytest.UsageError(f"name one file of stack outputs, not {len(outputs)}: verify one stack at a time")
    if config.getoption("--fail-on") == "new" and not (config.getoption("--baseline") or config.getoption("--history")):
        raise pytest.UsageError("--fail-on new: name the earlier audit too, with --baseline SNAPSHOT or --history DIR")
    from stack_verify.pytest_plugin.session import VerificationPlugin  # noqa: PLC0415 - a run without outputs pays for no import

    if len(named) == 1 and config.get_verbosity() <= 0:
        # The summary of the verification tells every failure once; pytest's own account of each would bury it.
        config.option.tbstyle = "no" if config.option.tbstyle == "auto" else config.option.tbstyle
        config.option.reportchars = "" if config.option.reportchars == "fE" else config.option.reportchars
    config.pluginmanager.register(VerificationPlugin(config, _request(config, outputs[0])), "stack-verify-session")


def _refuse_options(config: pytest.Config) -> None:
    """A verification that was asked for must not turn into a green run of other tests."""
    named = "--stack-state --snapshot --baseline --history --waivers --settle --cacert --probe-deadline"
    given = [option for option in named.split() if config.getoption(option) is not None]
    given += ["--probe"] if config.getoption("--probe") != "off" else []
    if given:
        raise pytest.UsageError(f"{', '.join(given)}: name the file of stack outputs too: pytest OUTPUTS.json")


def _request(config: pytest.Config, outputs: Path) -> Request:
    from stack_verify.pipeline.run import Request  # noqa: PLC0415 - as above

    return Request(
        outputs=outputs,
        state=_path(config.getoption("--stack-state")),
        policy=config.getoption("--policy"),
        controls=tuple(Path(name) for name in config.getoption("--controls")),
        waivers=_path(config.getoption("--waivers")),
        snapshot=_path(config.getoption("--snapshot")),
        probe=_probe(config),
        settle=config.getoption("--settle"),
        baseline=_path(config.getoption("--baseline")),
        fail_on=config.getoption("--fail-on"),
        history=_path(config.getoption("--history")),
    )


def _probe(config: pytest.Config) -> ProbeSettings | None:
    from stack_verify.errors import ProbeError  # noqa: PLC0415 - as above
    from stack_verify.probe.settings import probe_settings  # noqa: PLC0415 - as above

    try:
        return probe_settings(
            config.getoption("--probe"),
            resolve=config.getoption("--resolve"),
            cacert=_path(config.getoption("--cacert")),
            deadline=config.getoption("--probe-deadline"),
        )
    except ProbeError as error:
        raise pytest.UsageError(str(error)) from error


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value)
