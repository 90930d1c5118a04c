"""AWS Lambda: access, secrets, runtimes, network and reliability of functions."""

from __future__ import annotations

from stack_verify.controls.awslambda.runtimes import OS_ONLY, end_of_support
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.principals.sharing import Access, Kind, outsiders, untrusted
from stack_verify.resources.awslambda import (
    EventInvokeConfigs,
    Function,
    FunctionConcurrency,
    FunctionPolicy,
    FunctionUrl,
    FunctionUrls,
)
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html"
CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/"
GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
NO_POLICY = "no resource policy: only IAM policies of the account give access"
BY_URL = "lambda:InvokeFunctionUrl"
NO_AUTHENTICATION = "NONE"
# Conditions of a statement that only a request to a function URL can satisfy.
AUTH_TYPE = "lambda:functionurlauthtype"
VIA_URL = "lambda:invokedviafunctionurl"
ZONES = 2


@control(
    "lambda-policy-not-public",
    "Function policies do not let everyone invoke the function",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="lambda-function-public-access-prohibited",
    security_hub="Lambda.1",
    remediation="Remove the statement from the function's policy, or add a condition such as aws:SourceAccount.",
    rationale="Whoever may invoke a function acts with its role, and reads what it returns.",
    source=SECURITY_HUB + "#lambda-1",
    reads=(FunctionPolicy, FunctionUrls),
)
def lambda_policy_not_public(function: Function, snapshot: Snapshot, policy: Policy) -> Verdict:
    held = snapshot.require(FunctionPolicy, function.function_arn).policy
    if held is None:
        return passed(NO_POLICY)
    urls = snapshot.require(FunctionUrls, function.function_arn).function_url_configs
    access = outsiders(held, account=function.observed_by.account, trusts=policy)
    found = [each for each in access if (each.public or _any_bucket(each)) and _in_effect(each, urls)]
    told = "; ".join(str(each) for each in found) or "none"
    return verdict(not found, f"statements open to everyone: {told}", expected="none")


