"""AWS IAM: whether a role could give itself, or a resource it commands, more than it was given."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.controls.iam.policies import attached_policies, inline_policies, on_everything
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Statement
from stack_verify.resources.iam import SERVICE_LINKED, Role
from stack_verify.snapshot import Snapshot

PASSING = "iam:PassRole"
# Each alone rewrites what somebody may do, or gives out somebody's credentials (IAM user guide, "Actions").
REWRITING = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
# What runs code of one's own with a role that one passes, where any role may be passed.
RUNNING = (
    ("cloudformation:CreateStack",),
    ("codebuild:CreateProject", "codebuild:StartBuild"),
    ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
    ("ec2:RunInstances",),
    ("ecs:RegisterTaskDefinition", "ecs:CreateService"),
    ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
    ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    ("glue:CreateDevEndpoint",),
    ("glue:CreateJob", "glue:StartJobRun"),
    ("lambda:CreateFunction", "lambda:AddPermission"),
    ("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    ("lambda:CreateFunction", "lambda:InvokeFunction"),
    ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    ("sagemaker:CreateProcessingJob",),
    ("sagemaker:CreateTrainingJob",),
    ("ssm:StartAutomationExecution",),
)
# What puts code of one's own into somebody's hands who has a role already, where it may be anybody's.
SEIZING = ("glue:UpdateDevEndpoint", "lambda:UpdateFunctionCode")


@control(
    "iam-no-privilege-escalation",
    "No role can give itself more than it was given",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Take these actions from the role, or name in iam:PassRole the roles that it may pass.",
)
def iam_no_privilege_escalation(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if role.path.startswith(SERVICE_LINKED):
        return not_applicable("AWS writes the policy of a service-linked role")
    policies = inline_policies(role, snapshot) | attached_policies(role, snapshot)
    found = list(ways(tuple(line for lines in policies.values() for line in lines)))
    return verdict(not found, f"{len(policies)} policies; ways: {', '.join(found) or 'none'}", expected="none")


def ways(lines: tuple[Statement, ...]) -> Iterator[str]:
    """The actions, or sets of them, by which whoever is allowed all of ``lines`` gets more."""
    yield from (action for action in REWRITING if allowed(lines, action))
    for action in SEIZING:
        if any(on_everything(line) for line in allowed(lines, action)):
            yield action
    # Whoever may pass named roles only was given what those may do.
    if any(on_everything(line) for line in allowed(lines, PASSING)):
        for together in RUNNING:
            if all(allowed(lines, action) for action in together):
                yield f"{PASSING} with {' and '.join(together)}"


def allowed(lines: tuple[Statement, ...], action: str) -> tuple[Statement, ...]:
    """The statements that allow ``action`` on something, unless another denies it on everything and always."""
    spoken = tuple(line for line in lines if line.speaks_of(action))
    if any(line.effect == "Deny" and line.covers_resource("*") and not line.condition for line in spoken):
        return ()
    return tuple(line for line in spoken if line.effect == "Allow")
