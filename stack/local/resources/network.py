"""VPC, subnets, routes, endpoints and flow logs."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest, tag_specifications


def _vpc(declared: Declared, clients: Clients) -> Created:
    ec2 = clients.client("ec2")
    support, hostnames = declared.take("enableDnsSupport", True), declared.take("enableDnsHostnames", False)
    tags = tag_specifications("vpc", declared.take_tags())
    vpc = call_with_rest(declared, clients, "ec2", "create_vpc", **tags)["Vpc"]
    ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsSupport={"Value": support})
    ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsHostnames={"Value": hostnames})
    mine = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    groups = ec2.describe_security_groups(Filters=[*mine, {"Name": "group-name", "Values": ["default"]}])
    acls = ec2.describe_network_acls(Filters=[*mine, {"Name": "default", "Values": ["true"]}])
    tables = ec2.describe_route_tables(Filters=[*mine, {"Name": "association.main", "Values": ["true"]}])
    main_route_table = tables["RouteTables"][0]["RouteTableId"]
    return Created(
        vpc["VpcId"],
        {
            "arn": clients.arn("ec2", f"vpc/{vpc['VpcId']}"),
            "cidrBlock": vpc["CidrBlock"],
            "defaultSecurityGroupId": groups["SecurityGroups"][0]["GroupId"],
            "defaultNetworkAclId": acls["NetworkAcls"][0]["NetworkAclId"],
            "defaultRouteTableId": main_route_table,
            "mainRouteTableId": main_route_table,
            "ownerId": clients.account,
        },
    )


def _subnet(declared: Declared, clients: Clients) -> Created:
    public = declared.take("mapPublicIpOnLaunch", False)
    tags = tag_specifications("subnet", declared.take_tags())
    subnet = call_with_rest(declared, clients, "ec2", "create_subnet", **tags)["Subnet"]
    clients.client("ec2").modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": public})
    return Created(
        subnet["SubnetId"],
        {
            "arn": clients.arn("ec2", f"subnet/{subnet['SubnetId']}"),
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
        },
    )


def _internet_gateway(declared: Declared, clients: Clients) -> Created:
    ec2 = clients.client("ec2")
    vpc_id = declared.take("vpcId")
    tags = tag_specifications("internet-gateway", declared.take_tags())
    gateway_id = ec2.create_internet_gateway(**tags)["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    return Created(gateway_id, {"arn": clients.arn("ec2", f"internet-gateway/{gateway_id}")})


def _route_table(declared: Declared, clients: Clients) -> Created:
    tags = tag_specifications("route-table", declared.take_tags())
    table_id = call_with_rest(declared, clients, "ec2", "create_route_table", **tags)["RouteTable"]["RouteTableId"]
    return Created(table_id, {"arn": clients.arn("ec2", f"route-table/{table_id}")})


def _route(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "ec2", "create_route")
    return Created("r-{routeTableId}-{destinationCidrBlock}".format_map(declared.inputs))


def _flow_log(declared: Declared, clients: Clients) -> Created:
    """A log group's ARN goes out as its name: AWS accepts either, and moto marks the ARN form as failed."""
    vpc_id, log_group_arn = declared.take("vpcId"), declared.take("logDestination")
    response = call_with_rest(
        declared,
        clients,
        "ec2",
        "create_flow_logs",
        {"iamRoleArn": "deliverLogsPermissionArn"},
        ResourceType="VPC",
        ResourceIds=[vpc_id],
        LogGroupName=log_group_arn.split(":log-group:")[1],
        **tag_specifications("vpc-flow-log", declared.take_tags()),
    )
    (flow_log_id,) = response["FlowLogIds"]
    return Created(flow_log_id, {"arn": clients.arn("ec2", f"vpc-flow-log/{flow_log_id}")})


def _vpc_endpoint(declared: Declared, clients: Clients) -> Created:
    tags = tag_specifications("vpc-endpoint", declared.take_tags())
    renames = {"policy": "PolicyDocument"}
    response = call_with_rest(declared, clients, "ec2", "create_vpc_endpoint", renames, **tags)["VpcEndpoint"]
    endpoint_id = response["VpcEndpointId"]
    outputs = {"arn": clients.arn("ec2", f"vpc-endpoint/{endpoint_id}"), "ownerId": clients.account}
    prefix_list = {"prefixListId": _prefix_list(clients, response)} if response["VpcEndpointType"] == "Gateway" else {}
    return Created(endpoint_id, {**outputs, **prefix_list})


def _prefix_list(clients: Clients, endpoint: Mapping[str, str]) -> str:
    """The AWS-managed prefix list of a gateway endpoint's service, which security groups refer to."""
    filters = [{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}]
    (found,) = clients.client("ec2").describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
    return str(found["PrefixListId"])


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:ec2/vpc:Vpc": _vpc,
    "aws:ec2/subnet:Subnet": _subnet,
    "aws:ec2/internetGateway:InternetGateway": _internet_gateway,
    "aws:ec2/routeTable:RouteTable": _route_table,
    "aws:ec2/route:Route": _route,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _vpc_endpoint,
    "aws:ec2/flowLog:FlowLog": _flow_log,
    "aws:ec2/eip:Eip": Row(
        "ec2",
        "allocate_address",
        id="AllocationId",
        outputs={"allocationId": "AllocationId", "publicIp": "PublicIp"},
        ec2_type="elastic-ip",
    ),
    "aws:ec2/natGateway:NatGateway": Row(
        "ec2", "create_nat_gateway", id="NatGateway.NatGatewayId", ec2_type="natgateway"
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row("ec2", "associate_route_table", id="AssociationId"),
}
