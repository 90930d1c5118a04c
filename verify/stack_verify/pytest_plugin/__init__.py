"""The pytest plugin. It acts where a file of stack outputs is named on the command line, and costs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_verify import options

if TYPE_CHECKING:
    from stack_verify.pipeline.run import Request


def pytest_addoption(parser: pytest.Parser) -> None:
    """The verifier's options, in a group of their own."""
    group = parser.getgroup("stack-verify", "verification of a deployed stack: pytest OUTPUTS.json")
    options.add_to_pytest(group)


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
    # A run without outputs pays for no import.
    from stack_verify.pytest_plugin.refusal import refused  # noqa: PLC0415

    if len(outputs) > 1:
        names = ", ".join(map(str, outputs))
        raise refused(
            config,
            f"name one file of stack outputs, not {len(outputs)} ({names}): verify one stack at a time. "
            "Run pytest once for each, with --reports DIR of its own.",
        )
    if config.getoption("fail_on") == "new" and not (config.getoption("baseline") or config.getoption("history")):
        raise refused(config, "--fail-on new: name the earlier audit too, with --baseline SNAPSHOT or --history DIR")
    from stack_verify.errors import VerifyError  # noqa: PLC0415
    from stack_verify.pytest_plugin.session import VerificationPlugin  # noqa: PLC0415

    alone = len(named) == 1
    if alone and config.get_verbosity() <= 0:
        # The summary of the verification tells every failure once; pytest's own account of each would bury it.
        config.option.tbstyle = "no" if config.option.tbstyle == "auto" else config.option.tbstyle
        config.option.reportchars = "" if config.option.reportchars == "fE" else config.option.reportchars
    try:
        plugin = VerificationPlugin(config, _request(config, outputs[0]), alone=alone)
    except VerifyError as error:
        raise refused(config, str(error)) from error
    config.pluginmanager.register(plugin, "stack-verify-session")


def _refuse_options(config: pytest.Config) -> None:
    """A verification that was asked for must not turn into a green run of other tests.

    What a project sets for all its runs, in ``addopts``, asks for nothing.
    """
    settings = {argument.partition("=")[0] for argument in config.getini("addopts")}
    given = [name for name in options.given(config.getoption) if name not in settings]
    if given:
        raise pytest.UsageError(f"{', '.join(given)}: name the file of stack outputs too: pytest OUTPUTS.json")


def _request(config: pytest.Config, outputs: Path) -> Request:
    """What was asked for.

    Raises:
        ProbeError: when the options of probes cannot be used.
    """
    from stack_verify.pipeline.run import Request  # noqa: PLC0415 - a run without outputs pays for no import
    from stack_verify.probe.settings import probe_settings  # noqa: PLC0415 - as above

    def value(option: options.Option) -> Any:  # noqa: ANN401 - of the option's own type
        return option.value(config.getoption(option.dest))

    return Request(
        outputs=outputs,
        state=value(options.STATE),
        stack_names=value(options.STACK_NAME),
        policy=value(options.POLICY),
        controls=value(options.CONTROLS),
        waivers=value(options.WAIVERS),
        snapshot=value(options.SNAPSHOT),
        probe=probe_settings(
            value(options.PROBE),
            resolve=value(options.RESOLVE),
            cacert=value(options.CACERT),
            deadline=value(options.PROBE_DEADLINE),
        ),
        settle=value(options.SETTLE),
        baseline=value(options.BASELINE),
        fail_on=value(options.FAIL_ON),
        history=value(options.HISTORY),
    )
