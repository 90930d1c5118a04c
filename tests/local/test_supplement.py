"""What moto lacks and the local emulator has: it answers as AWS does, and is gone with moto's own state."""

import hashlib
import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto import mock_aws
from support.programs import Program

from stack.local.deployment import deploy
from stack.local.emulator import ENVIRONMENT
from stack.local.endpoint import Clients, environment_without_aws
from stack.local.operation import HARDWARE_DEVICE, ROOT, back_up, push_image, restore_databases, secure_the_root_user
from stack.local.supplement import install, is_installed

REGION = "sa-east-1"
ACCOUNT = "123456789012"
VAULT = "vault"
BUCKET = "records"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"
STRANGER = "arn:aws:iam::999988887777:role/partner"


@pytest.fixture
def aws():
    install()
    with mock_aws():
        yield Clients(REGION)


@pytest.fixture
def backup(aws):
    client = aws.client("backup")
    client.create_backup_vault(BackupVaultName=VAULT)
    return client


def test_a_vault_has_the_policy_that_it_was_given(backup):
    assert refused(backup.get_backup_vault_access_policy, BackupVaultName=VAULT) == "ResourceNotFoundException"
    backup.put_backup_vault_access_policy(BackupVaultName=VAULT, Policy="{}")
    assert backup.get_backup_vault_access_policy(BackupVaultName=VAULT)["Policy"] == "{}"


def test_a_region_blocks_the_internet_but_for_what_is_excluded(aws):
    ec2 = aws.client("ec2")
    told = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (told["State"], told["InternetGatewayBlockMode"]) == ("default-state", "off")
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    told = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (told["State"], told["InternetGatewayBlockMode"]) == ("update-complete", "block-bidirectional")
    for where in ({"VpcId": "vpc-1"}, {"SubnetId": "subnet-1"}):
        ec2.create_vpc_block_public_access_exclusion(InternetGatewayExclusionMode="allow-egress", **where)
    excluded = ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]
    assert [each["ResourceArn"].partition(":123456789012:")[2] for each in excluded] == ["vpc/vpc-1", "subnet/subnet-1"]


def test_a_region_blocks_the_sharing_of_snapshots(aws):
    ec2 = aws.client("ec2")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"


@pytest.mark.parametrize(("on_push", "frequency"), [(True, "SCAN_ON_PUSH"), (False, "MANUAL")])
def test_a_repository_is_scanned_as_it_says_where_the_registry_says_nothing(aws, on_push, frequency):
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="web", imageScanningConfiguration={"scanOnPush": on_push})
    (told,) = ecr.batch_get_repository_scanning_configuration(repositoryNames=["web"])["scanningConfigurations"]
    assert (told["scanOnPush"], told["scanFrequency"]) == (on_push, frequency)


