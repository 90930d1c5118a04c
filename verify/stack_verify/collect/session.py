"""The boto3 session: the caller's own credentials, profile, region and endpoint, as boto3 finds them everywhere."""

from __future__ import annotations

import os

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stack_verify.errors import CredentialsError

# Where the caller says nothing else: come again as often as it takes. Of calls throttled three times in ten, one in
# 170,000 is so ten times in a row. The mode "adaptive" slows down all calls of a service, and a run takes four times
# as long.
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 10})
_RETRIES = ("retry_mode", "max_attempts")


def session(*, region: str | None = None, role: str | None = None, external_id: str | None = None) -> boto3.Session:
    """A session with boto3's own settings (AWS_PROFILE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and the rest).

    In another ``region`` than they say, where one is named. With ``role``, an ARN, it is that role's for an hour.

    Raises:
        CredentialsError: when those settings name a profile that does not exist, or cannot be read, and when AWS does
            not let the caller assume the role.
    """
    try:
        made = _session(region)
        return made if role is None else _assumed(made, role, external_id)
    except ClientError as error:
        told = error.response["Error"]
        raise CredentialsError(
            f"{role}: cannot be assumed ({told.get('Code')}: {told.get('Message')}). Let the role trust the caller, "
            "with the external id that is named, and allow the caller sts:AssumeRole."
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise CredentialsError(
            f"the AWS settings cannot be used: {error}. Check the AWS_ variables and the AWS config file."
        ) from error


def _session(region: str | None, **credentials: str) -> boto3.Session:
    source = botocore.session.Session()
    if not _said(source):
        source.set_default_client_config(PATIENT)
    return boto3.Session(botocore_session=source, region_name=region, **credentials)


def _assumed(caller: boto3.Session, role: str, external_id: str | None) -> boto3.Session:
    asked = {"RoleArn": role, "RoleSessionName": "stack-verify"} | ({"ExternalId": external_id} if external_id else {})
    given = caller.client("sts").assume_role(**asked)["Credentials"]
    return _session(
        caller.region_name,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def _said(source: botocore.session.Session) -> bool:
    """Whether the caller's environment or profile says how to retry. botocore's own answer to that is its default."""
    profile = source.get_scoped_config()
    return any(os.environ.get(f"AWS_{name.upper()}") or profile.get(name) for name in _RETRIES)
