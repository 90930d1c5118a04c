"""Development is destroyed with one command, production after one setting."""

import pytest
from support.stack_deployment import DEV, ISSUED, Deployment, deploy


def protections(stack: Deployment) -> dict[str, set[object]]:
    """What keeps the provider from deleting a resource, and the values of it."""
    named = {
        "Bucket": "forceDestroy",
        "Repository": "forceDelete",
        "Vault": "forceDestroy",
        "LoadBalancer": "enableDeletionProtection",
        "Instance": "deletionProtection",
        "Secret": "recoveryWindowInDays",
    }
    return {kind: {each.inputs[name] for each in stack.of(kind)} for kind, name in named.items()}


OPEN = {
    "Bucket": {True},
    "Repository": {True},
    "Vault": {True},
    "LoadBalancer": {False},
    "Instance": {False},
    "Secret": {0},
}
PROTECTED = {
    "Bucket": {False},
    "Repository": {False},
    "Vault": {False},
    "LoadBalancer": {True},
    "Instance": {True},
    "Secret": {30},
}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (DEV, OPEN),
        (ISSUED, PROTECTED),
        ({**ISSUED, "allowDestroy": "true"}, OPEN),
        ({**DEV, "allowDestroy": "false"}, PROTECTED),
    ],
)
def test_a_stack_is_destroyed_where_its_settings_allow_it_and_nowhere_else(settings, expected):
    assert protections(deploy(settings)) == expected


def test_production_leaves_a_final_snapshot_even_where_it_may_be_destroyed():
    database = deploy({**ISSUED, "allowDestroy": "true"}).one("Instance").inputs
    assert database["skipFinalSnapshot"] is False


def test_what_cannot_be_changed_in_place_has_another_name_after_a_change(prod: Deployment):
    changed = deploy({**ISSUED, "containerPort": "9090", "databaseEngineVersion": "18"})
    for kind in ("TargetGroup", "ParameterGroup"):
        assert prod.one(kind).inputs["name"] != changed.one(kind).inputs["name"]
    assert changed.one("Instance").inputs["allowMajorVersionUpgrade"] is True


def test_the_load_balancer_waits_for_the_internet_gateway(any_stack: Deployment):
    assert any_stack.one("InternetGateway").urn in any_stack.one("LoadBalancer").dependencies
