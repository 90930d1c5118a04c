"""The application's CloudFormation stack, as AWS lists its resources; moto's own would make them a second time."""

from collections.abc import Iterator
from typing import Any

from support.day_one.clinic import BUCKET, CLUSTER, DATABASE, SECRET, TASK_LOGS
from support.day_one.names import STACK

from stack.local.endpoint import Clients


def resources(aws: Clients) -> list[dict[str, Any]]:
    """The answer of `ListStackResources`, without what holds no configuration (metadata, rules of security groups)."""
    found = (*_network(aws), *_data(aws), *_access(aws), *_service(aws))
    return [
        {
            "LogicalResourceId": f"{kind.rpartition('::')[2]}{number}",
            "PhysicalResourceId": physical,
            "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": "2026-01-31T00:00:00Z",
        }
        for number, (kind, physical) in enumerate(found)
    ]


def _of_stack(tags: list[dict[str, str]]) -> bool:
    return {"Key": "aws:cloudformation:stack-name", "Value": STACK} in tags


def _network(aws: Clients) -> Iterator[tuple[str, str]]:
    ec2 = aws.client("ec2")
    (vpc,) = (each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"] if _of_stack(each.get("Tags", [])))
    yield "AWS::EC2::VPC", vpc
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    yield from (("AWS::EC2::Subnet", each["SubnetId"]) for each in ec2.describe_subnets(Filters=of_vpc)["Subnets"])
    for table in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]:
        (association,) = table["Associations"]
        if not association["Main"]:
            yield "AWS::EC2::RouteTable", table["RouteTableId"]
            yield "AWS::EC2::Route", f"{table['RouteTableId']}|0.0.0.0/0"
            yield "AWS::EC2::SubnetRouteTableAssociation", association["RouteTableAssociationId"]
    for gateway in ec2.describe_nat_gateways(Filters=of_vpc)["NatGateways"]:
        yield "AWS::EC2::NatGateway", gateway["NatGatewayId"]
        yield "AWS::EC2::EIP", gateway["NatGatewayAddresses"][0]["PublicIp"]
    attached = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])
    (internet,) = (each["InternetGatewayId"] for each in attached["InternetGateways"])
    yield "AWS::EC2::InternetGateway", internet
    yield "AWS::EC2::VPCGatewayAttachment", f"IGW|{vpc}"
    yield "Custom::VpcRestrictDefaultSG", vpc
    (log,) = (each["FlowLogId"] for each in ec2.describe_flow_logs()["FlowLogs"])
    yield "AWS::EC2::FlowLog", log
    for group in ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]:
        if _of_stack(group.get("Tags", [])):
            yield "AWS::EC2::SecurityGroup", group["GroupId"]


def _data(aws: Clients) -> Iterator[tuple[str, str]]:
    secret = aws.client("secretsmanager").describe_secret(SecretId=SECRET)["ARN"]
    yield "AWS::S3::Bucket", BUCKET
    yield "AWS::S3::BucketPolicy", BUCKET
    yield "AWS::RDS::DBInstance", DATABASE
    yield "AWS::RDS::DBSubnetGroup", "clinic-databasesubnetgroup"
    yield "AWS::SecretsManager::Secret", secret
    yield "AWS::SecretsManager::SecretTargetAttachment", secret
    yield "AWS::Logs::LogGroup", TASK_LOGS


def _access(aws: Clients) -> Iterator[tuple[str, str]]:
    iam = aws.client("iam")
    for role in iam.list_roles()["Roles"]:
        if role["RoleName"].startswith(f"{STACK}-"):
            yield "AWS::IAM::Role", role["RoleName"]
            for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
                yield "AWS::IAM::Policy", policy


def _service(aws: Clients) -> Iterator[tuple[str, str]]:
    elb, ecs = aws.client("elbv2"), aws.client("ecs")
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        yield "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer["LoadBalancerArn"]
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            yield "AWS::ElasticLoadBalancingV2::Listener", listener["ListenerArn"]
    for group in elb.describe_target_groups()["TargetGroups"]:
        yield "AWS::ElasticLoadBalancingV2::TargetGroup", group["TargetGroupArn"]
    for certificate in aws.client("acm").list_certificates()["CertificateSummaryList"]:
        yield "AWS::CertificateManager::Certificate", certificate["CertificateArn"]
    yield "AWS::ECS::Cluster", CLUSTER
    yield from (("AWS::ECS::Service", each) for each in ecs.list_services(cluster=CLUSTER)["serviceArns"])
    yield from (("AWS::ECS::TaskDefinition", each) for each in ecs.list_task_definitions()["taskDefinitionArns"])
