"""Nothing of a program is dropped silently: what the engine cannot do in full, it refuses."""

import json

import pytest
from moto import mock_aws
from support.programs import Program

from stack.local import deployment
from stack.local.errors import DeploymentError, UnknownTypeError, UnmappedInputError
from stack.local.resources import domains
from stack.local.state import export

VPC = 'vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")'


@pytest.fixture
def program(moto_url, tmp_path):
    return Program(moto_url, tmp_path)


def test_an_input_that_the_api_call_does_not_have_is_refused_with_type_name_and_place(program):
    with pytest.raises(UnmappedInputError) as refused:
        program.run(VPC, 'aws.ec2.Subnet("s", vpc_id=vpc.id, cidr_block="10.0.1.0/24", enable_dns64=True)')
    assert str(refused.value) == (
        "aws:ec2/subnet:Subnet: input 'enableDns64' has no member in the API's CreateSubnetRequest; "
        "rename it, or send it in the creator in stack/local/resources"
    )


def test_a_name_inside_an_input_that_the_api_does_not_have_is_refused_with_its_path(program):
    with pytest.raises(UnmappedInputError, match=r"Service\.loadBalancers\[0\]: input 'elbName'"):
        program.run(
            'aws.ecs.Service("s", name="s", cluster="c",',
            '    network_configuration={"subnets": ["subnet-1"]}, load_balancers=[{"elb_name": "classic",',
            '    "container_name": "application", "container_port": 80}])',
        )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('aws.cloudwatch.LogGroup("g", name="a b", retention_in_days=30)', "logGroupName: 'a b' does not match"),
        ('aws.cloudwatch.LogGroup("g", name="a" * 513, retention_in_days=30)', "513 characters are more than 512"),
        (
            'aws.cloudwatch.LogGroup("g", name="g", retention_in_days=30, tags={"owner": "x" * 257})',
            "tags.owner: 257 characters are more than 256",
        ),
        (
            'aws.ecs.TaskDefinition("t", family="t", network_mode="vpc", container_definitions="[]")',
            "networkMode: 'vpc' is none of bridge, host, awsvpc, none",
        ),
        (
            VPC + '\naws.lb.TargetGroup("t", name="t", port=70000, protocol="HTTP", vpc_id=vpc.id)',
            "Port: 70000 is more than 65535",
        ),
    ],
    ids=["a pattern", "a length", "a length in a map", "a choice", "a number"],
)
def test_a_value_that_awss_model_of_the_api_does_not_allow_is_refused(program, line, told):
    with pytest.raises(DeploymentError, match="was refused") as refused:
        program.run(line)
    assert told in str(refused.value)


def test_an_input_that_a_creator_leaves_is_refused(program):
    with pytest.raises(UnmappedInputError, match=r"\(d\): inputs \['ingress'\] reach no API call"):
        program.run(
            VPC,
            'aws.ec2.DefaultSecurityGroup("d", vpc_id=vpc.id, egress=[], ingress=[',
            '    {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}])',
        )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('aws.sqs.Queue("q")', r"aws:sqs/queue:Queue \(q\): no creator"),
        ('aws.Provider("p", region="sa-east-1")', r"pulumi:providers:aws \(p\): no creator"),
        ("aws.get_regions()", r"getRegions: no answer to this invoke"),
    ],
)
def test_what_the_engine_does_not_know_is_refused_by_name(program, line, message):
    with pytest.raises(UnknownTypeError, match=message):
        program.run(line)


def test_reading_a_resource_that_exists_is_refused(program):
    with pytest.raises(DeploymentError, match="reading an existing resource is not supported"):
        program.run('aws.ec2.Vpc.get("v", "vpc-1")')


def test_two_resources_of_one_type_and_name_are_refused(program):
    with pytest.raises(DeploymentError, match=r"duplicate resource URN urn:pulumi:dev::small::aws:ec2/vpc:Vpc::v"):
        program.run(VPC, VPC)


def test_an_output_that_no_creator_fills_cannot_become_an_input(program):
    with pytest.raises(DeploymentError, match="uses 'unfilled output dhcpOptionsId of urn"):
        program.run(VPC, 'aws.ec2.InternetGateway("i", vpc_id=vpc.id, tags={"Options": vpc.dhcp_options_id})')


def test_an_output_that_no_creator_fills_cannot_become_a_part_of_an_input(program):
    text = 'pulumi.Output.concat("options/", vpc.dhcp_options_id)'
    with pytest.raises(DeploymentError, match=r"uses 'options/unfilled output dhcpOptionsId of urn"):
        program.run(VPC, f'aws.ec2.Subnet("s", vpc_id=vpc.id, cidr_block="10.0.1.0/24", tags={{"Options": {text}}})')


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("vpc.dhcp_options_id", "stack output o uses 'unfilled output dhcpOptionsId"),
        ("[vpc.dhcp_options_id]", "stack output o uses 'unfilled output dhcpOptionsId"),
        ("vpc.ipv6_association_id.apply(lambda _: None)", "stack output o has no value"),
    ],
)
def test_an_output_that_no_creator_fills_cannot_be_exported(program, value, message):
    with pytest.raises(DeploymentError, match=message):
        program.run(VPC, f'pulumi.export("o", {value})')


