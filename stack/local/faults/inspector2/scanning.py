"""Faults of the scanning of container images."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("inspector-ecr", "accountId"))
def inspector_ecr(aws: Clients, outputs: Outputs) -> None:
    """Nobody looks at an image again once it is pushed."""
    aws.client("inspector2").disable(accountIds=[outputs["accountId"]], resourceTypes=["ECR"])
