"""Every option of a verification, once: rendered into pytest's options and into those of the commands that share them.

It imports nothing of the package: each run of pytest loads it where the plugin is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

DEFAULT_POLICY = "hipaa"
FORMATS = ("junit", "json", "snapshot", "html", "markdown", "csv", "sarif", "asff", "ocsf", "oscal")
DEFAULT_FORMATS = "junit,json,snapshot,html"
DEFAULT_REPORTS = Path("outputs/reports")
DEFAULT_HISTORY = Path("outputs/history")


class Group(Protocol):
    """What options are added to: pytest's group of options."""

    def addoption(self, *names: str, **attributes: Any) -> None:  # noqa: ANN401 - pytest's own
        """Adds one."""


class Command(Protocol):
    """What options are added to: a parser of argparse."""

    def add_argument(self, *names: str, **attributes: Any) -> Any:  # noqa: ANN401 - argparse's own
        """Adds one."""


@dataclass(frozen=True)
class Option:
    """An option. ``many`` may be repeated; ``default`` is what holds where it is not given, and is not in ``help``."""

    name: str
    help: str
    metavar: str | None = None
    type: Callable[[str], object] = str
    default: Any = None
    choices: tuple[str, ...] | None = None
    many: bool = False

    @property
    def dest(self) -> str:
        """The attribute that it becomes."""
        return self.name.removeprefix("--").replace("-", "_")

    def add_to(self, command: Command, **unlike: Any) -> None:  # noqa: ANN401 - what argparse takes
        """Adds it to a command, where ``unlike`` says what the command has otherwise, such as ``default``."""
        default = [] if self.many else self.default
        command.add_argument(self.name, **{**self.attributes(), "default": default, **unlike})

    def value(self, given: Any) -> Any:  # noqa: ANN401 - of the option's own type
        """What holds where ``given`` is what pytest found: a text or texts, or None for nothing."""
        if self.many:
            return tuple(map(self.type, given or ()))
        return self.default if given is None else self.type(given)

    def attributes(self) -> dict[str, Any]:
        """What argparse is told of it beside its default, which its help shows."""
        shown = self.help if self.default is None else f"{self.help} ({self.default})"
        attributes: dict[str, Any] = {"help": shown, "dest": self.dest, "type": self.type}
        if self.choices is None:
            attributes["metavar"] = self.metavar
        else:
            attributes["choices"] = self.choices
        return attributes | ({"action": "append"} if self.many else {})


STATE = Option("--stack-state", "`pulumi stack export` or `terraform show -json` of the same stack", "FILE", Path)
STACK_NAME = Option(
    "--stack-name",
    "CloudFormation stack that declares the resources (CDK, SAM), by name or ARN; may be repeated",
    "NAME",
    many=True,
)
POLICY = Option("--policy", "built-in profile or TOML file", "NAME|FILE", default=DEFAULT_POLICY)
WAIVERS = Option("--waivers", "TOML file of documented exceptions", "FILE", Path)
CONTROLS = Option("--controls", "controls of your own; may be repeated", "FILE.py", Path, many=True)
BASELINE = Option(
    "--baseline", "snapshot.json or results.json of an earlier audit: reports what changed since", "FILE", Path
)
HISTORY = Option(
    "--history",
    "folder that each audit is added to; its last audit is the baseline unless one is named",
    "DIR",
    Path,
)
FAIL_ON = Option(
    "--fail-on", "new: what was open in the baseline does not fail the run", default="open", choices=("open", "new")
)
SNAPSHOT = Option("--snapshot", "judge a saved snapshot.json and make no AWS call", "FILE", Path)
REPORT = Option(
    "--report",
    f"formats of the reports, separated by commas: {', '.join(FORMATS)}; or all",
    "FORMAT[,FORMAT]",
    default=DEFAULT_FORMATS,
)
REPORTS = Option("--reports", "folder that the reports are written to", "DIR", Path, default=DEFAULT_REPORTS)
SETTLE = Option(
    "--settle",
    "wait at most this long for what AWS answers late: target health, certificates, IAM, tags",
    "SECONDS",
    float,
)
PROBE = Option(
    "--probe",
    "test the stack over the network too: the endpoints that can be reached from here (auto), or all (require)",
    default="off",
    choices=("off", "auto", "require"),
)
RESOLVE = Option(
    "--resolve", "override DNS for this host and port in probes; may be repeated", "HOST:PORT:ADDRESS", many=True
)
CACERT = Option("--cacert", "certificate authorities (PEM) that probes trust", "FILE", Path)
PROBE_DEADLINE = Option("--probe-deadline", "longest wait for an endpoint: 300 unless given", "SECONDS", float)

# In the order in which pytest's help lists them. Each asks for a verification.
OPTIONS = (
    STATE,
    STACK_NAME,
    POLICY,
    WAIVERS,
    CONTROLS,
    BASELINE,
    HISTORY,
    FAIL_ON,
    SNAPSHOT,
    REPORT,
    REPORTS,
    SETTLE,
    PROBE,
    RESOLVE,
    CACERT,
    PROBE_DEADLINE,
)


def add_to_pytest(group: Group) -> None:
    """Adds all, paths as texts, which xdist can send to its workers. What is not given is None."""
    for option in OPTIONS:
        kind = str if option.type is Path else option.type
        group.addoption(option.name, **{**option.attributes(), "type": kind, "default": None})


def given(found: Callable[[str], object]) -> list[str]:
    """The names of the options for which ``found`` has something."""
    return [option.name for option in OPTIONS if found(option.dest) is not None]
