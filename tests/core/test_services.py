"""One service, one name: in resources, collect, controls, drift and faults, and in the marks that users select by."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import iter_modules, walk_packages

import pytest
import stack_verify.collect as collectors
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from stack_verify import controls, drift, resources
from stack_verify.collect import COLLECTORS
from stack_verify.controls import CONTROLS
from stack_verify.resources import RESOURCES

from stack.local import faults

# What is no service: what services are made of or read with, and the controls of more than one.
OF_RESOURCES = {"arn", "identity", "partitions", "probe", "resource", "stack", "tagging"}
OF_COLLECT = {
    *("actions", "asking", "caller", "cloudformation", "collector", "connections", "permissions", "place", "rates"),
    *("reader", "redaction", "safeguards", "session", "tags", "workers"),
}
OF_DRIFT = {"compare", "deployments", "field", "normalize", "tags", "terraform"}
OF_CONTROLS = {"delivery", "naming"}
ROOMS = {"network", "probe", "stack"}
# The folders of an id's first word, where the word is not the folder's name.
FOLDERS = {
    "alarm": {"cloudwatch"},
    "alb": {"elbv2"},
    "dns": {"probe", "route53"},
    "drift": {"stack"},
    "ebs": {"ec2"},
    "env": {"stack"},
    "eventbridge": {"events"},
    "hipaa": {"stack"},
    "igw": {"ec2"},
    "inspector": {"inspector2"},
    "inventory": {"stack"},
    "lambda": {"awslambda"},
    "log": {"logs"},
    "no": {"ecs", "stack"},
    "outputs": {"stack"},
    "path": {"network"},
    "reach": {"network"},
    "required": {"stack"},
    "route": {"ec2"},
    "secret": {"secretsmanager"},
    "sg": {"ec2"},
    "subnet": {"ec2"},
    "target": {"elbv2"},
    "vpc": {"ec2"},
    "waf": {"wafv2"},
}


def modules(package) -> set[str]:
    return {found.name for found in iter_modules(package.__path__)}


def service(module: str) -> str:
    """A service may have several modules of nouns: ``ec2_routing``."""
    return module.partition("_")[0]


SERVICES = {service(name) for name in modules(resources) - OF_RESOURCES}


def test_the_services_are_those_that_have_nouns():
    assert {"account", "ec2", "rds", "s3", "sqs"} <= SERVICES


@pytest.mark.parametrize(
    ("package", "others"),
    [
        (collectors, OF_COLLECT | {"tagging"}),
        (controls, OF_CONTROLS | ROOMS),
        (drift, OF_DRIFT),
        (faults, {"absence", "fault", *ROOMS}),
    ],
)
def test_every_module_has_the_name_of_a_service(package, others):
    assert {service(name) for name in modules(package) - others} <= SERVICES


def test_every_snapshot_fault_is_in_the_module_of_its_controls_folder():
    places = {fault.name: service(fault.apply.__module__.rpartition(".")[2]) for fault in SNAPSHOT_FAULTS.values()}
    assert {name: place for name, place in places.items() if place not in SERVICES | ROOMS} == {}


def test_a_fault_is_in_the_folder_that_its_control_has():
    """A trail that stops breaks the account's control, too: such a fault is in the folder of the service."""
    concern = {control.id: control.concern for control in CONTROLS}
    broken: dict[str, set[str]] = {}
    for fault in faults.FAULTS.values():
        broken.setdefault(fault.apply.__module__.split(".")[3], set()).add(concern[fault.control])
    assert {place: folders for place, folders in broken.items() if place not in folders} == {}
    assert {
        place: folders - {place, "account"} for place, folders in broken.items() if folders - {place, "account"}
    } == {}


@pytest.mark.parametrize("name", ["rds", "s3", "sqs", "kms", "ecs", "iam"])
def test_the_mark_of_a_service_selects_all_controls_of_its_ids(name):
    assert {each.concern for each in CONTROLS if each.id.startswith(f"{name}-")} == {name}


def test_the_first_word_of_an_id_belongs_to_one_folder():
    found: dict[str, set[str]] = {}
    for control in CONTROLS:
        found.setdefault(control.id.partition("-")[0], set()).add(control.concern)
    assert {word: places for word, places in found.items() if places != FOLDERS.get(word, {word})} == {}


def test_a_service_is_named_nowhere_but_in_its_own_files():
    """The whole of SQS: what CONTRIBUTING.md says that a new service takes is what it took.

    Beside them are Terraform's names of its types, and the form of its names by which it was told before it was read.
    """
    root = Path(__file__).parents[2]
    files = [path for top in ("verify", "stack") for path in (root / top).rglob("*.py")]
    known = {"verify/stack_verify/drift/terraform.py", "verify/stack_verify/detect/naming.py"}
    # Functions send what they could not process to queues.
    known |= {"verify/stack_verify/resources/awslambda.py", "stack/local/additions/functions.py"}
    naming = {
        str(path.relative_to(root)) for path in files if re.search(r"\bsqs\b(?!:)", path.read_text(), re.IGNORECASE)
    }
    assert naming - known == {
        "verify/stack_verify/api.py",
        "verify/stack_verify/resources/sqs.py",
        "verify/stack_verify/collect/sqs.py",
        "verify/stack_verify/controls/sqs/__init__.py",
        "verify/stack_verify/controls/sqs/queues.py",
        "verify/stack_verify/drift/sqs.py",
        "stack/local/faults/sqs/__init__.py",
        "stack/local/faults/sqs/queues.py",
    }


def test_every_type_that_values_name_has_a_collector_and_names_in_every_tool():
    named = [each for each in RESOURCES if each.identity is not None and each.identity.is_named]
    assert {each.kind() for each in named} <= COLLECTORS.keys()
    assert {each.kind() for each in named if not (each.identity.pulumi and each.identity.terraform)} == set()


def test_modules_are_found_by_their_place():
    found = {module.name for module in walk_packages(controls.__path__, f"{controls.__name__}.")}
    assert {module.__name__ for module in controls.MODULES} == found
