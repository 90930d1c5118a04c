"""Elastic Load Balancing: whether access logs are on, and whether the bucket takes them."""

from __future__ import annotations

from stack_verify.controls.delivery import Broken, default_encryption, into_bucket, together, with_key
from stack_verify.controls.elbv2.load_balancers import GATEWAY
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.ownership.keepers import is_named, keeper
from stack_verify.policy import Policy
from stack_verify.principals.services import Call
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.kms import Key, KeyPolicy
from stack_verify.resources.partitions import partition
from stack_verify.resources.s3 import Bucket, BucketEncryption, BucketPolicy
from stack_verify.snapshot import Snapshot

ELB, LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com", "delivery.logs.amazonaws.com"
# The account that Elastic Load Balancing delivers as in regions from before August 2022, beside its service principal
# (Application Load Balancers user guide, "Enable access logs", step 2).
ELB_ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
EXPECTED = "access logs, to a bucket that lets the load balancer put them and encrypts as it supports"


@control(
    "alb-access-logs",
    "The load balancer delivers access logs to a bucket that accepts them",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="elb-logging-enabled",
    security_hub="ELB.5",
    remediation="Set access_logs to a bucket whose policy lets Elastic Load Balancing put objects; for an Application "
    "Load Balancer encrypt the bucket with SSE-S3. Name the account of a central log bucket in [accounts].",
    rationale="Access logs show who asked for what; logs that the bucket refuses are lost without any error.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
    reads=(Bucket, BucketEncryption, BucketPolicy, Key, KeyPolicy, LoadBalancerAttributes),
)
def alb_access_logs(balancer: LoadBalancer, snapshot: Snapshot, policy: Policy) -> Verdict:
    if balancer.is_gateway:
        return not_applicable(GATEWAY)
    attributes = snapshot.require(LoadBalancerAttributes, balancer.load_balancer_arn)
    if attributes.access_logs_enabled != "true":
        return failed(f"access_logs.s3.enabled is {as_aws(attributes.access_logs_enabled)}", expected=EXPECTED)
    name = attributes.access_logs_bucket
    observed = f"access_logs.s3.bucket is {name}"
    kept = snapshot.elsewhere(Bucket.ask(name))
    if kept is not None:
        who = keeper(kept.account, policy)
        expected = "a bucket of this account, or of one that [accounts] names"
        return verdict(is_named(kept.account, policy), f"{observed}, which belongs to {who}", expected=expected)
    found = snapshot.within(Bucket, name)
    if not found:
        return failed(f"{observed}, which does not exist", expected=EXPECTED)
    chain = _chain(balancer, found[0], attributes.access_logs_prefix or "", snapshot)
    chain.require_known()
    if chain.links:
        return failed(f"{observed}: {'; '.join(chain.links)}", expected=EXPECTED)
    return passed(f"{observed}, which accepts the logs")


def _chain(balancer: LoadBalancer, bucket: Bucket, prefix: str, snapshot: Snapshot) -> Broken:
    call = balancer.observed_by
    path = f"{prefix}/AWSLogs/{call.account}/elasticloadbalancing/{call.region}/2026/01/31/x.log.gz".removeprefix("/")
    account = ELB_ACCOUNTS.get(call.region)
    legacy = () if account is None else (f"arn:{partition(call.region)}:iam::{account}:root", account)
    principals = (ELB, *legacy) if balancer.is_application else (LOG_DELIVERY,)
    context = {
        "aws:sourceaccount": call.account,
        "aws:sourcearn": _source(balancer),
        "s3:x-amz-acl": "bucket-owner-full-control",
        "aws:resourceaccount": call.account,
    }
    put = Call(principals, "s3:PutObject", f"{bucket.bucket_arn}/{path}", context)
    return together(into_bucket(bucket, (put,), snapshot), _encryption(balancer, bucket, context, snapshot))


def _source(balancer: LoadBalancer) -> str:
    """Which aws:SourceArn a delivery has: the load balancer's for an Application one, that of CloudWatch Logs else."""
    call = balancer.observed_by
    if balancer.is_application:
        return balancer.load_balancer_arn
    return f"arn:{partition(call.region)}:logs:{call.region}:{call.account}:delivery-source:x"


def _encryption(balancer: LoadBalancer, bucket: Bucket, context: dict[str, str], snapshot: Snapshot) -> Broken:
    links: list[Broken] = []
    for algorithm, key in default_encryption(bucket, snapshot):
        if algorithm == "AES256":
            continue
        if balancer.is_application:
            told = f"{bucket.name} encrypts with {algorithm}, and an Application Load Balancer delivers to SSE-S3 only"
            links.append(Broken((told,)))
        elif key is None:
            links.append(Broken((f"{bucket.name} encrypts with a key of AWS's own, which log delivery cannot use",)))
        else:
            use = Call((LOG_DELIVERY,), "kms:GenerateDataKey", "*", context)
            links.append(with_key(key, (use,), bucket, snapshot))
    return together(*links)
