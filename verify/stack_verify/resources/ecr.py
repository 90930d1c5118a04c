"""Amazon ECR repositories, their policies and lifecycles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from stack_verify.resources.identity import IN_DOMAIN, IN_REGION, ArnForm, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
# Registries answer to two names, the second in dual stack, and to one with FIPS (ECR user guide, "Private registry").
_REGISTRY = rf"(?P<account>\d{{12}})\.dkr[.-]ecr(?:-fips)?\.{IN_REGION}{IN_DOMAIN}"
_IMAGE_TEXT = rf"{_REGISTRY}/(?P<name>{_NAME})(?::[\w.-]{{1,128}})?(?:@sha256:[0-9a-f]{{64}})?"


class RepositoryTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::ECR::Repository.Tags"):
    """``ecr:ListTagsForResource``, by repository ARN."""


class RepositoryPolicy(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::ECR::Repository.Policy"):
    """``ecr:GetRepositoryPolicy``, by repository name. ``policy_text`` is None where AWS says that there is none."""

    id_field: ClassVar[str] = "repository"

    repository: str
    policy_text: str | None


class RepositoryLifecycle(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::ECR::Repository.Lifecycle"):
    """``ecr:GetLifecyclePolicy``, by repository name. The text is None where AWS says that there is none."""

    id_field: ClassVar[str] = "repository"

    repository: str
    lifecycle_policy_text: str | None


class ScanStatus(Fields, frozen=True, kw_only=True, rename="camel"):
    """How far a scan is: ``COMPLETE``, ``ACTIVE`` where Amazon Inspector goes on scanning, else it is unfinished."""

    status: Known[str] = UNKNOWN


class ScanFindings(Fields, frozen=True, kw_only=True, rename="camel"):
    """How many vulnerabilities of each severity a scan found; what they are is not kept."""

    finding_severity_counts: Known[dict[str, int]] = UNKNOWN


class ImageScan(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::ECR::Repository.ImageScan"):
    """``ecr:DescribeImageScanFindings``, by an image's repository and its tag or digest; none where there is no scan.

    The image is written as in a container definition, without the registry: ``web:1.4`` or ``web@sha256:...``.
    """

    id_field: ClassVar[str] = "image"

    image: str
    image_scan_status: Known[ScanStatus] = UNKNOWN
    # Of a scan that found nothing the counts are empty; AWS leaves the findings out while there are none yet.
    image_scan_findings: Known[ScanFindings] = UNKNOWN


class ImageScanningConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """Whether ECR scans an image when it is pushed."""

    scan_on_push: Known[bool] = UNKNOWN


class RepositoryScanning(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::ECR::Repository.Scanning"):
    """``ecr:BatchGetRepositoryScanningConfiguration``, by repository name: what is in effect, whoever set it.

    ``scan_frequency`` is ``SCAN_ON_PUSH``, ``CONTINUOUS_SCAN`` or ``MANUAL``.
    """

    id_field: ClassVar[str] = "repository_name"

    repository_name: str
    scan_frequency: Known[str] = UNKNOWN


class EncryptionConfiguration(Fields, frozen=True, kw_only=True, rename="camel"):
    """How images are encrypted at rest: ``AES256``, or ``KMS`` with a key."""

    encryption_type: str
    kms_key: str | None = None


class Repository(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::ECR::Repository"):
    """One repository of ``ecr:DescribeRepositories``, by name."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("ecr", rf"repository/({_NAME})", r"repository/([^:*?\s${}]+)", by_name=True),),
        texts=(_IMAGE_TEXT,),
        bare_names=(bare("ecr repository, ecr repository name, ecr repo, ecr repo name", _NAME),),
        pulumi=("ecr/repository",),
        terraform=("aws_ecr_repository",),
        asff="AwsEcrRepository",
        by_tags=True,
    )
    id_field: ClassVar[str] = "repository_name"
    arn_field: ClassVar[str | None] = "repository_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = RepositoryTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::KMS::Key",
        "AWS::ECR::Repository.Lifecycle",
        "AWS::ECR::Repository.Policy",
        "AWS::ECR::Repository.Scanning",
        "AWS::ECR::Repository.Tags",
    )

    repository_name: str
    repository_arn: str
    image_tag_mutability: Known[str] = UNKNOWN
    image_scanning_configuration: Known[ImageScanningConfiguration] = UNKNOWN
    encryption_configuration: EncryptionConfiguration

    def refers_to(self) -> Iterator[Question]:
        yield RepositoryPolicy.ask(self.repository_name)
        yield RepositoryLifecycle.ask(self.repository_name)
        yield RepositoryScanning.ask(self.repository_name)
        yield from self.tags_question()
        if self.encryption_configuration.kms_key is not None:
            yield Key.ask(key_arn(self.encryption_configuration.kms_key, self.observed_by))


class EcrImage(NamedTuple):
    """Whose registry an image is in, and the name of its repository there."""

    account: str
    region: str
    repository: str


_IMAGE = re.compile(rf"{_REGISTRY}/(?P<repository>[^:@]+)", re.ASCII)


def ecr_image(image: str) -> EcrImage | None:
    """What the name of an image says where it is in a private registry of ECR's; None for any other registry."""
    match = _IMAGE.match(image)
    return None if match is None else EcrImage(**match.groupdict())
