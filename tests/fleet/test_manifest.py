"""Which stacks a manifest names, and what is said of one that cannot be used."""

from __future__ import annotations

import pytest
from stack_verify.errors import FleetError
from stack_verify.fleet.manifest import FleetStack, load_manifest

STACK = '[[stack]]\nname = "clinic"\noutputs = "clinic.json"\n'


@pytest.fixture
def manifest(tmp_path):
    def write(text: str):
        path = tmp_path / "fleet.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_stack_has_its_own_settings_before_the_defaults(manifest, tmp_path):
    defaults = '[defaults]\npolicy = "our.toml"\nregion = "eu-west-1"\nrole = "arn:aws:iam::123456789012:role/audit"\n'
    own = 'policy = "hipaa-strict"\nstate = "states/clinic.json"\nexternal_id = "x"\n'
    (found,) = load_manifest(manifest(defaults + STACK + own))
    assert found == FleetStack(
        name="clinic",
        outputs=str(tmp_path / "clinic.json"),
        state=str(tmp_path / "states/clinic.json"),
        policy="hipaa-strict",
        region="eu-west-1",
        role="arn:aws:iam::123456789012:role/audit",
        external_id="x",
    )
    (other,) = load_manifest(manifest(defaults + STACK))
    assert other.policy == str(tmp_path / "our.toml")


def test_each_file_of_a_folder_is_a_stack(manifest, tmp_path):
    (tmp_path / "outputs").mkdir()
    for name in ("b.json", "a.json", "notes.txt"):
        (tmp_path / "outputs" / name).write_text("{}")
    folder = '[[folder]]\npath = "outputs"\nstates = "states"\nregion = "eu-west-1"\n'
    a, b = load_manifest(manifest(folder))
    assert (a.name, b.name) == ("a", "b")
    assert (b.outputs, b.state) == (str(tmp_path / "outputs/b.json"), str(tmp_path / "states/b.json"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no stack"),
        ("[[stack]\n", "is not TOML"),
        ('[[stack]]\nname = "a"\n', "line 1: missing required field `outputs`"),
        (STACK + 'polcy = "x"\n', "line 4: contains unknown field `polcy`. Did you mean policy?"),
        (STACK + "region = 1\n", "line 4: Expected `str"),
        ('[[stack]]\nname = "../up"\noutputs = "a.json"\n', "line 2: name is blank, or no name of letters"),
        ('[[stack]]\nname = "a"\noutputs = ""\n', "line 3: outputs is blank"),
        ("[default]\n", "line 1: contains unknown field `default`. Did you mean defaults?"),
        (STACK + STACK, "more than one stack is named clinic"),
        ('[[folder]]\npath = "none"\n', "fits *.json. Correct the path or the pattern."),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said_with_its_place(manifest, text, said):
    path = manifest(text)
    with pytest.raises(FleetError) as refused:
        load_manifest(path)
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_a_manifest_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FleetError, match="cannot be read"):
        load_manifest(tmp_path / "fleet.toml")
