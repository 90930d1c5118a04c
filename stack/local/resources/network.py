"""VPC, subnets, routes, endpoints and flow logs."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest, tag_specifications


def _vpc(declared: Declared, clients: Clients) -> Created:
    ec2 = clients.client("ec2")
    attributes = declared.take_some("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")
    tags = tag_specifications("vpc", declared.tags)
    vpc = call_with_rest(declared, clients, "ec2", "create_vpc", **tags)["Vpc"]
    for name, value in attributes.items():
        ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], **{name[0].upper() + name[1:]: {"Value": value}})
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
    attributes = declared.take_some("mapPublicIpOnLaunch")
    tags = tag_specifications("subnet", declared.tags)
    subnet = call_with_rest(declared, clients, "ec2", "create_subnet", **tags)["Subnet"]
    for name, value in attributes.items():
        clients.client("ec2").modify_subnet_attribute(
            SubnetId=subnet["SubnetId"], **{name[0].upper() + name[1:]: {"Value": value}}
        )
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
    tags = tag_specifications("internet-gateway", declared.tags)
    gateway_id = ec2.create_internet_gateway(**tags)["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    return Created(gateway_id, {"arn": clients.arn("ec2", f"internet-gateway/{gateway_id}")})


def _route_table(declared: Declared, clients: Clients) -> Created:
    routes = declared.take("routes", [])
    tags = tag_specifications("route-table", declared.tags)
    table = call_with_rest(declared, clients, "ec2", "create_route_table", **tags)["RouteTable"]
    for route in routes:
        route = {"destinationCidrBlock" if name == "cidrBlock" else name: value for name, value in route.items()}
        _route(Declared("aws:ec2/route:Route", "", {"routeTableId": table["RouteTableId"], **route}), clients)
    return Created(table["RouteTableId"], {"arn": clients.arn("ec2", f"route-table/{table['RouteTableId']}")})


def _route(declared: Declared, clients: Clients) -> Created:
    table, destination = declared.inputs["routeTableId"], declared.inputs.get("destinationCidrBlock", "")
    call_with_rest(declared, clients, "ec2", "create_route")
    return Created(f"r-{table}{destination}")


def _flow_log(declared: Declared, clients: Clients) -> Created:
    """A log group's ARN goes out as its name: AWS accepts either, and moto marks the ARN form as failed."""
    kind, resource_id = _flow_log_source(declared)
    destination = declared.take("logDestination")
    where = (
        {"LogGroupName": destination.split(":log-group:")[1].removesuffix(":*")}
        if ":log-group:" in destination
        else {"LogDestination": destination}
    )
    response = call_with_rest(
        declared,
        clients,
        "ec2",
        "create_flow_logs",
        {"iamRoleArn": "deliverLogsPermissionArn"},
        ResourceType=kind,
        ResourceIds=[resource_id],
        **where,
        **tag_specifications("vpc-flow-log", declared.tags),
    )
    (flow_log_id,) = response["FlowLogIds"]
    return Created(flow_log_id, {"arn": clients.arn("ec2", f"vpc-flow-log/{flow_log_id}")})


def _flow_log_source(declared: Declared) -> tuple[str, str]:
    kinds: Mapping[str, str] = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}
    ((name, resource_id),) = declared.take_some(*kinds).items()
    return kinds[name], resource_id


def _vpc_endpoint(declared: Declared, clients: Clients) -> Created:
    tags = tag_specifications("vpc-endpoint", declared.tags)
    renames = {"policy": "PolicyDocument"}
    response = call_with_rest(declared, clients, "ec2", "create_vpc_endpoint", renames, **tags)["VpcEndpoint"]
    endpoint_id = response["VpcEndpointId"]
    outputs = {"arn": clients.arn("ec2", f"vpc-endpoint/{endpoint_id}"), "ownerId": clients.account}
    if response["VpcEndpointType"] == "Gateway":
        outputs["prefixListId"] = _prefix_list(clients, response["ServiceName"])
    return Created(endpoint_id, outputs)


def _prefix_list(clients: Clients, service_name: str) -> str:
    """The AWS-managed prefix list of a gateway endpoint's service, which security groups refer to."""
    found = clients.client("ec2").describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [service_name]}]
    )
    return str(found["PrefixLists"][0]["PrefixListId"])


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
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row(
        "ec2", "associate_route_table", id="AssociationId"
    ),
}
