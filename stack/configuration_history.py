"""AWS Config, of which a region of an account has only one recorder: how each resource was configured, and when."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import Condition, allow, document, trust
from stack.private_bucket import PrivateBucket

SNAPSHOT_FREQUENCY = "TwentyFour_Hours"


@dataclass(frozen=True)
class ConfigurationHistoryArgs:
    """Where the history is kept, and the key of that bucket."""

    naming: Naming
    location: Location
    bucket: PrivateBucket
    bucket_key_arn: pulumi.Input[str]


class ConfigurationHistory(pulumi.ComponentResource):
    """A recorder of all resources, which delivers to a bucket through a role that may write there alone."""

    def __init__(self, name: str, args: ConfigurationHistoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:account:ConfigurationHistory", name, None, opts)
        self._args = args
        self._name = args.naming.name("config")
        self._child = pulumi.ResourceOptions(parent=self)
        self.role = self._role()
        self.recorder = self._recorder()
        self._start(self._delivery_channel(self._permissions()))
        self.outputs = {
            exports.CONFIG_RECORDER_NAME: self.recorder.name,
            exports.CONFIG_ROLE_ARN: self.role.arn,
        }
        self.register_outputs(self.outputs)

    def _role(self) -> aws.iam.Role:
        location = self._args.location
        for_this_account = {"StringEquals": {"aws:SourceAccount": location.account_id}}
        role = aws.iam.Role(
            self._name,
            name=self._name,
            description="Lets AWS Config read how resources are configured, and write it to its bucket",
            assume_role_policy=trust("config.amazonaws.com", for_this_account),
            tags=self._args.naming.tags(self._name),
            opts=self._child,
        )
        aws.iam.RolePolicyAttachment(
            self._name,
            role=role.name,
            policy_arn=f"arn:{location.partition}:iam::aws:policy/service-role/AWS_ConfigRole",
            opts=self._child,
        )
        return role

    def _permissions(self) -> aws.iam.RolePolicy:
        args = self._args
        bucket = args.bucket.bucket.arn
        objects = pulumi.Output.concat(bucket, f"/AWSLogs/{args.location.account_id}/Config/*")
        through_s3: Condition = {"StringEquals": {"kms:ViaService": args.location.via("s3")}}
        cryptography = ["kms:Decrypt", "kms:GenerateDataKey"]
        return aws.iam.RolePolicy(
            self._name,
            name=self._name,
            role=self.role.name,
            policy=document(
                allow("FindBucket", ["s3:GetBucketAcl", "s3:ListBucket"], bucket),
                allow("WriteHistory", ["s3:PutObject"], objects),
                allow("UseBucketKey", cryptography, args.bucket_key_arn, condition=through_s3),
            ),
            opts=self._child,
        )

    def _recorder(self) -> aws.cfg.Recorder:
        everything = aws.cfg.RecorderRecordingGroupArgs(all_supported=True, include_global_resource_types=True)
        return aws.cfg.Recorder(
            self._name, name=self._name, role_arn=self.role.arn, recording_group=everything, opts=self._child
        )

    def _delivery_channel(self, permissions: aws.iam.RolePolicy) -> aws.cfg.DeliveryChannel:
        daily = aws.cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs(delivery_frequency=SNAPSHOT_FREQUENCY)
        return aws.cfg.DeliveryChannel(
            self._name,
            name=self._name,
            s3_bucket_name=self._args.bucket.bucket.bucket,
            snapshot_delivery_properties=daily,
            # AWS Config writes a test object when it is told of the bucket, as the role of its recorder.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.recorder, permissions, self._args.bucket.policy]),
        )

    def _start(self, channel: aws.cfg.DeliveryChannel) -> None:
        aws.cfg.RecorderStatus(
            self._name,
            name=self.recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )
