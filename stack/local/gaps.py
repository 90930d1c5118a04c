"""What moto forgets of what the program declares: the whole list, printed by the demo.

Every input reaches an API call, or the deployment fails; these reach one and cannot be read back. A test compares all
declared inputs of both stacks with the live state, and fails on a difference that is not listed here, and on an entry
that no difference needs.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, order=True)
class EmulatorGap:
    """One property of one resource type that cannot be read back from moto, and what moto does instead."""

    resource_type: str
    property: str
    reason: str


_INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_INSTANCE: Final = "aws:rds/instance:Instance"
_SERVICE: Final = "aws:ecs/service:Service"
_NO_DESCRIPTION: Final = "the description of a rule that refers to a security group is dropped"
_NO_INSIGHTS: Final = "Performance Insights is accepted and never answered"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_NO_MANAGED_POLICY: Final = "AWS's managed policies are not there to be attached: nothing is"

GAPS: Final = (
    EmulatorGap(_SERVICE, "enableEcsManagedTags", "a service answers no enableECSManagedTags"),
    EmulatorGap(_ATTACHMENT, "policyArn", _NO_MANAGED_POLICY),
    EmulatorGap(_ATTACHMENT, "role", _NO_MANAGED_POLICY),
    EmulatorGap(_INSTANCE, "performanceInsightsEnabled", _NO_INSIGHTS),
    EmulatorGap(_INSTANCE, "performanceInsightsKmsKeyId", _NO_INSIGHTS),
    EmulatorGap(_INSTANCE, "performanceInsightsRetentionPeriod", _NO_INSIGHTS),
    EmulatorGap(_EGRESS, "description", _NO_DESCRIPTION),
    EmulatorGap(_INGRESS, "description", _NO_DESCRIPTION),
)
