"""The outputs of a stack are read from every form that the tools write; anything else is refused, saying why."""

from __future__ import annotations

import json
import string
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_verify.errors import OutputsError
from stack_verify.outputs import Declared, StackOutputs, load_outputs

DATA = Path(__file__).parent / "data/outputs"
EXPORTS = ("pulumi-stack-export-3.json", "pulumi-stack-export-4.json", "pulumi-file-backend.json")
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
URN = "urn:pulumi:prod::clinic::"
VPC = "vpc-0a1b2c3d4e5f60718"


def values(loaded: StackOutputs) -> dict[str, str | None]:
    return {output.name: output.value for output in loaded.outputs}


@pytest.fixture
def load(tmp_path):
    """Loads what it is given as the content of a file: text, bytes, or anything that JSON can hold."""

    def load(content, state=None):
        paths = []
        for name, each in (("outputs.json", content), ("state.json", state)):
            path = tmp_path / name
            if each is not None:
                path.write_bytes(each if isinstance(each, bytes) else _text(each).encode())
            paths.append(path)
        return load_outputs(paths[0], paths[1] if state is not None else None)

    return load


def _text(content) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def export(outputs=None, *resources):
    root = {"urn": f"{URN}pulumi:pulumi:Stack::clinic-prod", "type": "pulumi:pulumi:Stack", "outputs": outputs or {}}
    return {"version": 3, "deployment": {"resources": [root, *resources]}}


def bucket(name="data", **more):
    kind = "aws:s3/bucket:Bucket"
    return {"urn": f"{URN}{kind}::{name}", "custom": True, "type": kind, "id": f"clinic-{name}", **more}


class TestForms:
    def test_a_flat_object_keeps_numbers_and_booleans_as_their_json_text(self):
        loaded = load_outputs(DATA / "flat.json")
        assert values(loaded) == {
            "environment": "production",
            "environmentSuffix": "prod-7",
            "projectName": "clinic",
            "region": "sa-east-1",
            "accountId": "123456789012",
            "vpcId": VPC,
            "listenerPort": "443",
            "multiAz": "true",
            "bucketArn": "arn:aws:s3:::clinic-data-prod-7",
        }
        assert {type(value) for value in values(loaded).values()} == {str}

    def test_the_one_stack_of_a_cdk_file_names_the_stack_and_not_the_outputs(self):
        loaded = load_outputs(DATA / "cdk-one-stack.json")
        assert loaded.stack.name == "ClinicStack"
        assert set(values(loaded)) == {"VpcId", "PrivateSubnetIds[0]", "PrivateSubnetIds[1]", "ListenerArn"}

    def test_the_outputs_of_several_cdk_stacks_are_told_apart_by_stack(self):
        loaded = load_outputs(DATA / "cdk-two-stacks.json")
        assert loaded.stack.name is None
        assert set(values(loaded)) == {
            "NetworkStack.VpcId",
            "NetworkStack.Region",
            "SecretsStack.KeyArn",
            "SecretsStack.Region",
        }
        assert loaded.region == "sa-east-1"

    def test_lists_and_objects_of_pulumi_become_paths_and_secrets_have_no_value(self):
        assert values(load_outputs(DATA / "pulumi-stack-output.json")) == {
            "vpcId": VPC,
            "privateSubnetIds[0]": "subnet-0aa1b2c3d4e5f6071",
            "privateSubnetIds[1]": "subnet-0bb1b2c3d4e5f6071",
            "database.identifier": "clinic",
            "database.port": "5432",
            "database.masterPassword": None,
            "apiToken": None,
        }

    def test_a_null_of_terraform_is_left_out_and_a_sensitive_value_dropped(self):
        assert values(load_outputs(DATA / "terraform-output.json")) == {
            "vpc_id": VPC,
            "subnet_ids[0]": "subnet-0aa1b2c3d4e5f6071",
            "ports.https": "443",
            "greeting": None,
        }

    @pytest.mark.parametrize("name", EXPORTS)
    def test_an_export_gives_the_outputs_of_the_root_and_what_the_stack_itself_declares(self, name):
        loaded = load_outputs(DATA / name)
        assert values(loaded) == {"vpcId": VPC, "bucket.id": "clinic-data", "token": None}
        assert (loaded.stack.name, loaded.stack.project) == ("prod", "clinic")
        assert (loaded.account, loaded.region) == ("123456789012", "sa-east-1")
        random = "random:index/randomString:RandomString"
        assert sorted(loaded.declared, key=lambda item: item.urn) == [
            Declared(
                urn=f"{URN}aws:ec2/vpc:Vpc::vpc",
                type="aws:ec2/vpc:Vpc",
                id=VPC,
                arn=f"arn:aws:ec2:sa-east-1:123456789012:vpc/{VPC}",
            ),
            Declared(urn=f"{URN}aws:s3/bucket:Bucket::data", type="aws:s3/bucket:Bucket", id="clinic-data", arn=None),
            # Its id is the secret, and AWS is not asked for it.
            Declared(urn=f"{URN}{random}::pin", type=random, id="", arn=None),
        ]

    def test_an_export_without_outputs_is_verified_by_what_it_declares(self, load):
        loaded = load(export(None, bucket()))
        assert (values(loaded), [item.id for item in loaded.declared]) == ({}, ["clinic-data"])

    @pytest.mark.parametrize(
        "text",
        [
            "subnet-0aa1b2c3,subnet-0bb1b2c3",
            "subnet-0aa1b2c3, subnet-0bb1b2c3",
            '["subnet-0aa1b2c3", "subnet-0bb1b2c3"]',
        ],
    )
    def test_a_list_of_ids_in_one_text_is_taken_apart(self, load, text):
        assert values(load({"ids": text})) == {"ids[0]": "subnet-0aa1b2c3", "ids[1]": "subnet-0bb1b2c3"}

    @pytest.mark.parametrize("text", ["one, two", "subnet-0aa1b2c3, and more", "[1]", "[", '["a"]'])
    def test_any_other_text_is_left_as_it_is(self, load, text):
        assert values(load({"note": text})) == {"note": text}

    def test_a_byte_order_mark_does_no_harm(self, load):
        assert values(load(b'\xef\xbb\xbf{"vpcId": "vpc-0aa1b2c3"}')) == {"vpcId": "vpc-0aa1b2c3"}

    def test_an_object_exported_whole_is_no_stack_of_cdk(self, load):
        loaded = load({"bucket": {"id": "clinic-data", "region": "sa-east-1"}})
        assert values(loaded) == {"bucket.id": "clinic-data", "bucket.region": "sa-east-1"}
        assert loaded.stack.name is None

    def test_outputs_that_are_named_like_an_export_are_still_outputs(self, load):
        assert values(load({"version": 3, "deployment": "blue"})) == {"version": "3", "deployment": "blue"}


