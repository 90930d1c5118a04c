"""Who is asking: the one question whose answer decides whether there is any sense in asking more."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    SSOError,
    SSOTokenLoadError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from stack_verify.collect.reader import ClientSource, said
from stack_verify.collect.redaction import text_without_secrets
from stack_verify.errors import MISTAKES, CredentialsError
from stack_verify.inquiry import Caller
from stack_verify.outputs import StackOutputs


def identify(session: ClientSource, outputs: StackOutputs) -> Caller:
    """The caller's account and ARN, and the region to read: the session's, or else the outputs'.

    Raises:
        CredentialsError: when there are no credentials, AWS does not accept them, no region is known, or the outputs
            are of another account or region.
    """
    region = _region(session, outputs)
    account, arn = _identity(session, region)
    if outputs.account is not None and outputs.account != account:
        raise CredentialsError(
            f"{outputs.stack.source}: these are outputs of account {outputs.account}, but the credentials are of "
            f"account {account} ({arn}). Use credentials of account {outputs.account}, or the outputs of the stack "
            f"you mean."
        )
    return Caller(account=account, arn=arn, region=region)


def _region(session: ClientSource, outputs: StackOutputs) -> str:
    configured = session.region_name
    region = configured or outputs.region
    if region is None:
        raise CredentialsError("no region: neither AWS_DEFAULT_REGION nor the outputs say one. Set AWS_DEFAULT_REGION.")
    if outputs.region not in (None, region):
        raise CredentialsError(
            f"{outputs.stack.source}: these are outputs of region {outputs.region}, but the session is set to "
            f"{region}. Set AWS_DEFAULT_REGION={outputs.region}, or use the outputs of the stack you mean."
        )
    return region


def _client(session: ClientSource, region: str) -> Any:  # noqa: ANN401 - boto3 has no types for it
    try:
        return session.client("sts", region_name=region)
    except ValueError as error:  # of a setting that boto3 takes as it is: an endpoint, a number of attempts
        raise CredentialsError(
            f"the AWS settings cannot be used: {text_without_secrets(str(error))}. "
            "Correct AWS_ENDPOINT_URL or AWS_MAX_ATTEMPTS, in the environment or in the profile."
        ) from error


def _identity(session: ClientSource, region: str) -> tuple[str, str]:
    try:
        answer = _client(session, region).get_caller_identity()
    except NoCredentialsError as error:
        raise CredentialsError(
            "no AWS credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ) from error
    except ClientError as error:
        code, message = said(error)
        raise CredentialsError(
            f"AWS does not accept the credentials: {text_without_secrets(f'{code}: {message}')}. "
            "Renew them and run again."
        ) from error
    except (SSOError, SSOTokenLoadError, TokenRetrievalError) as error:
        raise CredentialsError(
            f"the single sign-on session cannot be used: {text_without_secrets(str(error))}. "
            "Run `aws sso login` for the profile, and run again."
        ) from error
    except CredentialRetrievalError as error:
        raise CredentialsError(
            f"no credentials were handed out: {text_without_secrets(str(error))}. "
            "Run the profile's credential_process by hand and correct what it reports."
        ) from error
    except FileNotFoundError as error:
        raise CredentialsError(
            f"what the AWS settings name for credentials does not exist: {error.filename}. "
            "Correct AWS_WEB_IDENTITY_TOKEN_FILE, or the profile's credential_process or web_identity_token_file."
        ) from error
    except (OSError, EOFError) as error:
        raise CredentialsError(
            f"the credentials cannot be read ({type(error).__name__}: {text_without_secrets(str(error))}). A profile "
            "with mfa_serial asks for a code, which cannot be typed here: export session credentials first, "
            "with `aws configure export-credentials --format env`."
        ) from error
    except (BotoCoreError, ResponseParserError, RuntimeError, *MISTAKES) as error:
        kind, message = said(error)
        raise CredentialsError(
            f"AWS cannot be asked: {kind}: {text_without_secrets(message)}. "
            "Check the network, the region, and AWS_ENDPOINT_URL if it is set."
        ) from error
    account, arn = answer.get("Account"), answer.get("Arn")
    if not isinstance(account, str) or not isinstance(arn, str) or not account:
        raise CredentialsError(
            "sts:GetCallerIdentity answered without an account: something else than AWS answered. "
            "Check the network, a proxy, and AWS_ENDPOINT_URL if it is set."
        )
    return account, arn
