"""Faults of Lambda functions, on the stack that has one beside it."""

from stack.local.additions.functions import NAME
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

FUNCTION = "lettersFunctionArn"
OTHER_ACCOUNT = "arn:aws:iam::999999999999:root"


@fault(("lambda-policy-not-public", FUNCTION), stack="functions")
def lambda_policy_not_public(aws: Clients, _outputs: Outputs) -> None:
    """Everyone may invoke the function."""
    _allow(aws, "lambda:InvokeFunction", "*")


@fault(("lambda-policy-not-public", FUNCTION), stack="functions", variant="bucket")
def lambda_policy_not_public_bucket(aws: Clients, _outputs: Outputs) -> None:
    """A bucket of any account may invoke the function."""
    _allow(aws, "lambda:InvokeFunction", "s3.amazonaws.com")


@fault(("lambda-cross-account-policy", FUNCTION), stack="functions")
def lambda_cross_account_policy(aws: Clients, _outputs: Outputs) -> None:
    """Another account may invoke the function."""
    _allow(aws, "lambda:InvokeFunction", OTHER_ACCOUNT)


@fault(("lambda-url-authenticated", FUNCTION), ("lambda-policy-not-public", FUNCTION), stack="functions")
def lambda_url_authenticated(aws: Clients, _outputs: Outputs) -> None:
    """The function has a URL that authenticates nobody, and everyone may invoke it."""
    aws.client("lambda").create_function_url_config(FunctionName=NAME, AuthType="NONE")
    _allow(aws, "lambda:InvokeFunctionUrl", "*")


@fault(("lambda-supported-runtime", FUNCTION), stack="functions")
def lambda_supported_runtime(aws: Clients, _outputs: Outputs) -> None:
    """The function uses a runtime that AWS no longer patches."""
    aws.client("lambda").update_function_configuration(FunctionName=NAME, Runtime="python3.8")


@fault(("lambda-no-env-secrets", FUNCTION), stack="functions")
def lambda_no_env_secrets(aws: Clients, _outputs: Outputs) -> None:
    """A variable of the function holds a password in clear."""
    clear = {"Variables": {"DATABASE_URL": "postgres://letters:hunter2secret@db.internal:5432/letters"}}
    aws.client("lambda").update_function_configuration(FunctionName=NAME, Environment=clear)


@fault(("lambda-dead-letter", FUNCTION), stack="functions")
def lambda_dead_letter(aws: Clients, _outputs: Outputs) -> None:
    """What the function cannot process is lost."""
    aws.client("lambda").delete_function_event_invoke_config(FunctionName=NAME)


@fault(("lambda-concurrency", FUNCTION), stack="functions")
def lambda_concurrency(aws: Clients, _outputs: Outputs) -> None:
    """The function has no concurrency limit of its own."""
    aws.client("lambda").delete_function_concurrency(FunctionName=NAME)


def _allow(aws: Clients, action: str, principal: str) -> None:
    aws.client("lambda").add_permission(FunctionName=NAME, StatementId="Partner", Action=action, Principal=principal)
