"""Amazon EC2 launch templates: what the default version starts instances with."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import EbsEncryptionByDefault
from stack_verify.resources.ec2_instances import LaunchTemplate, LaunchTemplateVersion, MetadataOptions
from stack_verify.resources.ec2_storage import IMDS_V2, Image
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"


@control(
    "ec2-launch-template-imdsv2",
    "Launch templates require IMDSv2",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="ec2-launch-template-imdsv2-check",
    security_hub="EC2.170",
    remediation="Set http_tokens to required in metadata_options of the launch template's default version.",
    rationale="IMDSv1 hands the credentials of an instance's role to any request that can be forged from it.",
    source=SECURITY_HUB + "#ec2-170",
    reads=(Image, LaunchTemplateVersion),
)
def ec2_launch_template_imdsv2(template: LaunchTemplate, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.require(LaunchTemplateVersion, template.launch_template_id)
    data = found.launch_template_data
    options = data.metadata_options or MetadataOptions()
    observed = f"version {found.version_number}: {options.told}"
    expected = "HttpTokens required, HttpEndpoint disabled, or an image that requires IMDSv2"
    if options.http_tokens is None and not options.requires_tokens and (data.image_id or "").startswith("ami-"):
        # What the template leaves out, its image decides.
        support = {image.imds_support for image in snapshot.within(Image, data.image_id or "")}
        observed = f"{observed}; ImdsSupport of {data.image_id} is {', '.join(filter(None, support)) or 'not set'}"
        return verdict(support == {IMDS_V2}, observed, expected=expected)
    return verdict(options.requires_tokens, observed, expected=expected)


@control(
    "ec2-launch-template-no-public-ip",
    "Launch templates assign no public addresses",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="ec2-launch-template-public-ip-disabled",
    security_hub="EC2.25",
    remediation="Set associate_public_ip_address to false in network_interfaces of the launch template.",
    rationale="An instance with a public address is one security group rule away from the internet.",
    source=SECURITY_HUB + "#ec2-25",
    reads=(LaunchTemplateVersion,),
)
def ec2_launch_template_no_public_ip(template: LaunchTemplate, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.require(LaunchTemplateVersion, template.launch_template_id)
    interfaces = found.launch_template_data.network_interfaces
    public = [each for each in interfaces if each.associate_public_ip_address]
    told = as_aws(bool(public)) if interfaces else "not set: the subnet decides"
    observed = f"version {found.version_number}: AssociatePublicIpAddress is {told}"
    return verdict(not public, observed, expected="not true")


@control(
    "ec2-launch-template-encrypted",
    "Launch templates add no unencrypted volume",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="ec2-launch-templates-ebs-volume-encrypted",
    security_hub="EC2.181",
    remediation="Set encrypted in block_device_mappings of the launch template, or enable EBS encryption by default.",
    rationale="An unencrypted volume and every snapshot of it hold ePHI in clear.",
    source=SECURITY_HUB + "#ec2-181",
    reads=(EbsEncryptionByDefault, LaunchTemplateVersion),
)
def ec2_launch_template_encrypted(template: LaunchTemplate, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.require(LaunchTemplateVersion, template.launch_template_id)
    disks = [each for each in found.launch_template_data.block_device_mappings if each.ebs is not None]
    if not disks:
        return not_applicable(f"version {found.version_number} adds no EBS volume")
    clear = [each.device_name or "a volume" for each in disks if each.ebs and each.ebs.encrypted is False]
    observed = f"version {found.version_number}: {len(disks)} volumes; Encrypted is false: {', '.join(clear) or 'none'}"
    if not clear:
        return passed(observed)
    # In effect whatever the template says (EBS user guide, "Enable Amazon EBS encryption by default").
    always = snapshot.require(EbsEncryptionByDefault, template.observed_by.account).ebs_encryption_by_default
    return verdict(
        always, f"{observed}; EbsEncryptionByDefault is {as_aws(always)}", expected="none, or encryption by default"
    )


@control(
    "ec2-launch-template-no-user-data-secrets",
    "Launch templates pass secrets by reference, not in user data",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    remediation="Keep the value in Secrets Manager, read it with the instance's role at start, and rotate it.",
    rationale="Whoever may describe the launch template reads its user data, and every version keeps it.",
    source=GUIDE + "instancedata-add-user-data.html",
    reads=(LaunchTemplateVersion,),
)
def ec2_launch_template_no_user_data_secrets(template: LaunchTemplate, snapshot: Snapshot, _policy: Policy) -> Verdict:
    held = snapshot.require(LaunchTemplateVersion, template.launch_template_id)
    if not held.has_user_data:
        return passed(f"version {held.version_number}: no user data")
    found = ", ".join(secret.text() for secret in held.clear_secrets)
    observed = f"version {held.version_number}: user data, secrets in clear: {found or 'none'}"
    return verdict(not found, observed, expected="no secret in clear")
