"""The two files of a deployment have Pulumi's own shapes, hold no secret, and are written whole or not at all."""

import json

import pytest

from stack.local.deployment import deploy
from stack.local.secrets import SECRET_SIGNATURE, SIGNATURE_KEY

SECRET = "correct horse battery staple"


# For the session, as the server is: a worker that goes on with other tests in between would deploy it there again.
@pytest.fixture(scope="session")
def deployment(moto_url):
    """A dev stack whose application secret is known here, to be looked for."""
    return deploy("dev", endpoint_url=moto_url, suffix="files", config={"applicationSecret": SECRET})


@pytest.fixture(scope="module")
def resources(deployment):
    return deployment.state["deployment"]["resources"]


def test_the_state_is_an_export_of_version_3(deployment):
    assert deployment.state["version"] == 3
    assert set(deployment.state["deployment"]) == {"manifest", "secrets_providers", "resources", "metadata"}
    assert set(deployment.state["deployment"]["manifest"]) == {"time", "magic", "version"}


def test_the_first_two_resources_are_the_stack_with_its_outputs_and_the_default_provider(deployment, resources):
    stack, provider = resources[:2]
    assert stack["urn"] == "urn:pulumi:dev::healthcare-platform::pulumi:pulumi:Stack::healthcare-platform-dev"
    assert set(stack["outputs"]) == set(deployment.outputs)
    assert provider["type"] == "pulumi:providers:aws"
    assert provider["inputs"]["region"] == "sa-east-1"


def test_each_resource_has_the_members_of_an_export(resources):
    common = {"urn", "custom", "type", "created", "modified"}
    declared = common | {"inputs", "outputs", "parent", "dependencies", "propertyDependencies"}
    shapes = {frozenset(resource) for resource in resources[2:]}
    assert shapes == {frozenset(declared), frozenset(declared | {"id", "provider"})}


def test_a_urn_names_all_parents_but_the_stack(resources):
    urns = {resource["urn"].removeprefix("urn:pulumi:dev::healthcare-platform::") for resource in resources}
    assert "healthcare:network:Network::network" in urns
    assert "healthcare:network:Network$aws:ec2/vpc:Vpc::healthcare-vpc-files" in urns


def test_every_urn_is_there_once_and_every_reference_to_one_leads_back(resources):
    seen = []
    for resource in resources:
        named = [resource.get("parent"), *resource.get("dependencies", [])]
        for urns in resource.get("propertyDependencies", {}).values():
            named += urns
        assert set(named) - {None} <= set(seen)
        seen.append(resource["urn"])
    assert len(seen) == len(set(seen))


def test_whole_numbers_are_integers(resources):
    (database,) = [each for each in resources if each["type"] == "aws:rds/instance:Instance"]
    assert json.dumps(database["inputs"]["backupRetentionPeriod"]) == "30"


def test_the_outputs_are_texts_and_lists_of_texts(deployment):
    kinds = {type(value) for value in deployment.outputs.values()}
    items = {type(item) for value in deployment.outputs.values() if isinstance(value, list) for item in value}
    assert kinds == {str, list}
    assert items == {str}


def test_a_secret_stands_nowhere_and_its_mark_where_it_was(deployment, resources):
    assert SECRET not in json.dumps(deployment.state) + json.dumps(deployment.outputs)
    (version,) = [each for each in resources if each["type"] == "aws:secretsmanager/secretVersion:SecretVersion"]
    mark = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:withheld"}
    assert version["inputs"]["secretString"] == version["outputs"]["secretString"] == mark


def test_writing_makes_the_directory_and_both_files(deployment, tmp_path):
    outputs, state = deployment.write(tmp_path / "made" / "here")
    assert json.loads(outputs.read_text()) == deployment.outputs
    assert json.loads(state.read_text()) == deployment.state
    assert {path.name for path in outputs.parent.iterdir()} == {"flat-outputs.json", "state.json"}


def test_a_file_that_cannot_take_its_place_leaves_nothing_half_written(deployment, tmp_path):
    (tmp_path / "state.json").mkdir()
    with pytest.raises(IsADirectoryError):
        deployment.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"flat-outputs.json", "state.json"}
