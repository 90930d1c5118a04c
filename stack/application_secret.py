"""The application's own secret: its value comes encrypted from the stack's configuration and is never an output."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming

RECOVERY_WINDOW_DAYS = 30


@dataclass(frozen=True)
class ApplicationSecretArgs:
    """The value, which must be a Pulumi secret, and the key that encrypts it at rest."""

    naming: Naming
    kms_key_arn: pulumi.Input[str]
    value: pulumi.Output[str]


class ApplicationSecret(pulumi.ComponentResource):
    """A secret in Secrets Manager, which the task definition refers to by its ARN."""

    def __init__(self, name: str, args: ApplicationSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:secret:ApplicationSecret", name, None, opts)
        physical = args.naming.name("application")
        child = pulumi.ResourceOptions(parent=self)
        self.secret = aws.secretsmanager.Secret(
            physical,
            name=physical,
            description="Secret of the application, referred to by its task definition",
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=RECOVERY_WINDOW_DAYS,
            tags=args.naming.tags(physical),
            opts=child,
        )
        self.version = aws.secretsmanager.SecretVersion(
            physical, secret_id=self.secret.id, secret_string=args.value, opts=child
        )
        self.outputs = {exports.APPLICATION_SECRET_ARN: self.secret.arn}
        self.register_outputs(self.outputs)
