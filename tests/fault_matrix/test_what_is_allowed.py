"""What a control lets pass although it is not the compliant stack's own way."""

from __future__ import annotations

from support.judging import judge


def test_a_shell_in_dev_passes_where_its_sessions_are_logged_and_encrypted_with_the_stacks_key(deployed):
    judged = deployed("dev").run(_with_logged_sessions)
    assert told(judged, "ecs-exec-restricted") == {"passed"}


def test_a_user_with_a_password_and_a_device_passes(deployed):
    judged = deployed("prod").run(_with_a_user)
    assert told(judged, "iam-user-mfa") == {"passed"}
    assert told(judged, "iam-console-mfa") == {"passed"}


def test_tasks_that_may_go_out_reach_a_service_without_an_endpoint_by_the_nat_gateways(deployed):
    judged = deployed("prod").run(_by_nat)
    assert told(judged, "reach-tasks-egress-route") == {"passed"}


def test_what_a_transit_gateway_leads_to_is_never_said_to_be_unreachable(deployed):
    judged = deployed("prod").run(_by_transit_gateway)
    assert told(judged, "reach-tasks-to-rds") == {"error"}
    assert "AWS does not tell what becomes of them" in observed(judged, "reach-tasks-to-rds")


def observed(judgement, control):
    (text,) = (text for (each, _, _), (_, text) in judgement.items() if each == control)
    return text


def told(judgement, control):
    return {status for (each, _, _), (status, _) in judgement.items() if each == control}


def _with_logged_sessions(live):
    ecs, outputs = live.aws.client("ecs"), live.outputs
    log = {"cloudWatchLogGroupName": outputs["taskLogGroupName"], "cloudWatchEncryptionEnabled": True}
    sessions = {"kmsKeyId": outputs["logsKeyArn"], "logging": "OVERRIDE", "logConfiguration": log}
    ecs.update_cluster(cluster=outputs["clusterName"], configuration={"executeCommandConfiguration": sessions})
    ecs.update_service(cluster=outputs["clusterArn"], service=outputs["serviceArn"], enableExecuteCommand=True)
    return judge(live)


def _with_a_user(live):
    iam, name = live.aws.client("iam"), "employee"
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password="known to the emulator alone")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=name, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    return judge(live)


def _by_nat(live):
    ec2, outputs = live.aws.client("ec2"), live.outputs
    ec2.delete_vpc_endpoints(VpcEndpointIds=[outputs["vpcEndpointIds"][5]])
    world = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_egress(GroupId=outputs["taskSecurityGroupId"], IpPermissions=[world])
    return judge(live)


def _by_transit_gateway(live):
    ec2, outputs = live.aws.client("ec2"), live.outputs
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    (subnet,) = ec2.describe_subnets(SubnetIds=[outputs["isolatedSubnetIds"][0]])["Subnets"]
    # Narrower than the VPC's own route, as a firewall between the tiers has it.
    ec2.create_route(
        RouteTableId=outputs["routeTableIds"][1],
        DestinationCidrBlock=subnet["CidrBlock"],
        TransitGatewayId=gateway,
    )
    return judge(live)
