"""The boto3 session: the caller's own credentials, profile, region and endpoint, as boto3 finds them everywhere."""

from __future__ import annotations

import boto3
from botocore.exceptions import BotoCoreError

from verify.errors import CredentialsError


def session() -> boto3.Session:
    """A session with boto3's own settings (AWS_PROFILE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and the rest).

    Raises:
        CredentialsError: when those settings name a profile that does not exist or cannot be read.
    """
    try:
        return boto3.Session()
    except BotoCoreError as error:
        raise CredentialsError(
            f"AWS settings cannot be used: {error}. Check AWS_PROFILE and the AWS config file."
        ) from error
