"""Security groups and their rules."""

from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared, Properties
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list, tag_specifications
from stack.local.plan import Held

_EVERYTHING: Final = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _security_group(declared: Declared, clients: Clients) -> Created:
    """Like the provider, removes the rule that lets everything out."""
    tags = tag_specifications("security-group", declared.take_tags())
    renames = {"name": "GroupName"}
    group_id = call_with_rest(declared, clients, "ec2", "create_security_group", renames, **tags)["GroupId"]
    clients.client("ec2").revoke_security_group_egress(GroupId=group_id, IpPermissions=_EVERYTHING)
    return _created(group_id, clients)


def _created(group_id: str, clients: Clients) -> Created:
    return Created(group_id, {"arn": clients.arn("ec2", f"security-group/{group_id}"), "ownerId": clients.account})


def _rule(direction: str) -> Creator:
    def create(declared: Declared, clients: Clients) -> Created:
        authorize = getattr(clients.client("ec2"), f"authorize_security_group_{direction}")
        tags = tag_specifications("security-group-rule", declared.take_tags())
        response = authorize(GroupId=declared.take("securityGroupId"), IpPermissions=[_permission(declared)], **tags)
        rule_id = response["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        arn = clients.arn("ec2", f"security-group-rule/{rule_id}")
        return Created(rule_id, {"arn": arn, "securityGroupRuleId": rule_id})

    return create


def change_rule(held: Held, declared: Declared, clients: Clients) -> Properties:
    """Lets something else pass under the same id."""
    rule = {_CHANGED[name]: declared.inputs[name] for name in _CHANGED if name in declared.inputs}
    update = {"SecurityGroupRuleId": held["id"], "SecurityGroupRule": rule}
    group = declared.inputs["securityGroupId"]
    clients.client("ec2").modify_security_group_rules(GroupId=group, SecurityGroupRules=[update])
    return {}


def _permission(declared: Declared) -> dict[str, Any]:
    """What the rule permits; a rule for every protocol has no ports."""
    ports = {_PORTS[name]: value for name, value in declared.take_some(*_PORTS).items()}
    ((name, value),) = declared.take_some(*_SOURCES).items()
    ranges, key = _SOURCES[name]
    described = {"Description": text} if (text := declared.take("description")) else {}
    return {"IpProtocol": declared.take("ipProtocol"), **ports, ranges: [{key: value, **described}]}


_CHANGED: Final = {
    "cidrIpv4": "CidrIpv4",
    "description": "Description",
    "fromPort": "FromPort",
    "ipProtocol": "IpProtocol",
    "prefixListId": "PrefixListId",
    "referencedSecurityGroupId": "ReferencedGroupId",
    "toPort": "ToPort",
}
_PORTS: Final = {"fromPort": "FromPort", "toPort": "ToPort"}
_SOURCES: Final = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _default_security_group(declared: Declared, clients: Clients) -> Created:
    """Adopts the VPC's own group and removes its rules, as the provider does before it adds the declared ones."""
    ec2 = clients.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [declared.take("vpcId")]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    group_id = group["GroupId"]
    for direction, rules in (("ingress", group["IpPermissions"]), ("egress", group["IpPermissionsEgress"])):
        if rules:
            getattr(ec2, f"revoke_security_group_{direction}")(GroupId=group_id, IpPermissions=rules)
        if not declared.inputs.get(direction):
            declared.take(direction)  # an empty list is what was just done; others are not supported
    ec2.create_tags(Resources=[group_id], Tags=tag_list(declared.take_tags()))
    return _created(group_id, clients)


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:ec2/securityGroup:SecurityGroup": _security_group,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _default_security_group,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}
