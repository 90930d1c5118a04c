"""Auto Scaling groups and launch configurations."""

from __future__ import annotations

import base64

import pytest
from botocore.stub import Stubber
from stack_verify.collect.autoscaling import launch_configurations
from stack_verify.controls.autoscaling.groups import (
    autoscaling_elb_health_check,
    autoscaling_launch_template,
    autoscaling_multi_az,
)
from stack_verify.controls.autoscaling.launch_configurations import (
    autoscaling_launch_config_imdsv2,
    autoscaling_launch_config_no_public_ip,
    autoscaling_launch_config_no_user_data_secrets,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.autoscaling import AutoScalingGroup, LaunchConfiguration
from stack_verify.resources.resource import Question
from support.hand_made import ACCOUNT, REGION, OneClient, answered, arn, judged, read, snapshot

UUID = "3f7776a3-aa07-41f0-bd01-bb80ad95fd45"
GROUP_ARN = arn("autoscaling", f"autoScalingGroup:{UUID}:autoScalingGroupName/web")
CONFIGURATION_ARN = arn("autoscaling", f"launchConfiguration:{UUID}:launchConfigurationName/web")
TEMPLATE = {"LaunchTemplateId": "lt-0a1b2c3d", "Version": "$Default"}
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE


def group(**fields: object) -> AutoScalingGroup:
    told = {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": GROUP_ARN,
        "AvailabilityZones": ["sa-east-1a", "sa-east-1b"],
        "HealthCheckType": "EC2",
        "LaunchTemplate": TEMPLATE,
        "Tags": {},
    }
    return answered(AutoScalingGroup, **told | fields)


def configuration(**fields: object) -> LaunchConfiguration:
    told = {"LaunchConfigurationName": "web", "LaunchConfigurationARN": CONFIGURATION_ARN, "HasUserData": False}
    return answered(LaunchConfiguration, **told | fields)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, NOT_APPLICABLE),
        ({"TargetGroupARNs": ["arn:t"]}, FAILED),
        ({"LoadBalancerNames": ["classic"]}, FAILED),
        ({"TargetGroupARNs": ["arn:t"], "HealthCheckType": "ELB"}, PASSED),
        ({"TargetGroupARNs": ["arn:t"], "HealthCheckType": "EBS,ELB"}, PASSED),
    ],
)
def test_a_group_behind_a_load_balancer_uses_its_health_checks(fields, status):
    assert judged(autoscaling_elb_health_check, snapshot(group(**fields))) == {"web": status}


@pytest.mark.parametrize(
    ("zones", "status"), [(["sa-east-1a"], FAILED), (["sa-east-1a", "sa-east-1b"], PASSED), ([], FAILED)]
)
def test_a_group_spans_zones(zones, status):
    assert judged(autoscaling_multi_az, snapshot(group(AvailabilityZones=zones))) == {"web": status}


MIXED = {"LaunchTemplate": {"LaunchTemplateSpecification": TEMPLATE, "Overrides": []}}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, PASSED),
        ({"LaunchTemplate": None, "MixedInstancesPolicy": MIXED}, PASSED),
        ({"LaunchTemplate": None, "LaunchConfigurationName": "web"}, FAILED),
    ],
)
def test_a_group_uses_a_launch_template_of_its_own_or_of_its_mixed_instances_policy(fields, status):
    assert judged(autoscaling_launch_template, snapshot(group(**fields))) == {"web": status}


@pytest.mark.parametrize(
    ("control", "fields", "status"),
    [
        (autoscaling_launch_config_imdsv2, {"MetadataOptions": {"HttpTokens": "required"}}, PASSED),
        (autoscaling_launch_config_imdsv2, {"MetadataOptions": {"HttpTokens": "optional"}}, FAILED),
        (autoscaling_launch_config_imdsv2, {}, FAILED),
        (autoscaling_launch_config_no_public_ip, {"AssociatePublicIpAddress": False}, PASSED),
        (autoscaling_launch_config_no_public_ip, {}, PASSED),
        (autoscaling_launch_config_no_public_ip, {"AssociatePublicIpAddress": True}, FAILED),
        (autoscaling_launch_config_no_user_data_secrets, {}, PASSED),
        (autoscaling_launch_config_no_user_data_secrets, {"HasUserData": True}, ERROR),
        (autoscaling_launch_config_no_user_data_secrets, {"HasUserData": True, "ClearSecrets": []}, PASSED),
    ],
)
def test_what_a_launch_configuration_starts_instances_with(control, fields, status):
    assert judged(control, snapshot(configuration(**fields))) == {"web": status}


def test_nothing_of_a_launch_configurations_user_data_is_kept():
    session = OneClient("autoscaling")
    script = base64.b64encode(b"#!/bin/sh\nmysql -phunter2Secret\n").decode()
    made = {"LaunchConfigurationName": "web", "LaunchConfigurationARN": CONFIGURATION_ARN, "UserData": script}
    more = {"ImageId": "ami-1", "InstanceType": "t3.micro", "CreatedTime": "2026-01-01T00:00:00Z"}
    with Stubber(session.only) as stub:
        stub.add_response("describe_launch_configurations", {"LaunchConfigurations": [made | more]})
        (found,) = read(launch_configurations, session, "web")
    assert isinstance(found, LaunchConfiguration)
    assert [(each.where, each.kind) for each in found.clear_secrets] == [
        ("user data line 2", "a value under the name of a secret")
    ]
    assert judged(autoscaling_launch_config_no_user_data_secrets, snapshot(found)) == {"web": FAILED}


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("anything", GROUP_ARN, "AutoScalingGroup"),
        ("webAutoScalingGroupName", "web", "AutoScalingGroup"),
        ("aws:autoscaling/group:Group", "web", "AutoScalingGroup"),
        ("anything", CONFIGURATION_ARN, "LaunchConfiguration"),
        ("AWS::AutoScaling::LaunchConfiguration", "web", "LaunchConfiguration"),
    ],
)
def test_they_are_recognised(name, value, kind):
    assert recognise(name, value, account=ACCOUNT, region=REGION) == Question(f"AWS::AutoScaling::{kind}", "web")


def test_the_instances_of_a_group_and_what_starts_them_belong_to_the_stack():
    held = group(
        Instances=[{"InstanceId": "i-1"}],
        VPCZoneIdentifier="subnet-1,subnet-2",
        TargetGroupARNs=["arn:t"],
        LaunchConfigurationName="old",
    )
    assert [(each.kind.rpartition("::")[2], each.key) for each in held.refers_to()] == [
        ("Instance", "i-1"),
        ("Subnet", "subnet-1"),
        ("Subnet", "subnet-2"),
        ("TargetGroup", "arn:t"),
        ("LaunchConfiguration", "old"),
        ("LaunchTemplate", "lt-0a1b2c3d"),
    ]
    assert {each.kind for each in held.refers_to()} <= set(AutoScalingGroup.leads_to)
