"""Lambda functions: who may invoke them, what they are given, what they run on and where."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from botocore.stub import Stubber
from msgspec import structs
from stack_verify.collect.awslambda import functions
from stack_verify.controls import CONTROLS
from stack_verify.controls.awslambda.functions import (
    lambda_concurrency,
    lambda_cross_account_policy,
    lambda_dead_letter,
    lambda_env_customer_key,
    lambda_in_vpc,
    lambda_multi_az,
    lambda_no_env_secrets,
    lambda_policy_not_public,
    lambda_supported_runtime,
    lambda_url_authenticated,
)
from stack_verify.controls.awslambda.runtimes import deprecations, end_of_support
from stack_verify.controls.network.path import path_rds_ingress_only_from_tasks
from stack_verify.core.control import Severity, Status
from stack_verify.detect.references import recognise
from stack_verify.errors import Unanswered
from stack_verify.policy import load_policy
from stack_verify.resources.awslambda import (
    EventInvokeConfigs,
    Function,
    FunctionConcurrency,
    FunctionPolicy,
    FunctionUrls,
)
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.rds import DBInstance
from support.hand_made import (
    ACCOUNT,
    FOREIGN,
    REGION,
    OneClient,
    answered,
    arn,
    denied,
    document,
    judged,
    read,
    snapshot,
)

ARN = arn("lambda", "function:letters")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/letters"
QUEUE = arn("sqs", "letters")
URL = f"https://abc.lambda-url.{REGION}.on.aws/"


def function(**fields: object) -> Function:
    told = {"FunctionArn": ARN, "FunctionName": "letters", "Role": ROLE, "PackageType": "Zip"}
    return answered(Function, **told | fields)


def policy(*lines: dict[str, object], of: str = ARN) -> FunctionPolicy:
    return answered(FunctionPolicy, FunctionArn=of, Policy=document(*lines) if lines else None)


def urls(*auth_types: str, of: str = ARN) -> FunctionUrls:
    found = [{"FunctionUrl": URL, "FunctionArn": of, "AuthType": each} for each in auth_types]
    return answered(FunctionUrls, FunctionArn=ARN, FunctionUrlConfigs=found)


def allow(principal: object, action: str = "lambda:InvokeFunction", **condition: dict[str, str]) -> dict[str, object]:
    line = {"Sid": "S", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN}
    return {**line, "Condition": condition} if condition else line


def of_url(auth_type: str) -> dict[str, object]:
    return allow("*", "lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": auth_type})


ROOT = {"AWS": f"arn:aws:iam::{FOREIGN}:root"}
S3, EVENTS = {"Service": "s3.amazonaws.com"}, {"Service": "events.amazonaws.com"}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (allow("*"), Status.FAILED),
        (allow({"AWS": "*"}), Status.FAILED),
        (allow("*", StringEquals={"AWS:SourceAccount": ACCOUNT}), Status.PASSED),
        (allow("*", StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), Status.PASSED),
        (allow("*", ArnLike={"aws:SourceArn": arn("sns", "letters")}), Status.PASSED),
        (allow("*", ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:letters"}), Status.FAILED),
        (allow(S3), Status.FAILED),
        (allow(S3, StringEquals={"AWS:SourceAccount": ACCOUNT}), Status.PASSED),
        (allow(EVENTS), Status.PASSED),
        (allow(ROOT), Status.PASSED),
        (of_url("NONE"), Status.PASSED),
    ],
)
def test_a_policy_that_lets_everyone_invoke_the_function_is_public(line, status):
    assert judged(lambda_policy_not_public, snapshot(function(), policy(line), urls())) == {ARN: status}


def test_a_statement_for_urls_is_in_effect_where_the_function_has_such_a_url():
    assert judged(lambda_policy_not_public, snapshot(function(), policy(of_url("NONE")), urls("NONE"))) == {
        ARN: Status.FAILED
    }
    assert judged(lambda_policy_not_public, snapshot(function(), policy(of_url("NONE")), urls("AWS_IAM"))) == {
        ARN: Status.PASSED
    }


@pytest.mark.parametrize("control", [lambda_policy_not_public, lambda_cross_account_policy])
def test_no_policy_is_no_access_and_one_that_was_not_read_is_an_error(control):
    assert judged(control, snapshot(function(), policy(), urls())) == {ARN: Status.PASSED}
    unread = snapshot(function(), urls(), gaps=(denied(FunctionPolicy, ARN),))
    assert judged(control, unread) == {ARN: Status.ERROR}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (allow(ROOT), Status.FAILED),
        (allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), Status.PASSED),
        (allow(EVENTS), Status.PASSED),
        (allow(EVENTS, StringEquals={"AWS:SourceAccount": FOREIGN}), Status.FAILED),
        (allow("*"), Status.PASSED),
    ],
)
def test_another_account_may_invoke_the_function_only_if_the_policy_file_names_it(line, status):
    held = snapshot(function(), policy(line))
    assert judged(lambda_cross_account_policy, held) == {ARN: status}
    named = {"accounts": {**load_policy("hipaa-strict", "prod").accounts, "security": (FOREIGN,)}}
    assert judged(lambda_cross_account_policy, held, **named) == {ARN: Status.PASSED}


@pytest.mark.parametrize(
    ("lines", "auth_types", "status"),
    [
        ((of_url("NONE"),), ("NONE",), Status.FAILED),
        ((allow("*", "lambda:InvokeFunctionUrl"),), ("NONE",), Status.FAILED),
        ((of_url("AWS_IAM"),), ("NONE",), Status.PASSED),
        ((allow("*", "lambda:InvokeFunction"),), ("NONE",), Status.PASSED),
        ((allow(ROOT, "lambda:InvokeFunctionUrl"),), ("NONE",), Status.PASSED),
        ((), ("NONE",), Status.PASSED),
        ((of_url("NONE"),), ("AWS_IAM",), Status.PASSED),
        ((of_url("NONE"),), (), Status.NOT_APPLICABLE),
    ],
)
def test_a_url_is_public_when_it_authenticates_nobody_and_the_policy_lets_everyone_invoke_it(lines, auth_types, status):
    held = snapshot(function(), policy(*lines), urls(*auth_types))
    assert judged(lambda_url_authenticated, held) == {ARN: status}


def test_a_url_of_an_alias_is_judged_by_the_policy_of_the_alias():
    alias = f"{ARN}:live"
    held = snapshot(function(), policy(), policy(of_url("NONE"), of=alias), urls("NONE", of=alias))
    assert judged(lambda_url_authenticated, held) == {ARN: Status.FAILED}
    held = snapshot(function(), policy(of_url("NONE")), policy(of=alias), urls("NONE", of=alias))
    assert judged(lambda_url_authenticated, held) == {ARN: Status.PASSED}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"Runtime": "python3.13"}, Status.PASSED),
        ({"Runtime": "python3.8"}, Status.FAILED),
        ({"Runtime": "go1.x"}, Status.FAILED),
        ({"Runtime": "python3.99"}, Status.PASSED),
        ({"Runtime": "nodejs26.x"}, Status.PASSED),
        ({"Runtime": "java8.al2023"}, Status.PASSED),
        ({"Runtime": "python3.5"}, Status.ERROR),
        ({"Runtime": "rust1.x"}, Status.ERROR),
        ({"Runtime": "provided.al2"}, Status.NOT_APPLICABLE),
        ({"PackageType": "Image"}, Status.NOT_APPLICABLE),
        ({}, Status.ERROR),
    ],
)
def test_a_runtime_is_supported_until_its_date(fields, status):
    assert judged(lambda_supported_runtime, snapshot(function(**fields))) == {ARN: status}


def test_the_date_is_the_snapshots():
    held = snapshot(function(Runtime="nodejs22.x"))
    assert judged(lambda_supported_runtime, held) == {ARN: Status.PASSED}
    later = structs.replace(held, taken_at=datetime(2027, 5, 1, tzinfo=UTC))
    assert judged(lambda_supported_runtime, later) == {ARN: Status.FAILED}


def test_nothing_is_concluded_from_the_table_once_all_of_a_language_in_it_are_deprecated():
    assert end_of_support("python3.99", date(2026, 1, 1)) is None
    with pytest.raises(Unanswered):
        end_of_support("python3.99", date(2040, 1, 1))
    assert len(deprecations()) > 40


def test_functions_outside_a_vpc_run_in_several_zones():
    assert judged(lambda_in_vpc, snapshot(function())) == {ARN: Status.FAILED}
    assert judged(lambda_multi_az, snapshot(function())) == {ARN: Status.NOT_APPLICABLE}


@pytest.mark.parametrize(("zones", "status"), [("ab", Status.PASSED), ("aa", Status.FAILED), ("a", Status.FAILED)])
def test_functions_in_a_vpc_run_in_the_zones_of_their_subnets(zones, status):
    names = [f"subnet-{index}" for index, _ in enumerate(zones)]
    subnets = [
        answered(Subnet, SubnetId=name, VpcId="vpc-1", AvailabilityZone=f"{REGION}{zone}", MapPublicIpOnLaunch=False)
        for name, zone in zip(names, zones, strict=True)
    ]
    held = snapshot(function(VpcConfig={"SubnetIds": names, "SecurityGroupIds": ["sg-1"]}), *subnets)
    assert judged(lambda_multi_az, held) == {ARN: status}
    assert judged(lambda_in_vpc, held) == {ARN: Status.PASSED}


@pytest.mark.parametrize(
    ("fields", "destination", "status"),
    [
        ({}, None, Status.FAILED),
        ({"DeadLetterConfig": {"TargetArn": QUEUE}}, None, Status.PASSED),
        ({}, {"OnFailure": {"Destination": QUEUE}}, Status.PASSED),
        ({}, {"OnSuccess": {"Destination": QUEUE}}, Status.FAILED),
        ({}, {"OnFailure": {}}, Status.FAILED),
    ],
)
def test_a_destination_of_failed_events_is_a_dead_letter_target(fields, destination, status):
    configs = [{"DestinationConfig": destination}] if destination else []
    apart = answered(EventInvokeConfigs, FunctionArn=ARN, FunctionEventInvokeConfigs=configs)
    assert judged(lambda_dead_letter, snapshot(function(**fields), apart)) == {ARN: status}


@pytest.mark.parametrize(
    ("fields", "status"), [({}, Status.FAILED), ({"ReservedConcurrentExecutions": 0}, Status.PASSED)]
)
def test_concurrency_is_limited_by_a_number(fields, status):
    held = snapshot(function(), answered(FunctionConcurrency, FunctionArn=ARN, **fields))
    assert judged(lambda_concurrency, held) == {ARN: status}


def test_a_function_without_variables_needs_no_key():
    assert judged(lambda_env_customer_key, snapshot(function(VariableNames=[]))) == {ARN: Status.NOT_APPLICABLE}
    assert judged(lambda_env_customer_key, snapshot(function(VariableNames=["A"]))) == {ARN: Status.FAILED}


def collected(environment: dict[str, object]) -> Function:
    session = OneClient("lambda")
    body = {"FunctionArn": ARN, "FunctionName": "letters", "Role": ROLE, "Environment": environment}
    with Stubber(session.only) as stub:
        stub.add_response("get_function_configuration", body, {"FunctionName": "letters"})
        (found,) = read(functions, session, "letters")
    return found


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({"DATABASE_URL": "postgres://letters:hunter2secret@db.internal/letters"}, Status.FAILED),
        ({"DB_PASSWORD": "hunter2secret"}, Status.FAILED),
        (
            {"DB_PASSWORD_FILE": "/run/secrets/db", "DATABASE_SECRET_ARN": arn("secretsmanager", "secret:x")},
            Status.PASSED,
        ),
        ({}, Status.PASSED),
    ],
)
def test_a_secret_in_a_variable_is_found_and_no_value_is_kept(variables, status):
    found = collected({"Variables": variables})
    assert judged(lambda_no_env_secrets, snapshot(found)) == {ARN: status}
    assert found.variable_names == tuple(sorted(variables))
    assert not any(value in repr(found) for value in variables.values())


def test_variables_that_could_not_be_decrypted_are_no_pass():
    found = collected({"Error": {"ErrorCode": "AccessDeniedException", "Message": "Lambda was unable to decrypt"}})
    assert judged(lambda_no_env_secrets, snapshot(found)) == {ARN: Status.ERROR}
    assert judged(lambda_env_customer_key, snapshot(found)) == {ARN: Status.ERROR}


@pytest.mark.parametrize("name", [ARN, f"{ARN}:7", f"{ARN}:live", f"{ARN}:$LATEST"])
def test_a_function_is_recognised_by_its_arn_with_or_without_a_version(name):
    assert recognise("anything", name, account=ACCOUNT, region=REGION) == Function.ask("letters")


def test_one_of_another_account_keeps_its_arn():
    foreign = arn("lambda", "function:letters", account=FOREIGN)
    assert recognise("anything", f"{foreign}:live", account=ACCOUNT, region=REGION) == Function.ask(foreign)


def test_it_leads_to_its_role_network_log_group_and_queue():
    found = function(
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, DeadLetterConfig={"TargetArn": QUEUE}
    )
    asked = {(each.kind, each.key) for each in found.refers_to()}
    assert {
        ("AWS::IAM::Role", "letters"),
        ("AWS::EC2::Subnet", "subnet-1"),
        ("AWS::EC2::SecurityGroup", "sg-1"),
        ("AWS::Logs::LogGroup", "/aws/lambda/letters"),
        ("AWS::SQS::Queue", "letters"),
    } <= asked
    assert {each.kind for each in found.refers_to()} <= set(Function.leads_to)


def test_a_function_that_cdk_makes_for_itself_fails_nothing_but_hardening():
    """As log retention and custom resource providers are made: no variables, no VPC, no policy, no URL."""
    apart = (
        policy(),
        urls(),
        answered(FunctionConcurrency, FunctionArn=ARN),
        answered(EventInvokeConfigs, FunctionArn=ARN, FunctionEventInvokeConfigs=[]),
    )
    held = snapshot(function(Runtime="nodejs22.x", VariableNames=[], ClearSecrets=[]), *apart)
    about = [each for each in CONTROLS if each.subject is Function]
    failed = {each.id for each in about if judged(each, held) == {ARN: Status.FAILED}}
    assert failed == {"lambda-in-vpc", "lambda-dead-letter", "lambda-concurrency"}
    assert all(each.hardening and each.severity is Severity.LOW for each in about if each.id in failed)
    assert all(judged(each, held) != {ARN: Status.ERROR} for each in about)


@pytest.mark.parametrize(("of_function", "status"), [("sg-letters", Status.PASSED), ("sg-other", Status.FAILED)])
def test_the_database_lets_in_functions_of_the_stack_and_no_others(of_function, status):
    nobody = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": []}
    letters = {"UserIdGroupPairs": [{"GroupId": "sg-letters"}]}
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **nobody, **letters}
    group = {"VpcId": "vpc-1", "GroupName": "g", "Description": "", "IpPermissions": [], "IpPermissionsEgress": []}
    db = answered(
        DBInstance,
        DBInstanceIdentifier="db",
        DBInstanceArn=arn("rds", "db:db"),
        Engine="postgres",
        Endpoint={"Address": "db", "Port": 5432},
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db", "Status": "active"}],
        DBParameterGroups=[{"DBParameterGroupName": "p", "ParameterApplyStatus": "in-sync"}],
        DBSubnetGroup={"DBSubnetGroupName": "g", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
    )
    held = snapshot(
        function(VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": [of_function]}),
        answered(SecurityGroup, **{**group, "GroupId": "sg-db", "IpPermissions": [rule]}),
        db,
    )
    assert judged(path_rds_ingress_only_from_tasks, held) == {"db": status}