@control(
    "lambda-cross-account-policy",
    "Functions are not shared with other accounts",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the principals of other accounts from the function's policy, or name them in the policy file.",
    rationale="A principal that the function's policy allows acts through it without a role in this account.",
    source=GUIDE + "access-control-resource-based.html",
    reads=(FunctionPolicy,),
)
def lambda_cross_account_policy(function: Function, snapshot: Snapshot, policy: Policy) -> Verdict:
    held = snapshot.require(FunctionPolicy, function.function_arn).policy
    if held is None:
        return passed(NO_POLICY)
    access = untrusted(outsiders(held, account=function.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in access if not each.public) or "none"
    return verdict(told == "none", f"shared with: {told}", expected="none that the policy file does not name")


@control(
    "lambda-url-authenticated",
    "Function URLs authenticate their callers",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    remediation="Set the URL's authorization_type to AWS_IAM, or remove the statement that lets everyone invoke it.",
    rationale="Anyone on the internet can call a URL that authenticates nobody.",
    source=GUIDE + "urls-auth.html",
    reads=(FunctionPolicy, FunctionUrls),
)
def lambda_url_authenticated(function: Function, snapshot: Snapshot, policy: Policy) -> Verdict:
    urls = snapshot.require(FunctionUrls, function.function_arn).function_url_configs
    if not urls:
        return not_applicable("the function has no URL")
    public = [each.function_url for each in urls if _open(each, function, snapshot, policy)]
    told = ", ".join(f"{each.function_url} with AuthType {each.auth_type}" for each in urls)
    observed = f"{told}; callable by everyone: {', '.join(public) or 'none'}"
    return verdict(not public, observed, expected="AuthType AWS_IAM, or a policy that does not let everyone invoke it")


@control(
    "lambda-supported-runtime",
    "Functions use a supported runtime",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="lambda-function-settings-check",
    security_hub="Lambda.2",
    remediation="Set runtime to a supported version of the language, and test the function with it.",
    rationale="AWS no longer patches a deprecated runtime.",
    source=GUIDE + "lambda-runtimes.html",
    reads=(),
)
def lambda_supported_runtime(function: Function, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if function.package_type == "Image":
        return not_applicable("a container image, which brings its own runtime")
    runtime = function.runtime
    if runtime is None:
        raise Unanswered("the function is no container image, and AWS's answer holds no Runtime")
    if runtime.partition(".")[0] == OS_ONLY:
        return not_applicable(f"{runtime} is an OS-only runtime: the function brings its own language")
    today = snapshot.taken_at.date()
    ends = end_of_support(runtime, today)
    until = "newer than the table of runtimes" if ends is None else f"supported until {ends:%Y-%m-%d}"
    return verdict(ends is None or ends >= today, f"{runtime}, {until}", expected="a runtime that AWS supports")


@control(
    "lambda-in-vpc",
    "Functions are in a VPC",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="lambda-inside-vpc",
    security_hub="Lambda.3",
    hardening=True,
    remediation="Set vpc_config on the function, with private subnets and a security group of its own.",
    rationale="Outside a VPC, no security group, route or flow log limits or records where the function connects.",
    source=SECURITY_HUB + "#lambda-3",
    reads=(),
)
def lambda_in_vpc(function: Function, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    subnets = ", ".join(function.vpc_config.subnet_ids) or "none"
    return verdict(function.in_vpc, f"subnets: {subnets}", expected="subnets of a VPC")


@control(
    "lambda-multi-az",
    "Functions in a VPC run in more than one Availability Zone",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(C)"),
    config_rule="lambda-vpc-multi-az-check",
    security_hub="Lambda.5",
    remediation="Add a subnet of another Availability Zone to the function's vpc_config.",
    rationale="A function whose only zone fails cannot run.",
    source=SECURITY_HUB + "#lambda-5",
    reads=(Subnet,),
)
def lambda_multi_az(function: Function, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not function.in_vpc:
        return not_applicable("not in a VPC: Lambda runs it in several zones")
    zones = {snapshot.require(Subnet, each).availability_zone for each in function.vpc_config.subnet_ids}
    return verdict(len(zones) >= ZONES, f"zones: {', '.join(sorted(zones))}", expected=f"{ZONES} or more")


@control(
    "lambda-no-env-secrets",
    "Functions receive secrets by reference, not in clear text",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    remediation="Keep the value in Secrets Manager, give the function its ARN, and rotate the value.",
    rationale="Whoever may read the function's configuration reads its variables, and every version keeps them.",
    source=GUIDE + "configuration-envvars.html",
    reads=(),
)
def lambda_no_env_secrets(function: Function, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = ", ".join(secret.text() for secret in function.clear_secrets)
    observed = f"{len(function.variable_names)} variables, secrets in clear: {found or 'none'}"
    return verdict(not found, observed, expected="no secret in clear")


@control(
    "lambda-env-customer-key",
    "Environment variables of functions are encrypted with the stack's own key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    hardening=True,
    remediation="Set kms_key_arn on the function.",
    rationale="Lambda encrypts variables with a key of AWS's own, whose policy the stack does not decide.",
    source=GUIDE + "configuration-envvars-encryption.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def lambda_env_customer_key(function: Function, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not function.variable_names:
        return not_applicable("it has no environment variables")
    return own_key(function.kms_key_arn, function, snapshot)


@control(
    "lambda-dead-letter",
    "Events that a function cannot process are kept",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)", "164.312(c)(1)"),
    config_rule="lambda-dlq-check",
    hardening=True,
    remediation="Set dead_letter_config on the function, or an on_failure destination for asynchronous invocations.",
    rationale="After two retries, an event that failed is lost where nothing keeps it.",
    source=CONFIG + "lambda-dlq-check.html",
    reads=(EventInvokeConfigs,),
)
def lambda_dead_letter(function: Function, snapshot: Snapshot, _policy: Policy) -> Verdict:
    queue = function.dead_letter_config.target_arn if function.dead_letter_config else None
    if queue:
        return passed(f"dead-letter target: {queue}")
    found = snapshot.require(EventInvokeConfigs, function.function_arn).on_failure
    if found:
        return passed(f"destinations of failed events: {', '.join(found)}")
    return failed("no dead-letter target and no destination of failed events", expected="one of the two")


@control(
    "lambda-concurrency",
    "Functions have a concurrency limit of their own",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)"),
    config_rule="lambda-concurrency-check",
    hardening=True,
    remediation="Set reserved_concurrent_executions on the function.",
    rationale="A function without a limit can use up the account's concurrency, and others then cannot run.",
    source=CONFIG + "lambda-concurrency-check.html",
    reads=(FunctionConcurrency,),
)
def lambda_concurrency(function: Function, snapshot: Snapshot, _policy: Policy) -> Verdict:
    reserved = snapshot.require(FunctionConcurrency, function.function_arn).reserved_concurrent_executions
    observed = f"ReservedConcurrentExecutions is {'not set' if reserved is None else reserved}"
    return verdict(reserved is not None, observed, expected="a number")


def _any_bucket(access: Access) -> bool:
    """Whether a bucket of any account may invoke the function, which AWS's check counts as public."""
    return access.kind is Kind.SERVICE and access.who.startswith("s3.")


def _in_effect(access: Access, urls: tuple[FunctionUrl, ...]) -> bool:
    """Whether a request can satisfy what the statement says of function URLs: the function has such a one."""
    for line in access.statement.conditions:
        if line.key == VIA_URL and line.operator == "Bool" and line.values == ("true",) and not urls:
            return False
        if line.key == AUTH_TYPE and line.operator == "StringEquals":
            urls = tuple(each for each in urls if each.auth_type in line.values)
            if not urls:
                return False
    return True


def _open(url: FunctionUrl, function: Function, snapshot: Snapshot, policy: Policy) -> bool:
    """Whether the URL authenticates nobody, and the policy lets everyone invoke it."""
    if url.auth_type != NO_AUTHENTICATION:
        return False
    held = snapshot.require(FunctionPolicy, url.function_arn).policy
    access = outsiders(held, account=function.observed_by.account, trusts=policy)
    return any(each.public and each.allows(BY_URL) and _in_effect(each, (url,)) for each in access)
