"""The boto3 session: the caller's own credentials, profile, region and endpoint, as boto3 finds them everywhere."""

from __future__ import annotations

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from stack_verify.errors import CredentialsError

# Where the caller says nothing else: slow down when AWS asks to, and do not give up at the first throttled call.
PATIENT = Config(retries={"mode": "adaptive", "total_max_attempts": 7})


def session() -> boto3.Session:
    """A session with boto3's own settings (AWS_PROFILE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and the rest).

    Raises:
        CredentialsError: when those settings name a profile that does not exist, or cannot be read.
    """
    try:
        source = botocore.session.Session()
        if not source.get_config_variable("max_attempts") and not source.get_config_variable("retry_mode"):
            source.set_default_client_config(PATIENT)
        return boto3.Session(botocore_session=source)
    except (BotoCoreError, ValueError) as error:
        raise CredentialsError(
            f"the AWS settings cannot be used: {error}. Check the AWS_ variables and the AWS config file."
        ) from error
