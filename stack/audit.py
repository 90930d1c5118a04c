"""The audit trail: who did what in the account, in every region, and who read or wrote the data."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.log_group import LogSettings, log_group
from stack.naming import Naming
from stack.policy_document import allow, document, trust
from stack.private_bucket import PrivateBucket


@dataclass(frozen=True)
class AuditArgs:
    """Where the trail is kept and with which key, and the bucket whose objects it watches."""

    naming: Naming
    location: Location
    logs: LogSettings
    kms_key_arn: pulumi.Input[str]
    trail_bucket: PrivateBucket
    data_bucket_arn: pulumi.Input[str]


class Audit(pulumi.ComponentResource):
    """A CloudTrail trail into its locked bucket, and into a log group whose events raise alarms."""

    def __init__(self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:audit:Audit", name, None, opts)
        self._args = args
        self._name = args.naming.name("trail")
        self._tags = args.naming.tags(self._name)
        self._child = pulumi.ResourceOptions(parent=self)
        self.log_group = log_group("trail", args.naming.log_group("trail"), args.logs, self)
        self.role = self._role()
        self.trail = self._trail(self._permissions())
        self.outputs = {
            exports.TRAIL_ARN: self.trail.arn,
            exports.TRAIL_LOG_GROUP_NAME: self.log_group.name,
            exports.TRAIL_LOG_GROUP_ARN: self.log_group.arn,
            exports.TRAIL_ROLE_ARN: self.role.arn,
        }
        self.register_outputs(self.outputs)

    def _role(self) -> aws.iam.Role:
        own_trail = trail_arn(self._args.naming, self._args.location)
        for_the_trail = {
            "StringEquals": {"aws:SourceAccount": self._args.location.account_id, "aws:SourceArn": own_trail}
        }
        return aws.iam.Role(
            self._name,
            name=self._name,
            description="Lets CloudTrail write events to the trail's log group",
            assume_role_policy=trust("cloudtrail.amazonaws.com", for_the_trail),
            tags=self._tags,
            opts=self._child,
        )

    def _permissions(self) -> aws.iam.RolePolicy:
        location = self._args.location
        # CloudTrail names its streams after the account and the region.
        streams = f":log-stream:{location.account_id}_CloudTrail_{location.region}*"
        write = ("logs:CreateLogStream", "logs:PutLogEvents")
        return aws.iam.RolePolicy(
            self._name,
            name=self._name,
            role=self.role.name,
            policy=document(allow("WriteEvents", write, pulumi.Output.concat(self.log_group.arn, streams))),
            opts=self._child,
        )

    def _trail(self, permissions: aws.iam.RolePolicy) -> aws.cloudtrail.Trail:
        args = self._args
        return aws.cloudtrail.Trail(
            self._name,
            name=self._name,
            s3_bucket_name=args.trail_bucket.bucket.bucket,
            kms_key_id=args.kms_key_arn,
            cloud_watch_logs_group_arn=pulumi.Output.concat(self.log_group.arn, ":*"),
            cloud_watch_logs_role_arn=self.role.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            event_selectors=[self._events()],
            tags=self._tags,
            # CloudTrail writes to the bucket and the log group when it is told of them.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.trail_bucket.policy, permissions]),
        )

    def _events(self) -> aws.cloudtrail.TrailEventSelectorArgs:
        """All management events, and each read and write of an object of the data bucket."""
        objects = pulumi.Output.concat(self._args.data_bucket_arn, "/")
        data = aws.cloudtrail.TrailEventSelectorDataResourceArgs(type="AWS::S3::Object", values=[objects])
        return aws.cloudtrail.TrailEventSelectorArgs(
            read_write_type="All", include_management_events=True, data_resources=[data]
        )


def trail_arn(naming: Naming, location: Location) -> str:
    """Return the ARN of the stack's trail, which the policies of its key and bucket name before it exists."""
    return location.arn("cloudtrail", f"trail/{naming.name('trail')}")
