"""The services that the stack names: whether AWS's business associate addendum covers them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files

from stack_verify.core.control import Verdict, control, failed, hipaa, not_applicable, passed, verified_elsewhere
from stack_verify.core.denominator import denominator
from stack_verify.detect.resource_types import AT_RISK
from stack_verify.policy import Policy
from stack_verify.resources.stack import StackOutputs
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import Severity

# When the list in `hipaa_eligible_services.tsv` was last gone through.
AS_OF = "2025"
PAGE = "https://aws.amazon.com/compliance/hipaa-eligible-services-reference/"


@cache
def eligible_services() -> dict[str, bool]:
    """Whether AWS lists a service, by its name in CloudFormation's types; one that is not here is not known."""
    text = files("stack_verify.core").joinpath("data/hipaa_eligible_services.tsv").read_text(encoding="utf-8")
    return {name: listed == "yes" for name, _, listed in (line.partition("\t") for line in text.splitlines()[1:])}


@control(
    "hipaa-eligible-services",
    "Services that can hold, carry or expose data are HIPAA-eligible",
    severity=Severity.HIGH,
    citations=hipaa("164.308(b)(1)"),
    remediation="Keep ePHI out of the service, or use one that is on AWS's list of HIPAA-eligible services.",
    rationale="AWS's business associate addendum allows ePHI in the services on AWS's list only.",
    source=PAGE,
)
def hipaa_eligible_services(_outputs: StackOutputs, snapshot: Snapshot, policy: Policy) -> Verdict:
    used: dict[str, list[str]] = defaultdict(list)
    for row in denominator(snapshot, (), policy).resources:
        if row.type.startswith("AWS::") and row.type_class in AT_RISK:
            used[row.type.split("::")[1]].append(f"{row.type} {row.id}")
    if not used:
        return not_applicable("the outputs and the state name no resource that can hold, carry or expose data")
    known = eligible_services()
    refused = [name for service, names in sorted(used.items()) if known.get(service) is False for name in names]
    unknown = sorted(service for service in used if service and service not in known)
    if refused:
        return failed(f"not eligible: {', '.join(refused)}", expected=f"services on AWS's list, {PAGE}")
    if unknown:
        # Neither a pass nor a failure: the list that is kept here does not know them.
        observed = f"not known whether these are on AWS's list: {', '.join(unknown)}"
        return verified_elsewhere(observed, keeper=f"AWS's list of eligible services, {PAGE}")
    return passed(f"all {len(used)} services are on AWS's list as of {AS_OF}")
