"""The state that Terraform would hold of a stack that Pulumi deployed: the same resources under its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stack_verify.drift.terraform import _SPELLINGS, terraform_types

# Types that no table is for.
OTHERS = {
    "aws:acm/certificateValidation:CertificateValidation": "aws_acm_certificate_validation",
    "aws:rds/subnetGroup:SubnetGroup": "aws_db_subnet_group",
    "aws:route53/record:Record": "aws_route53_record",
    "aws:secretsmanager/secretVersion:SecretVersion": "aws_secretsmanager_secret_version",
}
# What Terraform's provider keeps as it was read, whoever made it.
AS_READ = {
    "aws_security_group": {"ingress": [], "egress": [], "name_prefix": "", "revoke_rules_on_delete": False},
    "aws_iam_role": {"inline_policy": [{"name": "", "policy": ""}], "permissions_boundary": ""},
    "aws_db_instance": {"snapshot_identifier": None, "replicas": [], "password": "not-told", "domain": ""},
    "aws_lb": {"customer_owned_ipv4_pool": "", "subnet_mapping": []},
    "aws_route_table": {"propagating_vgws": []},
}


def terraform_state(export: Mapping[str, Any]) -> dict[str, Any]:
    """A state file of version 4."""
    return {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 3,
        "lineage": "0d5f4f3e-8c63-4b0c-a1a7-4f2b0c1f2a3b",
        "outputs": {},
        "resources": [
            {
                "mode": "data",
                "type": "aws_caller_identity",
                "name": "current",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"schema_version": 0, "attributes": {"id": "123456789012"}}],
            },
            *(
                {
                    "mode": "managed",
                    "type": kind,
                    "name": name,
                    "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                    "instances": [{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}],
                }
                for kind, name, attributes in _resources(export)
            ),
        ],
    }


def shown(state: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `terraform show -json` writes it."""
    resources = [
        {
            "address": f"{each['type']}.{each['name']}",
            "mode": each["mode"],
            "type": each["type"],
            "name": each["name"],
            "values": each["instances"][0]["attributes"],
            "sensitive_values": {},
        }
        for each in state["resources"]
    ]
    half = len(resources) // 2
    root = {"resources": resources[:half], "child_modules": [{"address": "module.x", "resources": resources[half:]}]}
    return {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"outputs": {}, "root_module": root}}


def attributes_of(state: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The attributes of the first resource of a type, to be changed."""
    return next(each for each in state["resources"] if each["type"] == kind)["instances"][0]["attributes"]


def _resources(export: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for resource in export["deployment"]["resources"]:
        if not resource.get("custom") or resource["type"].startswith("pulumi:"):
            continue
        kind = OTHERS.get(resource["type"]) or terraform_types(resource["type"])[0]
        attributes = _attributes(resource["inputs"], kind)
        if "tags" in attributes:
            attributes["tags_all"] = attributes["tags"]
        arn = resource["outputs"].get("arn")
        name = resource["urn"].rpartition("::")[2]
        yield kind, name, {**AS_READ.get(kind, {}), **attributes, "id": resource["id"], **({"arn": arn} if arn else {})}


def _attributes(block: Mapping[str, Any], kind: str) -> dict[str, Any]:
    spelling = _SPELLINGS.get(kind)
    lists = {value: key for key, value in (spelling.lists if spelling else {}).items()}
    lists |= {value: key for key, value in (spelling.renamed if spelling else {}).items()}
    return {
        lists.get(key) or re.sub(r"([A-Z])", r"_\1", key).lower(): _value(key, value, kind)
        for key, value in block.items()
        if not key.startswith("__")
    }


def _value(key: str, value: Any, kind: str) -> Any:
    if key == "tags":
        return value
    if isinstance(value, dict):
        return [_attributes(value, kind)]
    if isinstance(value, list):
        return [_attributes(each, kind) if isinstance(each, dict) else each for each in value]
    return value
