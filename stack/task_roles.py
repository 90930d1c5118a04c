"""The two roles of the tasks: one with which ECS starts them, one with which the application runs."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.image import Image
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import Condition, Statement, allow, document, trust

# The application logs in to the database as this user, with an IAM token in the place of a password.
DATABASE_USER = "application"
# The application's objects live below this prefix of the data bucket.
DATA_PREFIX = "documents/"
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


@dataclass(frozen=True)
class TaskRolesArgs:
    """The resources that the roles may touch, and the keys these are encrypted with."""

    naming: Naming
    location: Location
    image: Image | None
    repository_arn: pulumi.Input[str]
    log_group_arn: pulumi.Input[str]
    secret_arn: pulumi.Input[str]
    secret_key_arn: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    bucket_key_arn: pulumi.Input[str]
    database_resource_id: pulumi.Input[str]


class TaskRoles(pulumi.ComponentResource):
    """The execution role reads the image, the secret and writes logs; the task role reads and writes the data."""

    def __init__(self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:service:TaskRoles", name, None, opts)
        self._args = args
        self.execution = self._role("execution", "Starts the tasks: image, logs and secret")
        self.execution_policy = self._policy("execution", self.execution, *self._start_tasks())
        self.task = self._role("task", "Runs the application: its objects and its database user")
        self.task_policy = self._policy("task", self.task, *self._run_application())
        self.outputs = {exports.EXECUTION_ROLE_ARN: self.execution.arn, exports.TASK_ROLE_ARN: self.task.arn}
        self.register_outputs(self.outputs)

    def _role(self, part: str, description: str) -> aws.iam.Role:
        location = self._args.location
        name = self._args.naming.name(part)
        for_this_account: Condition = {
            "StringEquals": {"aws:SourceAccount": location.account_id},
            "ArnLike": {"aws:SourceArn": location.arn("ecs", "*")},
        }
        return aws.iam.Role(
            name,
            name=name,
            description=description,
            assume_role_policy=trust("ecs-tasks.amazonaws.com", for_this_account),
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _policy(self, part: str, role: aws.iam.Role, *statements: Statement) -> aws.iam.RolePolicy:
        name = self._args.naming.name(part)
        return aws.iam.RolePolicy(
            name,
            name=name,
            role=role.name,
            policy=document(*statements),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _start_tasks(self) -> tuple[Statement, ...]:
        args = self._args
        streams = pulumi.Output.concat(args.log_group_arn, ":*")
        return (
            # The token is the account's: AWS defines no resource for this action.
            allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
            allow("PullImage", PULL, self._repositories()),
            allow("PullGuardDutyAgent", PULL, self._guard_duty_agent()),
            allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
            allow("ReadSecret", ["secretsmanager:GetSecretValue"], args.secret_arn),
            allow("DecryptSecret", ["kms:Decrypt"], args.secret_key_arn, condition=self._via("secretsmanager")),
        )

    def _repositories(self) -> list[pulumi.Input[str]]:
        """The stack's own repository, and the one that the image of the settings is in, if it is ECR's."""
        image, location = self._args.image, self._args.location
        if image is None or image.ecr is None:
            return [self._args.repository_arn]
        registry = f"arn:{location.partition}:ecr:{image.ecr.region}:{image.ecr.account_id}"
        elsewhere = f"{registry}:repository/{image.repository}"
        return [self._args.repository_arn, elsewhere]

    def _guard_duty_agent(self) -> str:
        """The image that GuardDuty puts beside each task; the account that owns it differs by region."""
        location = self._args.location
        return f"arn:{location.partition}:ecr:{location.region}:*:repository/aws-guardduty-agent-fargate"

    def _run_application(self) -> tuple[Statement, ...]:
        args = self._args
        objects = pulumi.Output.concat(args.bucket_arn, f"/{DATA_PREFIX}*")
        own_prefix = {"StringLike": {"s3:prefix": f"{DATA_PREFIX}*"}}
        user = pulumi.Output.concat(
            args.location.arn("rds-db", "dbuser:"), args.database_resource_id, f"/{DATABASE_USER}"
        )
        cryptography = ["kms:Decrypt", "kms:GenerateDataKey"]
        return (
            allow("ListOwnObjects", ["s3:ListBucket"], args.bucket_arn, condition=own_prefix),
            allow("ReadAndWriteOwnObjects", ["s3:GetObject", "s3:PutObject"], objects),
            allow("UseObjectKey", cryptography, args.bucket_key_arn, condition=self._via("s3")),
            allow("ConnectToDatabase", ["rds-db:connect"], user),
        )

    def _via(self, service: str) -> Condition:
        return {"StringEquals": {"kms:ViaService": self._args.location.via(service)}}
