"""Reads Amazon ECR: repositories, and of images no more than how many vulnerabilities were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.ecr import (
    ImageScan,
    Repository,
    RepositoryLifecycle,
    RepositoryPolicy,
    RepositoryScanning,
    RepositoryTags,
)


@collects(Repository, "ecr:DescribeRepositories")
def repositories(reader: Reader, name: str) -> Iterator[Repository]:
    """The repository of this name. One name a call, since ECR answers with nothing else where one of many is gone."""
    none = ("RepositoryNotFoundException",)
    for page in reader.pages("ecr", "DescribeRepositories", repositoryNames=[name], answers=none):
        for item in page.items("repositories"):
            yield page.decode(Repository, item)


@collects(RepositoryPolicy, "ecr:GetRepositoryPolicy")
def policies(reader: Reader, name: str) -> Iterator[RepositoryPolicy]:
    """The repository's own policy."""
    none = ("RepositoryPolicyNotFoundException",)
    response = reader.call("ecr", "GetRepositoryPolicy", repositoryName=name, answers=none)
    found = {"policyText": None} if response.absent else response.body
    yield response.decode(RepositoryPolicy, found, repository=name)


@collects(RepositoryLifecycle, "ecr:GetLifecyclePolicy")
def lifecycles(reader: Reader, name: str) -> Iterator[RepositoryLifecycle]:
    """The repository's lifecycle policy."""
    none = ("LifecyclePolicyNotFoundException",)
    response = reader.call("ecr", "GetLifecyclePolicy", repositoryName=name, answers=none)
    found = {"lifecyclePolicyText": None} if response.absent else response.body
    yield response.decode(RepositoryLifecycle, found, repository=name)


@collects_many(RepositoryScanning, "ecr:BatchGetRepositoryScanningConfiguration", size=25)
def scanning(reader: Reader, names: Sequence[str]) -> Answers:
    """When the images of these repositories are scanned: 25 a call. One that is gone is among the failures."""
    response = reader.call("ecr", "BatchGetRepositoryScanningConfiguration", repositoryNames=list(names))
    for item in response.items("scanningConfigurations"):
        yield str(item.get("repositoryName")), response.decode(RepositoryScanning, item)


@collects(RepositoryTags, "ecr:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[RepositoryTags]:
    """The repository's tags."""
    response = reader.call("ecr", "ListTagsForResource", resourceArn=arn)
    yield response.decode(RepositoryTags, Resource=arn, Tags=tag_map(response.items("tags")))


@collects(ImageScan, "ecr:DescribeImageScanFindings")
def image_scans(reader: Reader, image: str) -> Iterator[ImageScan]:
    """The last scan of an image. The first page has the counts of all, so that the findings need not be fetched."""
    named, _, digest = image.partition("@")
    repository, _, tag = named.partition(":")
    response = reader.call(
        "ecr",
        "DescribeImageScanFindings",
        repositoryName=repository,
        imageId={"imageDigest": digest} if digest else {"imageTag": tag},
        maxResults=1,
        answers=("ImageNotFoundException", "RepositoryNotFoundException", "ScanNotFoundException"),
    )
    if not response.absent:
        yield response.decode(ImageScan, image=image)
