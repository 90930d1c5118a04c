"""Reads and checks configuration values, collecting every problem so that one run tells them all."""

import re
from dataclasses import dataclass, field

import pulumi


class SettingsError(pulumi.RunError):
    """The settings cannot be deployed; the message, which Pulumi shows without traceback, names each key to set."""


@dataclass
class ConfigReader:
    """Reads one namespace of the configuration; a refused value is noted and a stand-in returned."""

    config: pulumi.Config
    problems: list[str] = field(default_factory=list)

    def refuse(self, key: str, problem: str) -> None:
        """Note a problem with the value of `key`."""
        self.problems.append(f"{self.config.name}:{key} {problem}")

    def text(self, key: str, pattern: str, meaning: str, default: str | None = None) -> str:
        """Return the value of `key`, which must match `pattern` whole; `meaning` says in words what is asked."""
        value = self.config.get(key) or default
        if value is None:
            self.refuse(key, f"is not set; set it to {meaning}")
            return ""
        if re.fullmatch(pattern, value) is None:
            self.refuse(key, f"is {value!r}; set it to {meaning}")
        return value

    def optional_text(self, key: str, pattern: str, meaning: str) -> str | None:
        """Return the value of `key`, which must match `pattern` whole; None where it is not set."""
        return self.text(key, pattern, meaning) if self.config.get(key) else None

    def integer(self, key: str, default: int, allowed: range | tuple[int, ...], meaning: str) -> int:
        """Return the value of `key`, a whole number among `allowed`."""
        value = self.config.get(key) or str(default)
        if not re.fullmatch(r"\d{1,9}", value) or int(value) not in allowed:
            self.refuse(key, f"is {value!r}; set it to {meaning}")
            return default
        return int(value)

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return the value of `key`, true or false."""
        value = self.config.get(key) or str(default).lower()
        if value not in ("true", "false"):
            self.refuse(key, f"is {value!r}; set it to true or false")
        return value == "true"

    def secret(self, key: str, meaning: str) -> pulumi.Output[str]:
        """Return the value of `key` as a secret."""
        value = self.config.get_secret(key)
        if value is None:
            self.refuse(key, f"is not set; set it, with `pulumi config set --secret {key}`, to {meaning}")
            return pulumi.Output.secret("")
        return value

    def finish(self) -> None:
        """Raise SettingsError with every problem noted, if there is any."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise SettingsError(f"The settings cannot be deployed; nothing was created.\n{lines}")
