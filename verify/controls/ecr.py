"""Amazon ECR: encryption, scanning, immutability and access of repositories."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, failed, hipaa, passed, verdict
from verify.controls.encryption import OWN_KEY, own_key
from verify.iam_policy import open_to_anyone, sids, statements
from verify.policy import Policy
from verify.resources.ecr import Repository, RepositoryLifecycle, RepositoryPolicy
from verify.snapshot import Snapshot


@control(
    "ecr-cmk",
    "Container images are encrypted with the stack's own key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="ecr-repository-cmk-encryption-enabled",
    security_hub="ECR.5",
    remediation="Create the repository with encryption_configurations of type KMS and the stack's key.",
)
def ecr_cmk(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    encryption = repository.encryption_configuration
    if encryption.encryption_type == "AES256":
        return failed("encryptionType is AES256", expected=OWN_KEY)
    return own_key(encryption.kms_key, repository, snapshot)


@control(
    "ecr-scan-on-push",
    "Container images are scanned when they are pushed",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="ecr-private-image-scanning-enabled",
    security_hub="ECR.1",
    remediation="Set scan_on_push in the repository's image_scanning_configuration.",
)
def ecr_scan_on_push(repository: Repository, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    scanned = repository.image_scanning_configuration.scan_on_push
    return verdict(scanned, f"scanOnPush is {scanned}", expected="true")


@control(
    "ecr-tag-immutable",
    "The tag of a container image never moves",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(c)(1)", "164.312(c)(2)"),
    config_rule="ecr-private-tag-immutability-enabled",
    security_hub="ECR.2",
    remediation="Set image_tag_mutability to IMMUTABLE on the repository.",
)
def ecr_tag_immutable(repository: Repository, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    mutability = repository.image_tag_mutability
    return verdict(mutability == "IMMUTABLE", f"imageTagMutability is {mutability}", expected="IMMUTABLE")


@control(
    "ecr-lifecycle",
    "Old container images are removed",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="ecr-private-lifecycle-policy-configured",
    security_hub="ECR.3",
    remediation="Give the repository a lifecycle policy.",
)
def ecr_lifecycle(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    text = snapshot.require(RepositoryLifecycle, repository.repository_name).lifecycle_policy_text
    return verdict(text is not None, f"{'no' if text is None else 'a'} lifecycle policy", expected="a lifecycle policy")


@control(
    "ecr-not-public",
    "Repositories allow nothing to everybody",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Name the principals in the repository's policy, or add a condition such as aws:PrincipalOrgID.",
)
def ecr_not_public(repository: Repository, snapshot: Snapshot, _policy: Policy) -> Verdict:
    document = snapshot.require(RepositoryPolicy, repository.repository_name).policy_text
    if document is None:
        return passed("no repository policy: only IAM policies of the account give access")
    found = open_to_anyone(statements(document))
    return verdict(not found, f"statements open to everybody: {sids(found)}", expected="none")
