"""Amazon CloudFront: distributions, what they accept of viewers, and where they fetch from; never what they serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, ArnForm, Host, Identity, bare
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList
from stack_verify.resources.wafv2 import WebACL

_ID = r"[A-Z0-9]{8,20}"


class DistributionTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudFront::Distribution.Tags"):
    """``cloudfront:ListTagsForResource``, by the distribution's ARN."""


class LogDeliveries(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudFront::Distribution.Logs"):
    """Where CloudWatch Logs delivers a distribution's access logs to (standard logging v2), by its ARN.

    The deliveries are kept where CloudFront is, in the global region of the partition (developer guide, "Standard
    logging").
    """

    id_field: ClassVar[str] = "distribution"

    distribution: str
    destinations: tuple[str, ...]


class S3Origin(Fields, frozen=True, kw_only=True, rename="pascal"):
    """That an origin is a bucket, and not its website; the identity is the older means of getting at it."""

    origin_access_identity: str = ""


class SslProtocols(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The protocols that CloudFront may use to an origin."""

    items: Known[tuple[str, ...]] = UNKNOWN


class CustomOrigin(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How an origin that is not a bucket is spoken to: ``http-only``, ``match-viewer`` or ``https-only``."""

    origin_protocol_policy: Known[str] = UNKNOWN
    origin_ssl_protocols: Known[SslProtocols] = UNKNOWN


class Origin(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a distribution fetches from: a bucket, any server, or one in a VPC, of which neither is told."""

    origin_id: str = msgspec.field(name="Id")
    domain_name: str
    s3_origin_config: S3Origin | None = msgspec.field(name="S3OriginConfig", default=None)
    custom_origin_config: CustomOrigin | None = None
    origin_access_control_id: str | None = None


class Origins(Fields, frozen=True, kw_only=True, rename="pascal"):
    """All origins: one at least."""

    items: tuple[Origin, ...]


class CacheBehavior(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What is done with requests of a path: ``allow-all``, ``redirect-to-https`` or ``https-only``."""

    path_pattern: str = "*"
    target_origin_id: str
    viewer_protocol_policy: Known[str] = UNKNOWN


class CacheBehaviors(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The behaviours beside the default one. AWS leaves the items out where there are none."""

    items: tuple[CacheBehavior, ...] = ()


class Logging(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The bucket that access logs go to (standard logging), empty where it is off."""

    bucket: str = ""


class ViewerCertificate(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The certificate that viewers get, and the TLS that they need."""

    cloud_front_default_certificate: bool = False
    minimum_protocol_version: Known[str] = UNKNOWN


class DistributionConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How a distribution is set up. The web ACL is an ARN of WAFv2, or an id of WAF Classic."""

    origins: Origins
    default_cache_behavior: CacheBehavior
    cache_behaviors: CacheBehaviors = CacheBehaviors()
    default_root_object: str = ""
    logging: Logging | None = None
    viewer_certificate: Known[ViewerCertificate] = UNKNOWN
    web_acl_id: str | None = msgspec.field(name="WebACLId", default=None)

    @property
    def behaviors(self) -> tuple[CacheBehavior, ...]:
        """All behaviours, the default one last, as CloudFront tries them."""
        return (*self.cache_behaviors.items, self.default_cache_behavior)

    @property
    def buckets(self) -> tuple[Origin, ...]:
        """The origins that are buckets."""
        return tuple(each for each in self.origins.items if each.s3_origin_config is not None)


class Distribution(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudFront::Distribution"):
    """``cloudfront:GetDistribution``, by its id, or by the first part of its host name."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("cloudfront", rf"distribution/({_ID})", rf"distribution/({ANY_ID})", by_name=True),),
        hosts=(Host(r"(?P<name>[a-z0-9]+)\.cloudfront\.(?:net|cn)", everywhere=True),),
        bare_names=(bare("distribution id, cloudfront id, cloud front id, cdn id", _ID),),
        pulumi=("cloudfront/distribution",),
        terraform=("aws_cloudfront_distribution",),
        asff="AwsCloudFrontDistribution",
        by_tags=True,
    )
    id_field: ClassVar[str] = "distribution_id"
    arn_field: ClassVar[str | None] = "distribution_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = DistributionTags
    leads_to: ClassVar[tuple[str, ...]] = (WebACL.kind(), LogDeliveries.kind(), DistributionTags.kind())

    distribution_id: str = msgspec.field(name="Id")
    distribution_arn: str = msgspec.field(name="ARN")
    domain_name: str
    distribution_config: DistributionConfig

    @property
    def web_acl(self) -> Question | None:
        """The question for the web ACL; None where there is none, or one of WAF Classic."""
        found = self.distribution_config.web_acl_id
        return WebACL.ask(found) if found is not None and ":wafv2:" in found else None

    def refers_to(self) -> Iterator[Question]:
        if self.web_acl is not None:
            yield self.web_acl
        yield LogDeliveries.ask(self.distribution_arn)
        yield from self.tags_question()
