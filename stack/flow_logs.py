"""Flow logs of the whole VPC, accepted and rejected traffic alike."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.log_group import LogSettings, log_group
from stack.naming import Naming
from stack.policy_document import allow, document, trust


@dataclass(frozen=True)
class FlowLogsArgs:
    """The VPC to watch and how to keep what is seen."""

    naming: Naming
    location: Location
    logs: LogSettings
    vpc_id: pulumi.Input[str]


class FlowLogs(pulumi.ComponentResource):
    """A flow log into an encrypted log group, through a role that may write there and nowhere else."""

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:network:FlowLogs", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.log_group = log_group("flow-logs", args.naming.log_group("flow-logs"), args.logs, self)
        self.role = self._role()
        self.flow_log = self._flow_log(self._permissions())
        self.outputs = {
            exports.FLOW_LOG_ID: self.flow_log.id,
            exports.FLOW_LOG_GROUP_NAME: self.log_group.name,
            exports.FLOW_LOG_GROUP_ARN: self.log_group.arn,
            exports.FLOW_LOG_ROLE_ARN: self.role.arn,
        }
        self.register_outputs(self.outputs)

    def _role(self) -> aws.iam.Role:
        location = self._args.location
        name = self._args.naming.name("flow-logs")
        for_this_account = {
            "StringEquals": {"aws:SourceAccount": location.account_id},
            "ArnLike": {"aws:SourceArn": location.arn("ec2", "vpc-flow-log/*")},
        }
        return aws.iam.Role(
            name,
            name=name,
            description="Lets VPC flow logs write to their log group",
            assume_role_policy=trust("vpc-flow-logs.amazonaws.com", for_this_account),
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _permissions(self) -> aws.iam.RolePolicy:
        name = self._args.naming.name("flow-logs")
        write = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
        streams = [self.log_group.arn, pulumi.Output.concat(self.log_group.arn, ":*")]
        # The flow-logs service looks its group up by listing; listing knows no single group as its resource.
        groups = self._args.location.arn("logs", "log-group:*")
        return aws.iam.RolePolicy(
            name,
            name=name,
            role=self.role.name,
            policy=document(
                allow("WriteFlowLogs", write, streams),
                allow("FindLogGroup", ["logs:DescribeLogGroups"], groups),
            ),
            opts=self._child,
        )

    def _flow_log(self, permissions: aws.iam.RolePolicy) -> aws.ec2.FlowLog:
        name = self._args.naming.name("flow-logs")
        return aws.ec2.FlowLog(
            name,
            vpc_id=self._args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=self.log_group.arn,
            iam_role_arn=self.role.arn,
            max_aggregation_interval=60,
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