class TestState:
    def test_a_state_adds_its_declared_resources_and_the_names_of_the_stack(self, load):
        loaded = load({"vpcId": VPC}, state=export({"vpcId": VPC}, bucket()))
        assert [item.id for item in loaded.declared] == ["clinic-data"]
        assert (loaded.stack.source[-12:], loaded.stack.name, loaded.stack.project) == (
            "outputs.json",
            "prod",
            "clinic",
        )

    def test_a_resource_of_both_files_is_declared_once(self, load):
        loaded = load(export({}, bucket(), bucket("logs")), state=export({}, bucket()))
        assert sorted(item.id for item in loaded.declared) == ["clinic-data", "clinic-logs"]

    def test_outputs_are_no_state(self, load):
        with pytest.raises(OutputsError, match=r"state.json: is not the state of a stack.*pulumi stack export"):
            load({"vpcId": VPC}, state={"vpcId": VPC})

    def test_the_state_of_another_stack_is_refused(self, load):
        other = json.loads(json.dumps(export({}, bucket())).replace("prod::", "dev::"))
        with pytest.raises(OutputsError, match=r"state.json: is the state of stack dev .* is of stack prod"):
            load(export({}, bucket()), state=other)

    @pytest.mark.parametrize(
        ("arn", "told"),
        [
            (
                "arn:aws:rds:sa-east-1:999999999998:db:clinic",
                "is of account 999999999998, but .* is of account 1234567",
            ),
            ("arn:aws:rds:eu-west-1:123456789012:db:clinic", "is of region eu-west-1, but .* is of region sa-east-1"),
        ],
    )
    def test_the_state_of_another_account_or_region_is_refused(self, load, arn, told):
        outputs = {"keyArn": "arn:aws:kms:sa-east-1:123456789012:key/3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a"}
        with pytest.raises(OutputsError, match=told):
            load(outputs, state=export({}, bucket(outputs={"arn": arn})))