def test_what_the_api_refuses_is_told_with_the_resource_and_the_apis_own_words(program):
    with pytest.raises(DeploymentError) as refused:
        program.run('aws.ec2.Vpc("v", cidr_block="10.0.0.0/8")')
    assert str(refused.value).startswith("aws:ec2/vpc:Vpc (v) was refused: InvalidVpc.Range: The CIDR '10.0.0.0/8'")


def test_a_value_that_boto3_refuses_is_told_with_the_resource(program):
    with pytest.raises(DeploymentError, match=r"TaskDefinition \(t\) was refused: ParamValidationError: "):
        program.run("""aws.ecs.TaskDefinition("t", family="t", container_definitions='[{"memory": "much"}]')""")


def test_nothing_more_is_created_after_the_first_failure(program):
    with pytest.raises(UnknownTypeError):
        program.run('aws.sqs.Queue("first")', 'aws.sqs.Queue("second")', VPC)
    assert program.started == ["aws:sqs/queue:Queue first"]


def test_an_error_of_the_program_arrives_as_it_was_raised_and_the_next_run_is_unharmed(program):
    with pytest.raises(ZeroDivisionError):
        program.run("1 / 0")
    assert program.run(VPC, 'pulumi.export("block", vpc.cidr_block)').exports["block"].value == "10.0.0.0/16"


def test_a_program_that_exits_ends_its_run_and_not_the_process(program):
    with pytest.raises(SystemExit):
        program.run("raise SystemExit(3)")


def test_a_secret_setting_stays_secret_through_a_resource_to_an_export(program):
    done = program.run(
        'value = pulumi.Config().require_secret("value")',
        'secret = aws.secretsmanager.Secret("x", name=pulumi.Output.concat("small-", value))',
        'pulumi.export("name", secret.name)',
        'pulumi.export("arn", secret.arn)',
        'pulumi.export("names", [secret.name])',
        value="hidden",
    )
    assert {name: export.secret for name, export in done.exports.items()} == {"name": True, "arn": False, "names": True}
    assert program.aws.client("secretsmanager").describe_secret(SecretId="small-hidden")["Name"] == "small-hidden"


def test_protection_from_deletion_stands_in_the_state(program):
    done = program.run(VPC, 'aws.ec2.Vpc("p", cidr_block="10.1.0.0/16", opts=pulumi.ResourceOptions(protect=True))')
    resources = export(done, "sa-east-1")["deployment"]["resources"]
    assert {each["urn"].split("::")[-1] for each in resources if each.get("protect")} == {"p"}


def test_a_key_rotates_only_where_the_program_says_so(program):
    done = program.run(
        'pulumi.export("still", aws.kms.Key("s", policy="{}").key_id)',
        'pulumi.export("rotating", aws.kms.Key("r", policy="{}", enable_key_rotation=True).key_id)',
    )
    kms = program.aws.client("kms")
    rotating = {
        name: kms.get_key_rotation_status(KeyId=each.value)["KeyRotationEnabled"] for name, each in done.exports.items()
    }
    assert rotating == {"still": False, "rotating": True}


def test_zones_are_filtered_as_asked(program):
    done = program.run(
        'named = aws.GetAvailabilityZonesFilterArgs(name="zone-name", values=["sa-east-1c"])',
        'pulumi.export("one", aws.get_availability_zones(state="available", filters=[named]).names)',
        'pulumi.export("all", aws.get_availability_zones().names)',
    )
    assert done.exports["one"].value == ["sa-east-1c"]
    assert set(done.exports["all"].value) == {"sa-east-1a", "sa-east-1b", "sa-east-1c"}


def test_a_certificate_that_is_not_issued_in_time_stops_the_deployment(monkeypatch, tmp_path):
    # moto in this process has not the emulator's environment: it lets a certificate wait for a minute.
    monkeypatch.setattr(domains, "PATIENCE", {"Delay": 0, "MaxAttempts": 1})
    with mock_aws(), pytest.raises(DeploymentError, match=r"certificate arn:aws:acm:.* is not issued"):
        Program(None, tmp_path).run(
            'certificate = aws.acm.Certificate("c", domain_name="a.example", validation_method="DNS")',
            'aws.acm.CertificateValidation("v", certificate_arn=certificate.arn)',
        )


def test_a_flat_output_is_a_text_and_a_secret_one_is_shown_as_pulumi_shows_it(moto_url, tmp_path, monkeypatch):
    monkeypatch.setattr(deployment, "PROGRAM_DIRECTORY", tmp_path)
    program = tmp_path / "__main__.py"
    program.write_text(
        'import pulumi\npulumi.export("count", 3)\npulumi.export("key", pulumi.Output.secret("hidden"))\n'
    )
    done = deployment.deploy("dev", endpoint_url=moto_url)
    assert done.outputs == {"count": "3", "key": "[secret]"}
    assert "hidden" not in json.dumps(done.state)


def test_an_output_that_is_no_text_number_or_list_of_texts_is_refused(moto_url, tmp_path, monkeypatch):
    monkeypatch.setattr(deployment, "PROGRAM_DIRECTORY", tmp_path)
    (tmp_path / "__main__.py").write_text('import pulumi\npulumi.export("tags", {"Name": "x"})\n')
    with pytest.raises(DeploymentError, match="stack output tags is a dict"):
        deployment.deploy("dev", endpoint_url=moto_url)
