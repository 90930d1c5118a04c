"""IAM users and groups: where their policies come from."""

from __future__ import annotations

from stack_verify.controls.iam.identity_policies import attached_arns
from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.iam import IamIdentity, InlinePolicy, Role
from stack_verify.resources.iam_users import User, UserAttachments, UserGroups, UserPolicy
from stack_verify.snapshot import Snapshot

GROUPS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"


@control(
    "iam-users-no-direct-policies",
    "IAM users have their policies from groups",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-user-no-policies-check",
    security_hub="IAM.2",
    remediation="Give the policies to a group or a role; remove them from the user.",
    rationale="What is granted to one person is forgotten when the person's duties change.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2",
    reads=(UserAttachments, UserPolicy),
)
def iam_users_no_direct_policies(user: User, snapshot: Snapshot, _policy: Policy) -> Verdict:
    inline = (policy.id for policy in snapshot.within(UserPolicy, user.user_name))
    found = ", ".join((*inline, *attached_arns(user, snapshot)))
    return verdict(not found, f"policies of the user itself: {found or 'none'}", expected="none")


@control(
    "iam-no-inline-policies",
    "IAM users and groups have no inline policies",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-no-inline-policy-check",
    remediation="Make a managed policy of it, and attach that.",
    rationale="A managed policy is reviewed once for all who have it, and keeps its earlier versions.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    hardening=True,
    # A role's inline policy lives and dies with its role, for which alone it was written: CDK makes one for each.
    where=lambda identity: not isinstance(identity, Role),
    reads=(InlinePolicy,),
)
def iam_no_inline_policies(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = ", ".join(policy.id for policy in snapshot.within(identity.inline, identity.id))
    return verdict(not found, f"inline policies: {found or 'none'}", expected="none")


@control(
    "iam-user-in-group",
    "IAM users belong to a group",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-user-group-membership-check",
    remediation="Add the user to a group that has the policies for its duties.",
    rationale="Groups grant by duties; what is granted to one person is forgotten when the duties change.",
    source=GROUPS,
    reads=(UserGroups,),
)
def iam_user_in_group(user: User, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = ", ".join(snapshot.require(UserGroups, user.user_name).group_names)
    return verdict(bool(found), f"groups: {found or 'none'}", expected="one or more")
