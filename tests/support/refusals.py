"""Settings that must be refused before anything is created."""

from __future__ import annotations

import pytest
from support.stack_deployment import REGION, deploy

from stack.config_reader import SettingsError


def refusal(settings, region=REGION) -> str:
    """Deploy settings that must be refused; return the message, having checked that nothing was created."""
    with pytest.raises(SettingsError) as raised:
        deploy(settings, region)
    assert raised.value.deployment.resources == []
    return str(raised.value)


def refused_keys(settings, region=REGION) -> list[str]:
    lines = refusal(settings, region).splitlines()
    assert lines[0] == "The settings cannot be deployed; nothing was created."
    return [line.split()[1].partition(":")[2] for line in lines[1:]]
