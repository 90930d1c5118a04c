"""The program as a whole: what it registers, what belongs to what, and what it exports."""

import sys

import pytest
from support.stack_deployment import COMMON, DEV, ISSUED, PROGRAM, SECRET, Deployment, deploy

from stack import exports

EXPORTED = {value for name, value in vars(exports).items() if name.isupper()}
ONLY_PRODUCTION = {
    exports.CERTIFICATE_ARN,
    exports.REDIRECT_LISTENER_ARN,
    # of which an account has one
    exports.ACCESS_ANALYZER_ARN,
    exports.CONFIG_BUCKET_ARN,
    exports.CONFIG_BUCKET_NAME,
    exports.CONFIG_RECORDER_NAME,
    exports.CONFIG_ROLE_ARN,
    exports.GUARD_DUTY_DETECTOR_ID,
}


def test_every_urn_is_unique(any_stack: Deployment):
    urns = [(resource.parent, resource.type, resource.name) for resource in any_stack.resources]
    assert len(urns) == len(set(urns))


def test_every_aws_resource_belongs_to_a_component(any_stack: Deployment):
    components = {resource.urn for resource in any_stack.resources if not resource.custom}
    assert [resource.urn for resource in any_stack.aws if resource.parent not in components] == []


def test_every_component_belongs_to_the_stack_and_has_a_type_of_this_project(any_stack: Deployment):
    components = [resource for resource in any_stack.resources if not resource.custom]
    assert {component.parent.rpartition("::")[2] for component in components} == {"healthcare-platform-test"}
    assert {component.type.count(":") for component in components} == {2}
    assert {component.type.partition(":")[0] for component in components} == {"healthcare"}


def test_every_component_registers_outputs_of_its_own(any_stack: Deployment):
    components = {resource.urn for resource in any_stack.resources if not resource.custom}
    registered = any_stack.component_outputs
    assert {urn for urn in components if not registered.get(urn)} == set()


def test_the_components_of_a_development_stack(dev: Deployment):
    assert sorted(resource.type for resource in dev.resources if not resource.custom) == [
        "healthcare:account:Account",
        "healthcare:alarms:Alerts",
        "healthcare:alarms:ResourceAlarms",
        "healthcare:alarms:TrailAlarms",
        "healthcare:audit:Audit",
        "healthcare:backup:Backup",
        "healthcare:database:Database",
        "healthcare:encryption:Encryption",
        "healthcare:ingress:Address",
        "healthcare:ingress:Firewall",
        "healthcare:ingress:Ingress",
        "healthcare:network:Endpoints",
        "healthcare:network:FlowLogs",
        "healthcare:network:Network",
        "healthcare:registry:Registry",
        "healthcare:secret:ApplicationSecret",
        "healthcare:security:SecurityGroups",
        "healthcare:security:Traffic",
        "healthcare:service:Cluster",
        "healthcare:service:Service",
        "healthcare:service:TaskRoles",
        "healthcare:storage:PrivateBucket",
        "healthcare:storage:PrivateBucket",
        "healthcare:storage:PrivateBucket",
    ]


def test_development_exports_every_name_but_those_of_https_and_of_the_account(dev: Deployment):
    assert set(dev.outputs) == EXPORTED - ONLY_PRODUCTION


def test_production_exports_every_name(prod: Deployment, prod_existing: Deployment):
    assert set(prod.outputs) == set(prod_existing.outputs) == EXPORTED


def test_every_output_has_a_value(any_stack: Deployment):
    assert {name for name, value in any_stack.outputs.items() if value in (None, "")} == set()


def test_the_outputs_say_which_stack_they_are_of(prod: Deployment):
    names = ("project", "environment", "environmentSuffix", "region", "accountId")
    assert {name: prod.outputs[name] for name in names} == {
        "project": "healthcare-platform",
        "environment": "prod",
        "environmentSuffix": "blue7",
        "region": "sa-east-1",
        "accountId": "210987654321",
    }


def test_each_environment_has_its_url(dev: Deployment, prod: Deployment, prod_existing: Deployment):
    assert dev.outputs["url"] == "http://alb.elb.amazonaws.com"
    assert prod.outputs["url"] == "https://platform.clinic.health"
    assert prod_existing.outputs["url"] == "https://alb.elb.amazonaws.com"


def test_the_secret_is_in_no_output(any_stack: Deployment):
    assert SECRET not in repr(any_stack.outputs)


def test_the_secret_reaches_secrets_manager_alone_and_stays_a_secret(any_stack: Deployment):
    holders = [resource.name for resource in any_stack.resources if SECRET in repr(resource.inputs)]
    assert holders == ["healthcare-application-blue7"]
    assert any_stack.one("SecretVersion").inputs["secretString"] == SECRET
    assert any_stack.secret_inputs == {"healthcare-application-blue7.secretString"}


def test_no_module_hides_one_of_the_standard_library():
    names = {path.stem for path in PROGRAM.iterdir()}
    assert names & sys.stdlib_module_names == set()


def test_the_same_settings_give_the_same_resources():
    first, second = deploy(DEV), deploy(DEV)
    assert {r.urn: r.inputs for r in first.resources} == {r.urn: r.inputs for r in second.resources}


@pytest.mark.parametrize("settings", [DEV, ISSUED], ids=["dev", "prod"])
def test_only_the_common_settings_and_the_certificate_have_no_default(settings):
    required = {*COMMON, "environment", "domainName", "hostedZoneId"}
    assert set(settings) <= required
    assert deploy(settings).outputs["environment"] == settings["environment"]
