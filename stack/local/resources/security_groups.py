"""Security groups and their rules."""

from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list, tag_specifications

_EVERYTHING: Final = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _security_group(declared: Declared, clients: Clients) -> Created:
    """Like the provider, removes the rule that lets everything out."""
    ec2 = clients.client("ec2")
    declared.take("revokeRulesOnDelete")
    rules = {direction: declared.take(direction, []) for direction in ("ingress", "egress")}
    tags = tag_specifications("security-group", declared.tags)
    renames = {"name": "GroupName"}
    group_id = call_with_rest(declared, clients, "ec2", "create_security_group", renames, **tags)["GroupId"]
    ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=_EVERYTHING)
    for direction, blocks in rules.items():
        for block in blocks:
            _authorize(clients, direction, group_id, _inline_permission(block, group_id))
    arn = clients.arn("ec2", f"security-group/{group_id}")
    return Created(group_id, {"arn": arn, "ownerId": clients.account})


def _inline_permission(block: Mapping[str, Any], group_id: str) -> dict[str, Any]:
    described = {"Description": block["description"]} if block.get("description") else {}
    groups = [*block.get("securityGroups", []), *([group_id] if block.get("self") else [])]
    sources = {
        "IpRanges": [{"CidrIp": cidr, **described} for cidr in block.get("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **described} for cidr in block.get("ipv6CidrBlocks", [])],
        "PrefixListIds": [{"PrefixListId": each, **described} for each in block.get("prefixListIds", [])],
        "UserIdGroupPairs": [{"GroupId": each, **described} for each in groups],
    }
    return {**_ports(block["protocol"], block), **{name: found for name, found in sources.items() if found}}


def _ports(protocol: str, block: Mapping[str, Any]) -> dict[str, Any]:
    """The protocol and, unless that is every protocol, the ports."""
    if protocol == "-1":
        return {"IpProtocol": protocol}
    return {"IpProtocol": protocol, "FromPort": int(block["fromPort"]), "ToPort": int(block["toPort"])}


def _authorize(clients: Clients, direction: str, group_id: str, permission: Mapping[str, Any], **tags: Any) -> str:  # noqa: ANN401
    authorize = getattr(clients.client("ec2"), f"authorize_security_group_{direction}")
    response = authorize(GroupId=group_id, IpPermissions=[permission], **tags)
    return str(response["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def _rule(direction: str) -> Creator:
    def create(declared: Declared, clients: Clients) -> Created:
        ports = _ports(declared.take("ipProtocol"), {"fromPort": declared.take("fromPort"), "toPort": declared.take("toPort")})
        rule_id = _authorize(
            clients,
            direction,
            declared.take("securityGroupId"),
            {**ports, **_source(declared)},
            **tag_specifications("security-group-rule", declared.tags),
        )
        arn = clients.arn("ec2", f"security-group-rule/{rule_id}")
        return Created(rule_id, {"arn": arn, "securityGroupRuleId": rule_id})

    return create


_SOURCES: Final = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _source(declared: Declared) -> dict[str, Any]:
    ((name, value),) = declared.take_some(*_SOURCES).items()
    ranges, key = _SOURCES[name]
    described = {"Description": text} if (text := declared.take("description")) else {}
    return {ranges: [{key: value, **described}]}


def _default_security_group(declared: Declared, clients: Clients) -> Created:
    """Adopts the VPC's own group: its rules go, the declared ones come."""
    ec2 = clients.client("ec2")
    vpc_id = declared.take("vpcId")
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    group_id = group["GroupId"]
    for direction, old in (("ingress", group["IpPermissions"]), ("egress", group["IpPermissionsEgress"])):
        if old:
            getattr(ec2, f"revoke_security_group_{direction}")(GroupId=group_id, IpPermissions=old)
        for block in declared.take(direction, []):
            _authorize(clients, direction, group_id, _inline_permission(block, group_id))
    if tags := declared.tags:
        ec2.create_tags(Resources=[group_id], Tags=tag_list(tags))
    arn = clients.arn("ec2", f"security-group/{group_id}")
    return Created(group_id, {"arn": arn, "ownerId": clients.account, "name": "default"})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:ec2/securityGroup:SecurityGroup": _security_group,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _default_security_group,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}
