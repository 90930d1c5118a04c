"""Amazon ECR: encryption, scanning, immutability and access of repositories."""

from __future__ import annotations

from stack_verify.controls.kms.own_key import OWN_KEY, own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, public, untrusted
from stack_verify.resources.ecr import (
    ImageScan,
    Repository,
    RepositoryLifecycle,
    RepositoryPolicy,
    RepositoryScanning,
)
from stack_verify.resources.ecs import TaskDefinition, own_image, own_repository
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

# Of a basic scan, and of an enhanced one, which Amazon Inspector goes on with for as long as the image is in use.
SCANNED = ("COMPLETE", "ACTIVE")
# How often a repository's images are scanned without anyone asking for it.
AUTOMATIC = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


@control(
    "ecr-cmk",
    "Container images are encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="ecr-repository-cmk-encryption-enabled",
    security_hub="ECR.5",
    remediation="Create the repository with encryption_configurations of type KMS and a customer-managed key.",
    rationale="Only a customer-managed key lets its owner decide who reads the images.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def ecr_cmk(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    encryption = repository.encryption_configuration
    if encryption.encryption_type == "AES256":
        return failed("encryptionType is AES256", expected=OWN_KEY)
    return own_key(encryption.kms_key, repository, snapshot)


@control(
    "ecr-scan-on-push",
    "Container images are scanned when they are pushed, or continuously",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecr-private-image-scanning-enabled",
    security_hub="ECR.1",
    rationale="An image that is never scanned can carry known vulnerabilities into production.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    remediation="Scan every repository in the registry's scanning configuration, or set scan_on_push on this one.",
    reads=(RepositoryScanning,),
)
def ecr_scan_on_push(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    frequency = snapshot.require(RepositoryScanning, repository.repository_name).scan_frequency
    own = repository.image_scanning_configuration.scan_on_push
    observed = f"scanFrequency in effect is {frequency}; the repository's own scanOnPush is {as_aws(own)}"
    return verdict(frequency in AUTOMATIC, observed, expected=" or ".join(AUTOMATIC))


@control(
    "ecr-no-critical-findings",
    "Images in use have no vulnerability of a severity that the policy refuses",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    remediation="Scan the image; rebuild it on a patched base, push it under a new tag, and deploy that.",
    rationale="A known critical vulnerability is the first thing that an attacker tries.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    reads=(ImageScan,),
)
def ecr_no_critical_findings(task: TaskDefinition, snapshot: Snapshot, policy: Policy) -> Verdict:
    used = {each.image for each in task.container_definitions}
    own = sorted(image for image in used if own_repository(image, task.observed_by) is not None)
    if not own:
        return not_applicable("its images are of other registries than the account's own, whose scans cannot be read")
    seen = [_scanned(own_image(image), snapshot, policy) for image in own]
    elsewhere = f"; of other registries, and not judged: {len(used) - len(own)}" if len(used) > len(own) else ""
    expected = f"a finished scan of each, with none that is {' or '.join(policy.refused_vulnerabilities)}"
    return verdict(all(good for good, _ in seen), "; ".join(text for _, text in seen) + elsewhere, expected=expected)


@control(
    "ecr-tag-immutable",
    "Image tags are immutable",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecr-private-tag-immutability-enabled",
    security_hub="ECR.2",
    remediation="Set image_tag_mutability to IMMUTABLE on the repository.",
    rationale="What was reviewed under a tag must be what runs under it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html",
    reads=(),
)
def ecr_tag_immutable(repository: Repository, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    mutability = repository.image_tag_mutability
    return verdict(mutability == "IMMUTABLE", f"imageTagMutability is {mutability}", expected="IMMUTABLE")


@control(
    "ecr-lifecycle",
    "Repositories have a lifecycle policy",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="ecr-private-lifecycle-policy-configured",
    security_hub="ECR.3",
    remediation="Give the repository a lifecycle policy.",
    rationale="Old images keep old vulnerabilities within reach.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html",
    reads=(RepositoryLifecycle,),
)
def ecr_lifecycle(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    text = snapshot.require(RepositoryLifecycle, repository.repository_name).lifecycle_policy_text
    return verdict(text is not None, f"{'no' if text is None else 'a'} lifecycle policy", expected="a lifecycle policy")


@control(
    "ecr-not-public",
    "Repository policies are not public",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Name the principals in the repository's policy, or add a condition such as aws:PrincipalOrgID.",
    rationale="Whoever may push an image decides what the service runs.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    reads=(RepositoryPolicy,),
)
def ecr_not_public(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    document = snapshot.require(RepositoryPolicy, repository.repository_name).policy_text
    if document is None:
        return passed("no repository policy: only IAM policies of the account give access")
    found = public(outsiders(document, account=repository.observed_by.account))
    named = ", ".join(dict.fromkeys(each.sid for each in found)) or "none"
    return verdict(not found, f"statements open to everybody: {named}", expected="none")


@control(
    "ecr-cross-account-policy",
    "Only named accounts have access to repositories",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the principals of other accounts, or name their accounts in the policy file, in [accounts].",
    rationale="Who pushes an image decides what runs on ePHI, and who pulls one reads what is in it.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    reads=(RepositoryPolicy,),
)
def ecr_cross_account_policy(repository: Repository, snapshot: Snapshot, policy: Policy) -> Verdict:
    document = snapshot.require(RepositoryPolicy, repository.repository_name).policy_text
    found = untrusted(outsiders(document, account=repository.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in found if not each.public) or "none"
    return verdict(told == "none", f"others have access: {told}", expected="none that the policy does not name")


def _scanned(image: str, snapshot: Snapshot, policy: Policy) -> tuple[bool, str]:
    """Whether a finished scan of the image found nothing that the policy refuses, and what is known of it."""
    found = snapshot.within(ImageScan, image)
    if not found:
        return False, f"{image} has no scan"
    (scan,) = found
    status = scan.image_scan_status.status
    if status not in SCANNED:
        return False, f"the scan of {image} is {status}"
    counts = scan.image_scan_findings.finding_severity_counts
    told = ", ".join(f"{count} {severity}" for severity, count in sorted(counts.items()))
    return not any(counts.get(each) for each in policy.refused_vulnerabilities), f"{image} has {told or 'none'}"
