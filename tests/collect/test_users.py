"""How IAM users, groups and keys are read, and how many calls the users of an account take."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber
from stack_verify.collect import account, iam
from stack_verify.collect.account import MOST_USERS
from stack_verify.detect.references import recognise, recognise_kind
from stack_verify.resources.account import AccountUser
from stack_verify.resources.iam_users import AccessKey, Group, User
from stack_verify.resources.resource import Question
from support.hand_made import ACCOUNT, REGION, OneClient, read

MADE = datetime(2025, 3, 1, tzinfo=UTC)
KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLF"
IAM = f"arn:aws:iam::{ACCOUNT}"
SINCE = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def session():
    return OneClient("iam")


@pytest.fixture
def aws(session):
    with Stubber(session.only) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def user(name):
    return {"UserName": name, "Arn": f"{IAM}:user/{name}", "Path": "/", "UserId": "A" * 16, "CreateDate": MADE}


def described(key, status="Active"):
    return {"UserName": "amy", "AccessKeyId": key, "Status": status, "CreateDate": MADE}


@pytest.mark.parametrize("used", [{}, {"LastUsedDate": MADE}])
def test_a_key_is_found_by_its_id(session, aws, used):
    told = {"Region": "N/A", "ServiceName": "N/A", **used}
    aws.add_response("get_access_key_last_used", {"UserName": "amy", "AccessKeyLastUsed": told}, {"AccessKeyId": KEY})
    listed = {"AccessKeyMetadata": [described(OTHER), described(KEY, "Inactive")], "IsTruncated": False}
    aws.add_response("list_access_keys", listed, {"UserName": "amy"})
    (found,) = read(iam.access_keys, session, KEY)
    assert isinstance(found, AccessKey)
    assert (found.id, found.status, found.create_date) == (KEY, "Inactive", MADE)
    assert found.access_key_last_used.last_used_date == used.get("LastUsedDate")
    assert list(found.refers_to()) == [User.ask("amy")]


def test_a_key_that_is_gone_is_none(session, aws):
    aws.add_client_error("get_access_key_last_used", "NoSuchEntity")
    assert read(iam.access_keys, session, KEY) == []


def test_a_group_is_read_without_its_users(session, aws):
    group = {"GroupName": "g", "Arn": f"{IAM}:group/g", "Path": "/", "GroupId": "A" * 16, "CreateDate": MADE}
    aws.add_response(
        "get_group", {"Group": group, "Users": [user("amy")], "IsTruncated": True}, {"GroupName": "g", "MaxItems": 1}
    )
    (found,) = read(iam.groups, session, "g")
    assert isinstance(found, Group)
    assert found.path == "/"


def listing(count):
    return {"Users": [user(f"u{number}") for number in range(count)], "IsTruncated": False}


def test_of_a_few_users_each_is_asked(session, aws):
    aws.add_response("list_users", listing(MOST_USERS))
    found = read(account.users, session, ACCOUNT)
    assert len(found) == MOST_USERS
    assert all(len(list(each.refers_to())) == 2 for each in found)


def test_of_many_users_one_report_tells(session, aws):
    """However many users the account has, the calls are as many as the pages of their list."""
    aws.add_response("list_users", listing(MOST_USERS + 1))
    header = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active"
    rows = [
        f"<root_account>,{IAM}:root,{SINCE},not_supported,no_information,true",
        f"u0,{IAM}:user/u0,{SINCE},true,no_information,false",
        *(f"u{number},{IAM}:user/u{number},{SINCE},false,N/A,true" for number in range(1, MOST_USERS)),
    ]
    report = {"Content": "\n".join([header, *rows]).encode(), "ReportFormat": "text/csv", "GeneratedTime": MADE}
    aws.add_response("get_credential_report", report)
    found = read(account.users, session, ACCOUNT)
    users = [each for each in found if isinstance(each, AccountUser)]
    told = {each.id: (each.password_enabled, each.mfa_active) for each in users}
    newest = f"u{MOST_USERS}"
    assert (len(told), told["u0"], told["u1"], told[newest]) == (
        MOST_USERS + 1,
        (True, False),
        (False, True),
        (None, None),
    )
    assert {question.key for each in found for question in each.refers_to()} == {newest}, "made after the report"


def test_a_word_of_the_report_that_is_not_known_is_no_answer(session, aws):
    aws.add_response("list_users", listing(MOST_USERS + 1))
    report = "user,arn,password_enabled,mfa_active\n" + f"u0,{IAM}:user/u0,maybe,true"
    content = {"Content": report.encode(), "ReportFormat": "text/csv", "GeneratedTime": MADE}
    aws.add_response("get_credential_report", content)
    with pytest.raises(KeyError, match="maybe"):
        read(account.users, session, ACCOUNT)


@pytest.mark.parametrize(
    ("name", "value", "kind", "key"),
    [
        ("anything", f"{IAM}:user/team/amy", "AWS::IAM::User", "amy"),
        ("anything", f"{IAM}:group/team/builders", "AWS::IAM::Group", "builders"),
        ("iamUserName", "amy", "AWS::IAM::User", "amy"),
        ("deployIamGroupName", "builders", "AWS::IAM::Group", "builders"),
        ("ciAccessKeyId", KEY, "AWS::IAM::AccessKey", KEY),
    ],
)
def test_outputs_name_users_groups_and_keys(name, value, kind, key):
    assert recognise(name, value, account=ACCOUNT, region=REGION) == Question(kind, key)


@pytest.mark.parametrize("kind", ["AWS::IAM::User", "AWS::IAM::Group"])
def test_a_state_names_them_by_their_names(kind):
    assert recognise_kind(kind, "who", account=ACCOUNT, region=REGION) == Question(kind, "who")
