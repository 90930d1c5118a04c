"""Faults of CloudFront distributions, on the stack that has one beside it."""

from collections.abc import Callable
from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

DISTRIBUTION = "visitsDistributionId"


def _change(aws: Clients, outputs: Outputs, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes the distribution as `change` changes what AWS answers of it."""
    cloudfront, name = aws.client("cloudfront"), str(outputs[DISTRIBUTION])
    answer = cloudfront.get_distribution_config(Id=name)
    config = answer["DistributionConfig"]
    change(config)
    cloudfront.update_distribution(Id=name, IfMatch=answer["ETag"], DistributionConfig=config)


@fault(("cloudfront-https-only", DISTRIBUTION), stack="edge")
def cloudfront_https_only(aws: Clients, outputs: Outputs) -> None:
    """The distribution serves over HTTP, too."""
    _change(aws, outputs, lambda config: config["DefaultCacheBehavior"].update(ViewerProtocolPolicy="allow-all"))


@fault(("cloudfront-tls-policy", DISTRIBUTION), stack="edge")
def cloudfront_tls_policy(aws: Clients, outputs: Outputs) -> None:
    """The distribution accepts TLS 1.1 of viewers."""
    _change(aws, outputs, lambda config: config["ViewerCertificate"].update(MinimumProtocolVersion="TLSv1.1_2016"))


@fault(("cloudfront-origin-tls", DISTRIBUTION), stack="edge")
def cloudfront_origin_tls(aws: Clients, outputs: Outputs) -> None:
    """The distribution fetches from a second origin over HTTP."""
    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "http-only",
        "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
    }
    second = {"Id": "second", "DomainName": "origin.example.org", "CustomOriginConfig": custom}

    def add(config: dict[str, Any]) -> None:
        config["Origins"]["Items"].append(second)
        config["Origins"]["Quantity"] += 1

    _change(aws, outputs, add)


@fault(("cloudfront-logging", DISTRIBUTION), stack="edge")
def cloudfront_logging(aws: Clients, outputs: Outputs) -> None:
    """The distribution logs no requests."""
    _change(aws, outputs, lambda config: config["Logging"].update(Enabled=False, Bucket=""))


@fault(("cloudfront-waf", DISTRIBUTION), stack="edge")
def cloudfront_waf(aws: Clients, outputs: Outputs) -> None:
    """No web ACL is associated with the distribution."""
    _change(aws, outputs, lambda config: config.update(WebACLId=""))


@fault(("cloudfront-default-root-object", DISTRIBUTION), stack="edge")
def cloudfront_default_root_object(aws: Clients, outputs: Outputs) -> None:
    """The distribution has no default root object."""
    _change(aws, outputs, lambda config: config.update(DefaultRootObject=""))


@fault(("cloudfront-origin-access-control", DISTRIBUTION), stack="edge")
def cloudfront_origin_access_control(aws: Clients, outputs: Outputs) -> None:
    """CloudFront fetches from the bucket without signing."""
    _change(aws, outputs, lambda config: config["Origins"]["Items"][0].update(OriginAccessControlId=""))
