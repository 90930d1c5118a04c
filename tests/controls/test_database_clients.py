"""That clients were counted proves a way to the database; that CloudWatch has nothing to say proves nothing."""

from __future__ import annotations

import pytest
from botocore.stub import ANY, Stubber
from stack_verify.collect.cloudwatch import connections
from stack_verify.controls.rds.clients import rds_clients_connected
from stack_verify.core.control import Status
from stack_verify.resources.cloudwatch import DatabaseConnections
from stack_verify.resources.ecs import Service
from stack_verify.resources.rds import DBInstance
from support.hand_made import OneClient, answered, arn, judged, read, snapshot

DATABASE = answered(
    DBInstance,
    DBInstanceIdentifier="db",
    DBInstanceArn=arn("rds", "db:db"),
    Engine="postgres",
    DBParameterGroups=[{"DBParameterGroupName": "db"}],
    VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db"}],
    DBSubnetGroup={"DBSubnetGroupName": "db", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
)


def service(desired: int, name: str = "web") -> Service:
    fields = {
        "serviceArn": arn("ecs", f"service/main/{name}"),
        "serviceName": name,
        "clusterArn": arn("ecs", "cluster/main"),
    }
    return answered(Service, **fields, desiredCount=desired)


@pytest.mark.parametrize(
    ("desired", "maxima", "status"),
    [
        (2, (0.0, 4.0), Status.PASSED),
        (2, (1.0,), Status.PASSED),
        (2, (), Status.NOT_APPLICABLE),
        (2, (0.0,) * 5, Status.NOT_APPLICABLE),
        (2, (0.0,) * 6, Status.FAILED),
        (0, (0.0,) * 24, Status.NOT_APPLICABLE),
    ],
    ids=["some", "one", "no datapoints", "five quiet hours", "six", "no tasks"],
)
def test_a_database_that_nobody_uses_while_tasks_are_to_run_is_noticed_after_hours(desired, maxima, status):
    counted = answered(DatabaseConnections, DBInstanceIdentifier="db", Maxima=maxima)
    assert judged(rds_clients_connected, snapshot(DATABASE, service(desired), counted)) == {"db": status}


def test_one_service_that_is_to_run_tasks_is_enough_for_clients_to_be_expected():
    counted = answered(DatabaseConnections, DBInstanceIdentifier="db", Maxima=(0.0,) * 6)
    held = snapshot(DATABASE, service(0), service(1, "jobs"), counted)
    assert judged(rds_clients_connected, held) == {"db": Status.FAILED}


def test_a_count_that_was_not_read_is_an_error():
    assert judged(rds_clients_connected, snapshot(DATABASE, service(2))) == {"db": Status.ERROR}


def test_all_databases_are_counted_in_one_call():
    session = OneClient("cloudwatch")
    with Stubber(session.only) as stub:
        results = [{"Id": "m0", "Values": [3.0, 1.0], "Timestamps": []}]
        asked = {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY}
        stub.add_response("get_metric_data", {"MetricDataResults": results}, asked)
        (found,) = read(connections, session, "db")
    assert (found.db_instance_identifier, found.maxima) == ("db", (3.0, 1.0))