def test_a_rule_of_the_registry_decides_before_the_repository_does(aws):
    ecr = aws.client("ecr")
    rule = {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    ecr.put_registry_scanning_configuration(scanType="ENHANCED", rules=[rule])
    ecr.create_repository(repositoryName="web")
    (told,) = ecr.batch_get_repository_scanning_configuration(repositoryNames=["web"])["scanningConfigurations"]
    assert told["scanFrequency"] == "CONTINUOUS_SCAN"


@pytest.mark.parametrize(
    "kind", [{"S3OriginConfig": {"OriginAccessIdentity": ""}}, {"CustomOriginConfig": {}}], ids=["a bucket", "a host"]
)
def test_an_origin_is_answered_as_what_it_was_made(aws, kind):
    (name,) = kind
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    origin = {"Id": "o", "DomainName": "o.s3.amazonaws.com", name: kind[name] or custom}
    behaviour = {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only"}
    config = {"CallerReference": "1", "Comment": "", "Enabled": True, "DefaultCacheBehavior": behaviour}
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={**config, "Origins": {"Quantity": 1, "Items": [origin]}}
    )["Distribution"]
    (found,) = made["DistributionConfig"]["Origins"]["Items"]
    assert ("S3OriginConfig" in found) is (name == "S3OriginConfig")


def test_a_delivery_channel_has_delivered_nothing_yet(aws):
    aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    config = aws.client("config")
    role = {"name": "all", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config"}
    config.put_configuration_recorder(ConfigurationRecorder=role)
    config.put_delivery_channel(DeliveryChannel={"name": "all", "s3BucketName": BUCKET})
    assert config.describe_delivery_channel_status()["DeliveryChannelsStatus"] == [{"name": "all"}]


def changes_of(aws, name):
    attributes = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    events = aws.client("cloudtrail").lookup_events(LookupAttributes=attributes)["Events"]
    return [(event["EventName"], event["Username"]) for event in events]


def test_what_changed_a_resource_is_remembered_the_latest_first_and_what_read_it_or_failed_is_not(aws):
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="web", tags={"Owner": "web team"})
    logs.create_log_group(logGroupName="other")
    logs.put_retention_policy(logGroupName="web", retentionInDays=30)
    logs.describe_log_groups(logGroupNamePrefix="web")
    assert refused(logs.create_log_group, logGroupName="web") == "ResourceAlreadyExistsException"
    assert changes_of(aws, "web") == [("PutRetentionPolicy", "moto"), ("CreateLogGroup", "moto")]
    family = {"DBParameterGroupFamily": "postgres16", "Description": "of the web"}
    aws.client("rds").create_db_parameter_group(DBParameterGroupName="parameters", **family)
    assert changes_of(aws, "parameters") == [("CreateDBParameterGroup", "moto")]
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Owner", "Value": "web team"}])
    assert changes_of(aws, vpc) == [("CreateTags", "moto"), ("CreateVpc", "moto")]


def test_a_signature_of_a_digest_is_one_of_what_the_digest_is_of(aws):
    kms = aws.client("kms")
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public = load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    asked = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256"}
    for kind, message in (("RAW", b"a manifest"), ("DIGEST", hashlib.sha256(b"a manifest").digest())):
        signature = kms.sign(**asked, MessageType=kind, Message=message)["Signature"]
        public.verify(signature, b"a manifest", ECDSA(SHA256()))


def test_an_image_is_pushed_and_scanned_where_it_is_of_the_stack_s_own_repository(aws):
    ecr = aws.client("ecr")
    url = ecr.create_repository(repositoryName="web")["repository"]["repositoryUri"]
    push_image(aws, "public.ecr.aws/company/web:1.0", url)
    assert ecr.list_images(repositoryName="web")["imageIds"] == []
    push_image(aws, f"{url}:1.0", url)
    (image,) = ecr.list_images(repositoryName="web")["imageIds"]
    assert image["imageTag"] == "1.0"
    assert ecr.describe_image_scan_findings(repositoryName="web", imageId=image)["imageScanStatus"] == {
        "status": "COMPLETE",
        "description": "The scan was completed successfully.",
    }


def plan_document(**rule):
    first = {"RuleName": "daily", "TargetBackupVaultName": VAULT, "Lifecycle": {"DeleteAfterDays": 35}}
    return {"BackupPlanName": "plan", "Rules": [{**first, **rule}]}


def role(aws):
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    return aws.client("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=trust)["Role"]["Arn"]


def refused(call, **arguments):
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


def database(aws, *, encrypted):
    return aws.client("rds").create_db_instance(
        DBInstanceIdentifier=f"database-{encrypted}".lower(),
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="master",
        MasterUserPassword="known to the emulator alone",
        StorageEncrypted=encrypted,
    )["DBInstance"]["DBInstanceArn"]


def test_a_selection_is_of_its_plan_until_it_is_deleted(backup):
    plan = backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
    other = backup.create_backup_plan(BackupPlan={**plan_document(), "BackupPlanName": "other"})["BackupPlanId"]
    asked = {"SelectionName": "data", "IamRoleArn": "arn:aws:iam::123456789012:role/backup", "Resources": [BUCKET_ARN]}
    made = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=asked)["SelectionId"]
    backup.create_backup_selection(BackupPlanId=other, BackupSelection=asked)
    key = {"BackupPlanId": plan, "SelectionId": made}
    assert backup.get_backup_selection(**key)["BackupSelection"] == asked
    (listed,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    assert (listed["SelectionId"], listed["SelectionName"]) == (made, "data")
    backup.delete_backup_selection(**key)
    assert backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"] == []
    assert refused(backup.get_backup_selection, **key) == "ResourceNotFoundException"


def test_a_plan_keeps_its_id_when_it_is_changed(backup):
    made = backup.create_backup_plan(BackupPlan=plan_document())
    backup.update_backup_plan(BackupPlanId=made["BackupPlanId"], BackupPlan=plan_document(RuleName="hourly"))
    found = backup.get_backup_plan(BackupPlanId=made["BackupPlanId"])
    assert found["BackupPlan"]["Rules"][0]["RuleName"] == "hourly"
    assert found["BackupPlanArn"] == made["BackupPlanArn"]


def test_a_job_makes_a_recovery_point_that_is_encrypted_as_its_database_is(aws, backup):
    job = {"BackupVaultName": VAULT, "IamRoleArn": role(aws)}
    arns = {encrypted: database(aws, encrypted=encrypted) for encrypted in (True, False)}
    for arn in (*arns.values(), BUCKET_ARN):
        backup.start_backup_job(**job, ResourceArn=arn)
    jobs = backup.list_backup_jobs(ByBackupVaultName=VAULT)["BackupJobs"]
    assert {each["State"] for each in jobs} == {"COMPLETED"}
    assert backup.list_backup_jobs(ByBackupVaultName="another")["BackupJobs"] == []
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT)["RecoveryPoints"]
    encrypted = {point["ResourceArn"]: point["IsEncrypted"] for point in points}
    assert encrypted == {arns[True]: True, arns[False]: False, BUCKET_ARN: True}


def test_a_database_that_was_backed_up_can_be_restored_by_a_role_that_is_there(aws, backup):
    name, arn = role(aws), database(aws, encrypted=True)
    for each in (arn, BUCKET_ARN):
        backup.start_backup_job(BackupVaultName=VAULT, IamRoleArn=name, ResourceArn=each)
    restore_databases(aws, VAULT)
    restore_databases(aws, VAULT, IamRoleArn="arn:aws:iam::123456789012:role/nobody")
    jobs = backup.list_restore_jobs(ByResourceType="RDS")["RestoreJobs"]
    assert [(job["SourceResourceArn"], job["Status"]) for job in jobs] == [(arn, "COMPLETED"), (arn, "FAILED")]
    assert backup.list_restore_jobs(ByResourceType="S3")["RestoreJobs"] == []
    unknown = {"RecoveryPointArn": "arn:aws:backup:sa-east-1:123456789012:recovery-point:none", "Metadata": {}}
    assert refused(backup.start_restore_job, **unknown, IamRoleArn=name) == "ResourceNotFoundException"


def test_a_job_without_its_role_fails_and_makes_nothing(backup):
    nobody = "arn:aws:iam::123456789012:role/nobody"
    backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=BUCKET_ARN, IamRoleArn=nobody)
    assert [job["State"] for job in backup.list_backup_jobs()["BackupJobs"]] == ["FAILED"]
    assert backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT)["RecoveryPoints"] == []


