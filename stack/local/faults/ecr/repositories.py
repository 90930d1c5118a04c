"""Faults of the repository of container images."""

import json

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _name(outputs: Outputs) -> str:
    return str(outputs["ecrRepositoryArn"]).partition("/")[2]


@fault(("ecr-cmk", "ecrRepositoryArn"), ("ecr-no-critical-findings", "taskDefinitionArn"))
def ecr_cmk(aws: Clients, outputs: Outputs) -> None:
    """The repository was deleted with its images, and made anew without a key."""
    ecr, name = aws.client("ecr"), _name(outputs)
    (former,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    tags = ecr.list_tags_for_resource(resourceArn=former["repositoryArn"])["tags"]
    lifecycle = ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
    ecr.delete_repository(repositoryName=name, force=True)
    ecr.create_repository(
        repositoryName=name,
        tags=tags,
        imageTagMutability=former["imageTagMutability"],
        imageScanningConfiguration=former["imageScanningConfiguration"],
        encryptionConfiguration={"encryptionType": "AES256"},
    )
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=lifecycle)


@fault(("ecr-scan-on-push", "ecrRepositoryArn"))
def ecr_scan_on_push(aws: Clients, outputs: Outputs) -> None:
    """Nobody scans the images that are pushed."""
    aws.client("ecr").put_image_scanning_configuration(
        repositoryName=_name(outputs), imageScanningConfiguration={"scanOnPush": False}
    )


@fault(("ecr-no-critical-findings", "taskDefinitionArn"))
def ecr_no_critical_findings(aws: Clients, outputs: Outputs) -> None:
    """The image in use was pushed anew and not scanned since."""
    ecr, name = aws.client("ecr"), _name(outputs)
    ids = ecr.list_images(repositoryName=name)["imageIds"]
    (image,) = ecr.batch_get_image(repositoryName=name, imageIds=ids)["images"]
    ecr.batch_delete_image(repositoryName=name, imageIds=[image["imageId"]])
    tag = image["imageId"]["imageTag"]
    ecr.put_image(repositoryName=name, imageManifest=image["imageManifest"], imageTag=tag)


@fault(("ecr-tag-immutable", "ecrRepositoryArn"), ("ecs-image-pinned", "taskDefinitionArn"))
def ecr_tag_immutable(aws: Clients, outputs: Outputs) -> None:
    """A tag may be moved to another image."""
    aws.client("ecr").put_image_tag_mutability(repositoryName=_name(outputs), imageTagMutability="MUTABLE")


@fault(("ecr-lifecycle", "ecrRepositoryArn"))
def ecr_lifecycle(aws: Clients, outputs: Outputs) -> None:
    """Images are kept for ever."""
    aws.client("ecr").delete_lifecycle_policy(repositoryName=_name(outputs))


@fault(("ecr-cross-account-policy", "ecrRepositoryArn"))
def ecr_cross_account_policy(aws: Clients, outputs: Outputs) -> None:
    """Another account may push images."""
    principal, actions = {"AWS": "arn:aws:iam::210987654321:root"}, ["ecr:PutImage", "ecr:UploadLayerPart"]
    statement = {"Sid": "Push", "Effect": "Allow", "Principal": principal, "Action": actions}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("ecr").set_repository_policy(repositoryName=_name(outputs), policyText=json.dumps(policy))


@fault(("ecr-not-public", "ecrRepositoryArn"))
def ecr_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody may pull the images."""
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    statement = {"Sid": "Pull", "Effect": "Allow", "Principal": "*", "Action": actions}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("ecr").set_repository_policy(repositoryName=_name(outputs), policyText=json.dumps(policy))
