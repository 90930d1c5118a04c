"""Each output knows the line of its file, so that a report can point at it."""

from __future__ import annotations

import pytest
from stack_verify.outputs import load_outputs

FLAT = """\
{
  "vpcId": "vpc-0a1b2c3d4e5f60718",
  "privateSubnetIds": "subnet-0a1b2c3d4e5f60718,subnet-0b1b2c3d4e5f60718",
  "publicSubnetIds": [
    "subnet-0c1b2c3d4e5f60718"
  ],
  "name": "caf\\u00e9",
  "port": 443
}
"""


def test_an_output_is_on_the_line_that_holds_its_value(tmp_path):
    path = tmp_path / "flat-outputs.json"
    path.write_text(FLAT)
    assert {output.name: output.line for output in load_outputs(path).outputs} == {
        "vpcId": 2,
        "privateSubnetIds[0]": 3,
        "privateSubnetIds[1]": 3,
        "publicSubnetIds[0]": 5,
        "name": 7,
        "port": 8,
    }


@pytest.mark.parametrize("text", ['{"a": "b\\u002fc"}', '{"a": "b\\/c"}'])
def test_a_value_that_the_file_spells_otherwise_is_on_no_line(tmp_path, text):
    path = tmp_path / "flat-outputs.json"
    path.write_text(text)
    (output,) = load_outputs(path).outputs
    assert (output.value, output.line) == ("b/c", None)