def test_a_plan_is_run_for_all_that_its_selections_name_by_its_own_rule(aws, backup):
    plan = backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
    selection = {"SelectionName": "data", "IamRoleArn": role(aws), "Resources": [BUCKET_ARN]}
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
    back_up(aws, plan)
    back_up(aws, plan, Lifecycle={"DeleteAfterDays": 7})
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT)["RecoveryPoints"]
    assert [point["Lifecycle"]["DeleteAfterDays"] for point in points] == [35, 7]


def test_an_analyzer_finds_who_outside_the_account_may_use_a_bucket(aws):
    analyzers, s3 = aws.client("accessanalyzer"), aws.client("s3")
    arn = analyzers.create_analyzer(analyzerName="outside", type="ACCOUNT", tags={"Project": "x"})["arn"]
    assert arn == f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/outside"
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    scan = {"analyzerArn": arn, "resourceArn": BUCKET_ARN}
    analyzers.start_resource_scan(**scan)
    assert analyzers.list_findings_v2(analyzerArn=arn)["findings"] == []
    own = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    principals = (own, {"AWS": [STRANGER]}, {"AWS": STRANGER}, {"Service": "logging.s3.amazonaws.com"}, "*")
    common = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET_ARN}
    statements = [{**common, "Principal": each} for each in principals]
    statements.append({**common, "Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    analyzers.start_resource_scan(**scan)
    (found,) = analyzers.list_findings_v2(analyzerArn=arn)["findings"]
    assert (found["resource"], found["status"]) == (BUCKET_ARN, "ACTIVE")


def test_an_analyzer_is_of_its_region_and_there_once(aws):
    analyzers = aws.client("accessanalyzer")
    asked = {"analyzerName": "outside", "type": "ACCOUNT"}
    analyzers.create_analyzer(**asked)
    assert refused(analyzers.create_analyzer, **asked) == "ConflictException"
    assert Clients("us-east-1").client("accessanalyzer").list_analyzers()["analyzers"] == []
    analyzers.delete_analyzer(analyzerName="outside")
    assert analyzers.list_analyzers()["analyzers"] == []
    assert refused(analyzers.delete_analyzer, analyzerName="outside") == "ResourceNotFoundException"


def test_findings_of_threats_are_listed_by_severity_until_they_are_archived(aws):
    guardduty = aws.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    types = ["CryptoCurrency:Runtime/BitcoinTool.B", "Policy:S3/BucketBlockPublicAccessDisabled"]
    guardduty.create_sample_findings(DetectorId=detector, FindingTypes=types)
    assert len(guardduty.list_findings(DetectorId=detector)["FindingIds"]) == len(types)
    criterion = {"severity": {"GreaterThanOrEqual": 7}, "service.archived": {"Equals": ["false"]}}
    severe = {"DetectorId": detector, "FindingCriteria": {"Criterion": criterion}}
    ids = guardduty.list_findings(**severe)["FindingIds"]
    (found,) = guardduty.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]
    assert (found["Type"], found["Severity"]) == (types[0], 8.0)
    guardduty.archive_findings(DetectorId=detector, FindingIds=ids)
    assert guardduty.list_findings(**severe)["FindingIds"] == []


def test_the_root_user_has_an_mfa_device_and_keys_of_its_own(aws):
    iam = aws.client("iam")
    names = ("AccountMFAEnabled", "AccountAccessKeysPresent")

    def summary():
        found = iam.get_account_summary()["SummaryMap"]
        return tuple(found[name] for name in names)

    assert summary() == (0, 0)
    secure_the_root_user(aws)
    assert summary() == (1, 0)
    iam.create_access_key(UserName=ROOT)
    iam.deactivate_mfa_device(UserName=ROOT, SerialNumber=HARDWARE_DEVICE)
    assert summary() == (0, 1)


def test_a_virtual_device_of_the_root_user_is_listed_as_its_own(aws):
    iam = aws.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="telephone")["VirtualMFADevice"]["SerialNumber"]
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"] == []
    secure_the_root_user(aws, device)
    (listed,) = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert (listed["SerialNumber"], listed["User"]["Arn"]) == (device, f"arn:aws:iam::{ACCOUNT}:root")


