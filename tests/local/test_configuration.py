"""A stack's settings come from its settings file, with what is given over them."""

import pytest

from stack.local import configuration
from stack.local.configuration import stack_config
from stack.local.errors import ConfigurationError


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Writes the settings files of a project called `clinic`."""
    monkeypatch.setattr(configuration, "PROGRAM_DIRECTORY", tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: clinic\nruntime: python\n")
    return (tmp_path / "Pulumi.dev.yaml").write_text


def test_values_are_texts_as_the_program_gets_them(written):
    written("config:\n  aws:region: sa-east-1\n  clinic:zones: [a, b]\n  clinic:count: 2\n  clinic:on: true\n")
    assert stack_config("dev", {}) == {
        "aws:region": "sa-east-1",
        "clinic:zones": '["a", "b"]',
        "clinic:count": "2",
        "clinic:on": "true",
    }


def test_a_key_without_namespace_is_one_of_the_projects_and_overrides_the_file(written):
    written("config:\n  clinic:count: 2\n")
    assert stack_config("dev", {"count": "3", "aws:region": "sa-east-1"}) == {
        "clinic:count": "3",
        "aws:region": "sa-east-1",
    }


def test_an_encrypted_value_is_asked_for(written):
    written("config:\n  clinic:token:\n    secure: AAABAJ\n")
    with pytest.raises(ConfigurationError, match=r"clinic:token is encrypted.*pass --config clinic:token="):
        stack_config("dev", {})


def test_an_encrypted_value_may_be_given_in_clear(written):
    written("config:\n  clinic:token:\n    secure: AAABAJ\n")
    assert stack_config("dev", {"token": "clear"}) == {"clinic:token": "clear"}


@pytest.mark.parametrize("content", ["", "encryptionsalt: v1:x\n"])
def test_a_file_without_settings_has_none(written, content):
    written(content)
    assert stack_config("dev", {}) == {}


def test_a_missing_file_and_an_unknown_stack_are_named(written):
    written("config: {}\n")
    with pytest.raises(ConfigurationError, match=r"Pulumi\.prod\.yaml cannot be read: No such file"):
        stack_config("prod", {})
    with pytest.raises(ConfigurationError, match="there is no stack 'test'; the stacks are dev, prod"):
        stack_config("test", {})
