"""The application's own secret: its value comes encrypted from the stack's configuration and is never an output."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming
from stack.safeguard_settings import RotationSettings

RECOVERY_WINDOW_DAYS = 30


@dataclass(frozen=True)
class ApplicationSecretArgs:
    """The value, which must be a Pulumi secret, the key that encrypts it at rest, and how it is rotated, if it is."""

    naming: Naming
    kms_key_arn: pulumi.Input[str]
    allow_destroy: bool
    value: pulumi.Output[str]
    rotation: RotationSettings | None


class ApplicationSecret(pulumi.ComponentResource):
    """A secret in Secrets Manager, which the task definition refers to by its ARN; it may be rotated by a function."""

    def __init__(self, name: str, args: ApplicationSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:secret:ApplicationSecret", name, None, opts)
        physical = args.naming.name("application")
        child = pulumi.ResourceOptions(parent=self)
        self.secret = aws.secretsmanager.Secret(
            physical,
            name=physical,
            description="Secret of the application, referred to by its task definition",
            kms_key_id=args.kms_key_arn,
            # In its recovery window a secret keeps its name, which the same stack could not use again.
            recovery_window_in_days=0 if args.allow_destroy else RECOVERY_WINDOW_DAYS,
            tags=args.naming.tags(physical),
            opts=child,
        )
        self.version = aws.secretsmanager.SecretVersion(
            physical, secret_id=self.secret.id, secret_string=args.value, opts=child
        )
        if args.rotation is not None:
            self._rotate(physical, args.rotation)
        self.outputs = {exports.APPLICATION_SECRET_ARN: self.secret.arn}
        self.register_outputs(self.outputs)

    def _rotate(self, name: str, rotation: RotationSettings) -> None:
        invocation = aws.lambda_.Permission(
            name,
            statement_id=name,
            action="lambda:InvokeFunction",
            function=rotation.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_arn=self.secret.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        rules = aws.secretsmanager.SecretRotationRotationRulesArgs(automatically_after_days=rotation.days)
        aws.secretsmanager.SecretRotation(
            name,
            secret_id=self.secret.id,
            rotation_lambda_arn=rotation.function_arn,
            rotation_rules=rules,
            # Rotation begins at once, from the value of the settings.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[invocation, self.version]),
        )