def test_a_database_has_a_certificate_that_ends_with_its_authority(aws):
    database(aws, encrypted=True)
    rds = aws.client("rds")

    def certificate():
        return rds.describe_db_instances()["DBInstances"][0]["CertificateDetails"]

    now = datetime.now(UTC)
    assert now < certificate()["ValidTill"] < now + timedelta(days=366)
    rds.modify_db_instance(DBInstanceIdentifier="database-true", CACertificateIdentifier="rds-ca-2019")
    assert certificate() == {"CAIdentifier": "rds-ca-2019", "ValidTill": datetime(2024, 8, 22, 17, 8, 50, tzinfo=UTC)}


@pytest.mark.parametrize(("version", "status"), [("17", "available"), ("11.22", "available"), ("10.23", "deprecated")])
def test_versions_of_postgresql_come_to_their_end(aws, version, status):
    found = aws.client("rds").describe_db_engine_versions(Engine="postgres", EngineVersion=version, IncludeAll=True)
    (one,) = found["DBEngineVersions"]
    assert (one["Engine"], one["EngineVersion"], one["Status"]) == ("postgres", version, status)


def test_users_keep_their_own_devices_and_keys(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="employee")
    device = {"UserName": "employee", "SerialNumber": HARDWARE_DEVICE}
    iam.enable_mfa_device(**device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    assert len(iam.list_mfa_devices(UserName="employee")["MFADevices"]) == 1
    iam.deactivate_mfa_device(**device)
    assert iam.list_mfa_devices(UserName="employee")["MFADevices"] == []
    assert iam.create_access_key(UserName="employee")["AccessKey"]["UserName"] == "employee"


def test_it_is_gone_with_the_state_of_moto():
    install()
    with mock_aws():
        secure_the_root_user(Clients(REGION))
    with mock_aws():
        assert Clients(REGION).client("iam").get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0


@pytest.fixture
def plain_moto():
    """A moto server that has been given nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with subprocess.Popen(
        command, env={**environment_without_aws(), **ENVIRONMENT}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield _listening(f"http://127.0.0.1:{port}")
        finally:
            server.kill()


def _listening(url):
    while True:
        try:
            Clients(REGION, url).client("sts").get_caller_identity()
        except EndpointConnectionError:
            time.sleep(0.1)
        else:
            return url


def test_a_moto_without_it_is_known_by_its_answers(plain_moto, moto_url):
    assert [is_installed(Clients(REGION, url)) for url in (plain_moto, moto_url)] == [False, True]


@pytest.fixture
def without(monkeypatch):
    for module in ("deployment", "resources.account", "resources.backup"):
        monkeypatch.setattr(f"stack.local.{module}.is_installed", lambda _: False)


@pytest.mark.usefixtures("without")
def test_on_a_moto_without_it_what_that_lacks_is_not_created(moto_url, tmp_path):
    deployment = deploy("dev", endpoint_url=moto_url, suffix="without")
    backup = Clients(deployment.region, moto_url).client("backup")
    assert backup.list_backup_selections(BackupPlanId=deployment.outputs["backupPlanId"])["BackupSelectionsList"] == []
    done = Program(moto_url, tmp_path).run('aws.accessanalyzer.Analyzer("a", analyzer_name="a", type="ACCOUNT")')
    assert done.registrations[-1].outputs["arn"].endswith(":not-held/a")
