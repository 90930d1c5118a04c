"""Alarms: what the trail tells that somebody should look at, and how the platform does; all to one encrypted topic."""

import pytest
from support.stack_deployment import DEV, Deployment, deploy

TOPIC = "arn:aws:sns:sa-east-1:210987654321:healthcare-alerts-blue7"
# A part of the pattern of each filter that tells its events from others.
TOLD = {
    "unauthorized-calls": "AccessDenied*",
    "root-use": '$.userIdentity.type = "Root"',
    "sign-in-without-mfa": '$.additionalEventData.MFAUsed != "Yes"',
    "sign-in-failures": "Failed authentication",
    "trail-changes": "StopLogging",
    "key-removal": "ScheduleKeyDeletion",
    "iam-changes": "AttachRolePolicy",
    "bucket-changes": "PutBucketPolicy",
    "config-changes": "StopConfigurationRecorder",
    "group-changes": "AuthorizeSecurityGroupIngress",
    "acl-changes": "ReplaceNetworkAclEntry",
    "gateway-changes": "AttachInternetGateway",
    "route-changes": "ReplaceRoute",
    "vpc-changes": "CreateVpcPeeringConnection",
}


def test_the_topic_is_encrypted_and_takes_the_alarms_of_this_account_over_tls(any_stack: Deployment):
    topic = any_stack.one("Topic")
    assert topic.inputs["kmsMasterKeyId"] == "arn:aws:Key/healthcare-alerts-blue7"
    assert any_stack.policy("Topic", "alerts") == {
        "PublishAlarms": {
            "Sid": "PublishAlarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["sns:Publish"],
            "Resource": TOPIC,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "210987654321"},
                "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:sa-east-1:210987654321:alarm:*"},
            },
        },
        "TlsOnly": {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sns:Publish"],
            "Resource": TOPIC,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }


def test_nobody_is_mailed_unless_the_settings_say_whom(any_stack: Deployment):
    assert any_stack.of("TopicSubscription") == []


def test_whom_the_settings_name_is_mailed():
    subscription = deploy({**DEV, "alarmEmail": "security@clinic.health"}).one("TopicSubscription").inputs
    assert subscription == {
        "topic": "arn:aws:Topic/healthcare-alerts-blue7",
        "protocol": "email",
        "endpoint": "security@clinic.health",
    }


def test_every_alarm_tells_the_topic_and_takes_silence_for_health(any_stack: Deployment):
    topic = ["arn:aws:Topic/healthcare-alerts-blue7"]
    keys = ("actionsEnabled", "alarmActions", "insufficientDataActions", "treatMissingData", "period")
    wrong = {
        alarm.name: told
        for alarm in any_stack.of("MetricAlarm")
        if (told := [alarm.inputs[key] for key in keys]) != [True, topic, topic, "notBreaching", 300]
    }
    assert wrong == {}


@pytest.mark.parametrize(("part", "event"), TOLD.items())
def test_an_event_of_the_trail_raises_the_alarm_of_its_filter(any_stack: Deployment, part, event):
    told = any_stack.one("LogMetricFilter", part).inputs
    assert event in told["pattern"]
    assert told["logGroupName"] == "/healthcare/trail-blue7"
    assert told["metricTransformation"] == {"name": part, "namespace": "healthcare/trail-blue7", "value": "1"}
    alarm = any_stack.one("MetricAlarm", part).inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("healthcare/trail-blue7", part)
    assert (alarm["statistic"], alarm["threshold"], alarm["evaluationPeriods"]) == ("Sum", 1, 1)
    assert alarm["comparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_there_is_a_filter_for_each_of_these_kinds_of_event_and_no_other(any_stack: Deployment):
    names = {f"healthcare-{part}-blue7" for part in TOLD}
    assert {each.inputs["name"] for each in any_stack.of("LogMetricFilter")} == names
    assert set(any_stack.outputs["metricFilterNames"]) == names


def test_patterns_fit_the_limit_of_cloudwatch_logs(any_stack: Deployment):
    assert max(len(each.inputs["pattern"]) for each in any_stack.of("LogMetricFilter")) <= 1024


def test_an_event_by_its_service_is_told_of_that_service_alone(any_stack: Deployment):
    assert any_stack.one("LogMetricFilter", "key-removal").inputs["pattern"] == (
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }"
    )


def test_errors_sick_tasks_and_a_full_or_busy_database_raise_alarms(any_stack: Deployment):
    balancer = {"LoadBalancer": "app/alb/1"}
    database = {"DBInstanceIdentifier": "healthcare-database-blue7"}
    keys = ("metricName", "dimensions", "statistic", "threshold", "comparisonOperator", "evaluationPeriods")
    at_least, less = "GreaterThanOrEqualToThreshold", "LessThanThreshold"
    alarms = {each.name: each.inputs for each in any_stack.of("MetricAlarm")}
    watched = {
        name: tuple(inputs[key] for key in keys)
        for name, inputs in alarms.items()
        if inputs["namespace"].startswith("AWS/")
    }
    assert watched == {
        "healthcare-alb-errors-blue7": ("HTTPCode_ELB_5XX_Count", balancer, "Sum", 10, at_least, 1),
        "healthcare-service-errors-blue7": ("HTTPCode_Target_5XX_Count", balancer, "Sum", 10, at_least, 1),
        "healthcare-unhealthy-hosts-blue7": (
            "UnHealthyHostCount",
            {**balancer, "TargetGroup": "targetgroup/tasks/1"},
            "Maximum",
            1,
            at_least,
            2,
        ),
        "healthcare-database-storage-blue7": ("FreeStorageSpace", database, "Minimum", 4 * 2**30, less, 1),
        "healthcare-database-cpu-blue7": ("CPUUtilization", database, "Average", 80, at_least, 3),
    }
    assert len(any_stack.outputs["resourceAlarmArns"]) == len(watched)
    assert len(any_stack.outputs["trailAlarmArns"]) == len(alarms) - len(watched) == len(TOLD)


def test_how_much_storage_is_too_little_follows_its_size():
    stack = deploy({**DEV, "allocatedStorage": "100"})
    assert stack.one("MetricAlarm", "database-storage").inputs["threshold"] == 20 * 2**30