class TestFacts:
    @pytest.mark.parametrize("name", ["environment", "Environment", "env", "ENVIRONMENT", "environment_name"])
    @pytest.mark.parametrize(
        ("value", "short"), [("production", "prod"), ("Development", "dev"), ("staging", "staging")]
    )
    def test_the_environment_is_read_under_its_usual_names(self, load, name, value, short):
        assert load({name: value}).stack.environment == short

    @pytest.mark.parametrize("name", ["environmentSuffix", "environment_suffix", "EnvironmentSuffix", "env-suffix"])
    def test_so_is_the_suffix(self, load, name):
        assert load({name: "pr-12"}).stack.environment_suffix == "pr-12"

    def test_the_facts_of_a_flat_file(self):
        loaded = load_outputs(DATA / "flat.json")
        stack = loaded.stack
        assert (stack.environment, stack.environment_suffix, stack.project) == ("prod", "prod-7", "clinic")
        assert (loaded.account, loaded.region) == ("123456789012", "sa-east-1")
        assert stack.source == "flat.json"

    def test_two_environments_are_none(self, load):
        assert load({"environment": "prod", "env": "dev"}).stack.environment is None

    def test_account_and_region_come_from_the_arns_where_all_agree(self, load):
        loaded = load(
            {
                "keyArn": "arn:aws:kms:sa-east-1:123456789012:key/3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a",
                "roleArn": "arn:aws:iam::123456789012:role/task",
                "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
                "bucketArn": "arn:aws:s3:::clinic-data",
            }
        )
        assert (loaded.account, loaded.region) == ("123456789012", "sa-east-1")

    def test_arns_of_several_regions_say_no_region(self, load):
        arns = [f"arn:aws:rds:{region}:123456789012:db:clinic" for region in ("sa-east-1", "eu-west-1")]
        loaded = load({"primaryArn": arns[0], "replicaArn": arns[1]})
        assert (loaded.account, loaded.region) == ("123456789012", None)

    def test_a_certificate_of_cloudfront_says_nothing_of_the_stacks_region(self, load):
        certificate = "arn:aws:acm:us-east-1:123456789012:certificate/3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a"
        assert load({"region": "sa-east-1", "certificateArn": certificate}).region == "sa-east-1"

    def test_what_is_no_region_is_none(self, load):
        loaded = load({"region": "South America", "account": "clinic"})
        assert (loaded.account, loaded.region) == (None, None)

    @pytest.mark.parametrize(("name", "value"), [("region", "eu-west-1"), ("accountId", "999999999998")])
    def test_outputs_whose_arns_are_all_of_another_place_are_mixed_up(self, load, name, value):
        with pytest.raises(OutputsError, match=f"the outputs say .* {value}, but every ARN in them is of"):
            load({name: value, "databaseArn": "arn:aws:rds:sa-east-1:123456789012:db:clinic"})


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (None, r"outputs.json: no such file\. Deploy first"),
            ("", "is empty"),
            (" \n ", "is empty"),
            ("not json", r"is not JSON: Expecting value \(line 1, column 1\)"),
            ('{\n "a": 1,\n}', r"is not JSON: .*\(line 3, column 1\)|is not JSON: Illegal trailing comma.*line 2"),
            ('{"a": NaN}', "is not JSON: NaN is no JSON number"),
            (b"\xff\xfe{\x00}\x00", r"is not UTF-8 text \(at byte 0\).*PowerShell"),
            ("[1]", "holds a list where an object"),
            ('"vpc-0aa1b2c3"', "holds a single value where an object"),
            ("12", "holds a single number where an object"),
            ("{}", "holds no outputs"),
            ({"ids": [], "more": {}}, "holds no outputs"),
            ('{"a": {"b": 1, "b": 2}}', r"holds \$\.a\.b twice"),
            ('{"a b": [{"c": 1, "c": 2}]}', r'holds \$\["a b"\]\[0\]\.c twice'),
            ({"vpcId": None}, "output vpcId has no value"),
            ({"vpcId": " "}, "output vpcId has no value"),
            ({"ClinicStack": {"VpcId": ""}}, "output VpcId has no value"),
            ('{"a": "\\ud800"}', r"\$\.a holds half a surrogate pair"),
            ('{"a\\u0000": "b"}', r"\$ holds a name with unprintable characters"),
            ("[" * 100_000, "is nested deeper than 100 levels"),
            ('{"a": ' + "[" * 101 + "]" * 101 + "}", "is nested deeper than 100 levels"),
            ({"certificateArn": "REPLACE_ME"}, "output certificateArn holds the placeholder 'REPLACE_ME'"),
            ({"db": {"endpoints": ["<endpoint>"]}}, r"output db\.endpoints\[0\] holds the placeholder '<endpoint>'"),
            ({"id": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, "output id is unknown"),
            ({"url": ["http://04da6b54-80e4-46f7-96ec-b56ff0331ba9/"]}, r"output url\[0\] is unknown"),
        ],
    )
    def test_what_cannot_be_used_is_refused_with_the_reason_and_the_place(self, load, content, told):
        with pytest.raises(OutputsError, match=told):
            load(content)

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            (".", "is a directory. Name the file of outputs in it"),
            ("file/outputs.json", "cannot be read .Not a directory"),
            ("a" * 300, "cannot be read .File name too long"),
            ("a\0b", "is no path"),
        ],
    )
    def test_a_path_that_is_no_file_is_refused(self, tmp_path, name, told):
        (tmp_path / "file").touch()
        with pytest.raises(OutputsError, match=told):
            load_outputs(tmp_path / name)

    @pytest.mark.parametrize(
        ("document", "told"),
        [
            (export() | {"version": 2}, r"\$\.version is none that is known \(3 and 4\)"),
            ({"version": 3, "deployment": None}, r"\$\.deployment is missing: the stack was never deployed"),
            ({"version": 3, "checkpoint": {}}, r"\$\.checkpoint\.latest is missing"),
            ({"version": 3, "deployment": {"resources": []}}, r"\$\.deployment holds no resources"),
            (export({}, {"type": "aws:s3/bucket:Bucket"}), r"\$\.deployment\.resources\[1\]\.urn is missing"),
            (export({}, 3), r"\$\.deployment\.resources\[1\] is not an object"),
            ({"version": 3, "deployment": {"resources": [{"urn": "x", "type": "y"}]}}, "does not begin urn:pulumi:"),
            (export(), "holds no outputs and no resources of AWS"),
            (export({}, bucket(id="04da6b54-80e4-46f7-96ec-b56ff0331ba9")), r"resource urn:.*::data is unknown"),
        ],
    )
    def test_an_export_that_says_nothing_is_refused(self, load, document, told):
        with pytest.raises(OutputsError, match=told):
            load(document)

    @pytest.mark.parametrize(
        ("document", "told"),
        [
            (
                {"version": 4, "terraform_version": "1.9.0", "outputs": {}},
                r"resources is missing: this is a part of a state.* `terraform show -json`",
            ),
            ({"manifest": {}, "resources": []}, "the inside of a stack export"),
            ({"config": {}, "steps": [], "changeSummary": {}}, "a preview"),
            ({"Stacks": []}, "an answer of CloudFormation"),
            ({"Resources": {}}, "a CloudFormation template"),
            ({"format": "stack-verify/snapshot/1", "taken_at": ""}, "a snapshot of stack-verify.*--snapshot"),
            ({"schema": "stack-verify/results/1", "findings": []}, "a report of stack-verify"),
        ],
    )
    def test_other_files_of_the_same_tools_are_told_by_their_name(self, load, document, told):
        with pytest.raises(OutputsError, match=told):
            load(document)


TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    (
        "version",
        "deployment",
        "checkpoint",
        "latest",
        "resources",
        "urn",
        "type",
        "outputs",
        "value",
        "sensitive",
        "id",
        SIGNATURE,
    )
)
LIKE_A_TOOL = st.recursive(
    st.none() | st.booleans() | st.sampled_from((3, 4, SECRET, "pulumi:pulumi:Stack", f"{URN}a::b", "[secret]", VPC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)


class TestAnyContent:
    """Whatever a file holds, it is loaded or refused; there is no third way."""

    @settings(deadline=None)
    @given(st.binary(max_size=200))
    def test_bytes(self, tmp_path_factory, content):
        _load_or_refuse(tmp_path_factory, content)

    @given(JSON | LIKE_A_TOOL)
    @settings(max_examples=150, deadline=None)
    def test_json(self, tmp_path_factory, content):
        _load_or_refuse(tmp_path_factory, json.dumps(content).encode())

    @settings(deadline=None)
    @given(st.lists(LIKE_A_TOOL, max_size=3), LIKE_A_TOOL)
    def test_exports(self, tmp_path_factory, resources, outputs):
        _load_or_refuse(tmp_path_factory, json.dumps(export(outputs, *resources)).encode())


def _load_or_refuse(directories: pytest.TempPathFactory, content: bytes) -> None:
    path = directories.getbasetemp() / "any.json"
    path.write_bytes(content)
    try:
        loaded = load_outputs(path, path)
    except OutputsError as error:
        assert str(error).startswith(str(path))  # noqa: PT017 - either way is right
        loaded = None
    # What is loaded can be written to a snapshot.
    msgspec.json.encode(loaded)


CANARY = st.text(string.ascii_lowercase + string.digits, min_size=12, max_size=24).map(lambda text: f"canary-{text}")
SECRET_NAMES = st.sampled_from(
    (
        "dbPassword",
        "master_password",
        "PGPASSWORD",
        "apiToken",
        "api_key",
        "secretAccessKey",
        "clientSecret",
        "privateKey",
        "credentials",
        "connectionString",
        "GITHUB_TOKEN",
        "auth-token",
        "jwtSigningKey",
    )
)


def _signed(value: str) -> dict[str, str]:
    return {SIGNATURE: SECRET, "plaintext": json.dumps(value), "ciphertext": value}


class TestSecrets:
    """The text of a secret is nowhere in what is loaded, nor in what is said of it."""

    @settings(deadline=None)
    @given(canary=CANARY, name=SECRET_NAMES)
    def test_under_a_name_that_says_so(self, tmp_path_factory, canary, name):
        _nowhere(tmp_path_factory, canary, {name: canary, "db": {name: [canary, {"value": canary}]}})
        _nowhere(tmp_path_factory, canary, {name: {"user": canary}})

    @settings(deadline=None)
    @given(canary=CANARY)
    def test_marked_by_the_tool(self, tmp_path_factory, canary):
        sensitive = {"sensitive": True, "type": "string", "value": canary}
        _nowhere(tmp_path_factory, canary, {"a": sensitive})
        _nowhere(tmp_path_factory, canary, {"a": sensitive, "b": "not of Terraform"})
        _nowhere(tmp_path_factory, canary, {"a": _signed(canary)})
        _nowhere(tmp_path_factory, canary, {"a": _signed(canary), "b": [{"c": _signed(canary)}]})
        asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": canary}
        _nowhere(tmp_path_factory, canary, {"a": asset})

    @settings(deadline=None)
    @given(canary=CANARY)
    def test_in_an_export(self, tmp_path_factory, canary):
        kind = "random:index/randomString:RandomString"
        pin = {"urn": f"{URN}{kind}::pin", "custom": True, "type": kind, "id": canary, "outputs": {"result": canary}}
        provider = {
            "urn": f"{URN}pulumi:providers:aws::aws",
            "custom": True,
            "type": "pulumi:providers:aws",
            "id": canary,
        }
        properties = {"inputs": {"tags": canary}, "outputs": {"arn": _signed(canary), "password": canary}}
        document = export({"a": _signed(canary)}, bucket(**properties), pin, provider)
        _nowhere(tmp_path_factory, canary, document)

    @settings(deadline=None)
    @given(canary=CANARY)
    @pytest.mark.parametrize(
        "text",
        [
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
            "postgresql://clinic:{}@db.example.com:5432/clinic",
            "redis://:{}@cache.example.com",
            "Server=db.example.com;User=clinic;Password={};",
            "https://clinic.s3.amazonaws.com/file?X-Amz-Credential=a&X-Amz-Signature={}",
        ],
    )
    def test_by_its_own_looks(self, tmp_path_factory, canary, text):
        _nowhere(tmp_path_factory, canary, {"plain": text.format(canary)})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("dbSecretArn", "arn:aws:secretsmanager:sa-east-1:123456789012:secret:db-AbCdEf"),
            ("secret", "arn:aws:secretsmanager:sa-east-1:123456789012:secret:db-AbCdEf"),
            ("secretName", "prod/db"),
            ("tokenEndpoint", "https://auth.example.com/token"),
            ("passwordRotation", "true"),
            ("secretsSecurityGroup", "sg-0a1b2c3d4e5f60718"),
            ("keyId", "3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a"),
            ("tokenization", "on"),
        ],
    )
    def test_what_only_speaks_of_a_secret_is_kept(self, load, name, value):
        assert values(load({name: value})) == {name: value}


def _nowhere(directories: pytest.TempPathFactory, canary: str, content: object) -> None:
    path = directories.getbasetemp() / "canary.json"
    path.write_text(json.dumps(content))
    loaded = load_outputs(path)
    assert None in {output.value for output in loaded.outputs}
    assert canary not in msgspec.json.encode(loaded).decode()
    assert canary not in repr(loaded)
