"""The registry of the service's container images."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming

UNTAGGED_DAYS = 14
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "description": f"Images without a tag go after {UNTAGGED_DAYS} days",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": UNTAGGED_DAYS,
            },
            "action": {"type": "expire"},
        }
    ]
}


@dataclass(frozen=True)
class RegistryArgs:
    """What the registry needs to know."""

    naming: Naming
    kms_key_arn: pulumi.Input[str]
    allow_destroy: bool


class Registry(pulumi.ComponentResource):
    """An encrypted ECR repository that scans each push and never lets a tag move."""

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:registry:Registry", name, None, opts)
        physical = args.naming.name("service")
        child = pulumi.ResourceOptions(parent=self)
        encryption = aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=args.kms_key_arn)
        self.repository = aws.ecr.Repository(
            physical,
            name=physical,
            force_delete=args.allow_destroy,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[encryption],
            tags=args.naming.tags(physical),
            opts=child,
        )
        aws.ecr.LifecyclePolicy(physical, repository=self.repository.name, policy=json.dumps(LIFECYCLE), opts=child)
        self.outputs = {
            exports.ECR_REPOSITORY_ARN: self.repository.arn,
            exports.ECR_REPOSITORY_URL: self.repository.repository_url,
        }
        self.register_outputs(self.outputs)
