"""Terraform's state says of a stack what Pulumi's does: the same resources and the same properties, spelt alike."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stack_verify.drift import TABLES, table_of
from stack_verify.drift.terraform import pulumi_type, terraform_types
from stack_verify.errors import OutputsError
from stack_verify.outputs import Declared, load_outputs
from support.terraform_state import OTHERS, shown, terraform_state

ROLE = {"id": "web", "name": "web", "arn": "arn:aws:iam::123456789012:role/web", "path": "/"}
GROUP = {"id": "sg-0a1b2c3d4e5f60718", "arn": "arn:aws:ec2:us-east-1:123456789012:security-group/sg-0a1b2c3d4e5f60718"}
OPEN = {
    "protocol": "tcp",
    "from_port": 22,
    "to_port": 22,
    "cidr_blocks": ["0.0.0.0/0"],
    "self": False,
    "description": "",
}


def state(*resources: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 1,
        "lineage": "l",
        "outputs": {},
        "resources": list(resources),
        **members,
    }


def managed(kind: str, attributes: dict[str, Any], name: str = "this", **instance: Any) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": 'provider["registry.opentofu.org/hashicorp/aws"]',
        "instances": [{"attributes": attributes, "sensitive_attributes": [], **instance}],
    }


def declared(document: dict[str, Any], tmp_path: Path) -> tuple[Declared, ...]:
    outputs, path = tmp_path / "outputs.json", tmp_path / "state.json"
    outputs.write_text('{"vpcId": "vpc-0a1b2c3d4e5f60718"}')
    path.write_text(json.dumps(document))
    return load_outputs(outputs, path).declared


def refusal(document: dict[str, Any], tmp_path: Path) -> str:
    with pytest.raises(OutputsError) as refused:
        declared(document, tmp_path)
    return str(refused.value).removeprefix(f"{tmp_path / 'state.json'}: ")


def compared(found: tuple[Declared, ...]) -> Counter[str]:
    """What is compared, by the resource; a set that is empty is the same as none."""
    return Counter(
        repr(
            (each.id, each.arn, each.properties._replace(values={k: v for k, v in each.properties.values.items() if v}))
        )
        for each in found
    )


@pytest.mark.parametrize("form", [terraform_state, lambda export: shown(terraform_state(export))])
def test_every_resource_is_declared_as_in_pulumis_state(prod, tmp_path, form):
    export = json.loads(prod.state.read_text())
    path = tmp_path / "state.json"
    path.write_text(json.dumps(form(export)))
    ours, theirs = (load_outputs(prod.outputs, each).declared for each in (prod.state, path))
    assert len(ours) > 150
    assert compared(theirs) == compared(ours)


def test_every_table_is_for_terraforms_type_too():
    for table in TABLES:
        assert any(terraform_types(kind) for kind in table.types), table.types
        assert all(table_of(name) is table for kind in table.types for name in terraform_types(kind))
    assert all(pulumi_type(name) is None for name in OTHERS.values())


def test_addresses_name_modules_and_indexes(tmp_path):
    one, two = ({"attributes": {"id": each}, "index_key": key} for each, key in (("vpc-1", 0), ("vpc-2", "a b")))
    resource = {**managed("aws_vpc", {}), "module": "module.net", "instances": [one, two]}
    assert [each.urn for each in declared(state(resource), tmp_path)] == [
        "module.net.aws_vpc.this[0]",
        'module.net.aws_vpc.this["a b"]',
    ]


def test_data_sources_and_deposed_objects_are_not_declared(tmp_path):
    data = {**managed("aws_vpc", {"id": "vpc-1"}), "mode": "data"}
    deposed = managed("aws_vpc", {"id": "vpc-2"}, "old", deposed="1a2b3c4d")
    kept = managed("aws_vpc", {"id": "vpc-3"}, "kept")
    assert [each.id for each in declared(state(data, deposed, kept), tmp_path)] == ["vpc-3"]


def test_another_providers_ids_are_not_kept(tmp_path):
    found = declared(state(managed("random_password", {"id": "none"}), managed("aws_vpc", {"id": "vpc-1"})), tmp_path)
    assert [(each.type, each.id) for each in found] == [("random_password", ""), ("aws_vpc", "vpc-1")]


def test_what_is_sensitive_is_not_kept(tmp_path):
    attributes = {**ROLE, "assume_role_policy": '{"Statement": []}', "max_session_duration": 7200}
    path = [{"type": "get_attr", "value": "assume_role_policy"}]
    (stored,) = declared(state(managed("aws_iam_role", attributes, sensitive_attributes=[path])), tmp_path)
    document = shown(state(managed("aws_iam_role", attributes)))
    children = document["values"]["root_module"]["child_modules"][0]["resources"]
    children[0]["sensitive_values"] = {"assume_role_policy": True, "tags": {}}
    (listed,) = declared(document, tmp_path)
    for each in (stored, listed):
        assert each.properties.secret == ("assumeRolePolicy",)
        assert each.properties.values == {"path": "/", "maxSessionDuration": "7200"}


def test_what_companions_declare_is_not_the_resources_own(tmp_path):
    """A state keeps the rules and policies of the last refresh with the group and the role, whoever made them."""
    group = managed("aws_security_group", {**GROUP, "ingress": [OPEN], "egress": [OPEN]})
    (alone,) = declared(state(group), tmp_path)
    assert alone.properties.values == {"ingress": ("tcp 22 0.0.0.0/0",), "egress": ("tcp 22 0.0.0.0/0",)}
    rule = managed("aws_security_group_rule", {"id": "sgrule-1", "type": "ingress", "security_group_id": GROUP["id"]})
    assert declared(state(group, rule), tmp_path)[0].properties.values == {"egress": ("tcp 22 0.0.0.0/0",)}
    role = managed("aws_iam_role", {**ROLE, "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]})
    attached = managed("aws_iam_role_policy_attachment", {"id": "web-1", "role": "web", "policy_arn": "arn:aws:p"})
    assert "managedPolicyArns" in declared(state(role), tmp_path)[0].properties.values
    assert "managedPolicyArns" not in declared(state(role, attached), tmp_path)[0].properties.values


def test_zero_days_are_no_days(tmp_path):
    attributes = {
        "bucket": "b",
        "rule": [{"status": "Enabled", "filter": [{"prefix": ""}], "expiration": [{"days": 0, "date": ""}]}],
    }
    (found,) = declared(state(managed("aws_s3_bucket_lifecycle_configuration", attributes)), tmp_path)
    assert found.properties.values == {"rules": ("Enabled for all: no days",)}


def test_the_providers_own_tags_are_declared(tmp_path):
    tags = {"tags": {"Name": "n"}, "tags_all": {"Name": "n", "team_name": ""}}
    (found,) = declared(state(managed("aws_vpc", {"id": "vpc-1", **tags})), tmp_path)
    assert found.properties.values == {"tags": ("Name: n", "team_name: ")}


def test_a_route_to_a_target_that_nobody_thought_of_is_unread_and_stops_nothing(tmp_path):
    (found,) = declared(
        state(managed("aws_route", {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"})), tmp_path
    )
    assert found.properties.unread == ("routes",)


def test_the_state_is_outputs_too(tmp_path):
    path = tmp_path / "outputs.json"
    outputs = {
        "vpc_id": {"value": "vpc-1", "type": "string"},
        "key": {"value": "x", "sensitive": True},
        "no": {"value": ""},
    }
    path.write_text(json.dumps(state(managed("aws_vpc", {"id": "vpc-1"}), outputs=outputs)))
    found = load_outputs(path)
    assert [(each.name, each.value) for each in found.outputs] == [("vpc_id", "vpc-1"), ("key", None)]
    assert [each.id for each in found.declared] == ["vpc-1"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"serial": 1, "lineage": "l", "meta": {}, "encrypted_data": "x", "encryption_version": "v0"},
            "is an encrypted",
        ),
        ({"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}}, "is a plan of Terraform"),
        ({"format_version": "1.0"}, "is an empty state"),
        (state(), "holds no managed resources"),
        ({**state(), "version": 3, "modules": []}, "is a state of Terraform of version 3; version 4 is known"),
        ({**state(), "version": 5}, "is a state of Terraform of version 5"),
        ({"version": 4, "serial": 1, "lineage": "l"}, "$.resources is missing: this is a part of a state"),
        (state({"mode": "managed", "type": "aws_vpc", "name": "x"}), "$.resources[0].instances is missing"),
        (state(managed("google_project", {"id": "p"})), "holds no resources of AWS, only google_project"),
        ({"vpcId": "vpc-1"}, "is not the state of a stack. Give what `pulumi stack export` or `terraform show -json`"),
    ],
)
def test_what_is_no_state_of_a_stack_is_refused(document, told, tmp_path):
    assert refusal(document, tmp_path).startswith(told)


def test_a_binary_plan_is_refused(tmp_path):
    path = tmp_path / "plan.bin"
    path.write_bytes(b"PK\x03\x04\x14\x00\x08\x00")
    with pytest.raises(OutputsError, match="perhaps a saved plan of Terraform"):
        load_outputs(path)
