"""The container image: a full URI, pinned by tag or digest, that the tasks can reach."""

import re
from dataclasses import dataclass

from stack.config_reader import ConfigReader

IMAGE_URI = (
    r"(?P<registry>[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?)/(?P<repository>[a-z0-9._/-]+)"
    r"(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
ECR_REGISTRY = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
PLACEHOLDER = re.compile(r"placeholder|replace|change-?me|your-|0{12}")
MEANING = "the full URI of the image, <registry>/<repository>:<tag> or @sha256:<digest>"


@dataclass(frozen=True)
class EcrRegistry:
    """The private ECR registry of an account in a region."""

    account_id: str
    region: str


@dataclass(frozen=True)
class Image:
    """A container image; `ecr` says where its repository is, None for another kind of registry."""

    uri: str
    repository: str
    ecr: EcrRegistry | None


def read_image(reader: ConfigReader, *, region: str, internet_egress: bool) -> Image | None:
    """Return the image of the settings; refuse what moves (no tag, latest), fills a place, or cannot be reached.

    None until it is set: the stack's own repository has to be there before an image can be pushed to it.
    """
    uri = reader.optional_text("image", IMAGE_URI, MEANING)
    match = re.fullmatch(IMAGE_URI, uri or "")
    if uri is None or match is None:
        return None
    if PLACEHOLDER.search(uri):
        reader.refuse("image", f"is {uri!r}, a placeholder; set it to {MEANING}")
    if match["digest"] is None and match["tag"] in (None, "latest"):
        reader.refuse("image", f"is {uri!r}, which changes under the same name; pin it by a version tag or a digest")
    ecr = _ecr_registry(match["registry"])
    if not internet_egress and (ecr is None or ecr.region != region):
        reader.refuse(
            "image",
            f"is {uri!r}, but the tasks reach only ECR in {region}; push it there, or set allowInternetEgress to true",
        )
    return Image(uri, match["repository"], ecr)


def _ecr_registry(host: str) -> EcrRegistry | None:
    match = ECR_REGISTRY.fullmatch(host)
    return EcrRegistry(match["account"], match["region"]) if match else None
