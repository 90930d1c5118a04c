"""Writes ``verify/stack_verify/principals/data/actions.tsv``: which actions IAM can tie to resources.

``python docs/service_authorization.py`` takes them from AWS's service authorization data as cfn-lint ships it (package
data ``AdditionalSpecs/Policies.json``), which is in the environment of developers only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import cfnlint.data

SOURCE = files(cfnlint.data).joinpath("AdditionalSpecs", "Policies.json")
TABLE = Path(__file__).parents[1] / "verify" / "stack_verify" / "principals" / "data" / "actions.tsv"
HEAD = """\
# service, actions without resource-level permissions, actions with (lower case; Service Authorization Reference)
# source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
# taken {date} from the copy in cfn-lint {version}
"""


def main() -> None:
    """Writes the table."""
    services = json.loads(SOURCE.read_text(encoding="utf-8"))
    head = HEAD.format(date=f"{datetime.now(UTC):%Y-%m-%d}", version=version("cfn-lint"))
    lines = (_line(name, service["Actions"]) for name, service in sorted(services.items()) if service.get("Actions"))
    TABLE.write_text(head + "".join(lines), encoding="utf-8")


def _line(service: str, actions: dict[str, dict[str, object]]) -> str:
    without = sorted(name for name, facts in actions.items() if not facts.get("Resources"))
    tied = sorted(actions.keys() - set(without))
    return f"{service.lower()}\t{' '.join(without)}\t{' '.join(tied)}\n"


if __name__ == "__main__":
    main()
