"""Every name carries the environment suffix, and everything that can be tagged carries the default tags."""

from support.stack_deployment import DEV, EXISTING, ISSUED, Deployment, deploy
from support.stack_sdk import declared_inputs

LONGEST_SUFFIX = "release-202607"
DNS = "Record"
PHYSICAL_NAMES = {
    "Instance": "identifier",
    "TaskDefinition": "family",
    "Bucket": "bucket",
    "Analyzer": "analyzerName",
}
# GuardDuty's features have the names that AWS gives them; the detector is the stack's.
NAMED_BY_AWS = {DNS, "DetectorFeature"}
TAGS = {
    "Project": "healthcare-platform",
    "EnvironmentSuffix": "blue7",
    "ManagedBy": "pulumi",
    "DataClassification": "PHI",
}


def physical_names(stack: Deployment) -> dict[str, str]:
    """The name that AWS will know each nameable resource by, as far as the program gives one."""
    names = {}
    for resource in stack.aws:
        key = PHYSICAL_NAMES.get(resource.kind, "name")
        if resource.kind not in NAMED_BY_AWS and key in declared_inputs(resource.type):
            names[resource.urn] = resource.inputs.get(key, "")
    return names


def test_every_name_carries_the_suffix(any_stack: Deployment):
    names = physical_names(any_stack)
    assert {urn: name for urn, name in names.items() if "blue7" not in name} == {}
    kinds = {resource.kind for resource in any_stack.aws if resource.urn in names}
    only_production = {"Analyzer", "DeliveryChannel", "Recorder", "RecorderStatus"}
    assert kinds - only_production == {
        *("LogMetricFilter", "MetricAlarm", "Plan", "Selection", "Topic", "Trail", "Vault", "WebAcl"),
        *("Alias", "Bucket", "Cluster", "Instance", "LoadBalancer", "LogGroup", "ParameterGroup"),
        *("Repository", "Role", "RolePolicy", "Secret", "SecurityGroup", "Service", "SubnetGroup", "TargetGroup"),
        "TaskDefinition",
    }
    assert kinds & only_production == (only_production if any_stack.outputs["environment"] == "prod" else set())


def test_every_logical_name_carries_the_suffix(any_stack: Deployment):
    assert [resource.urn for resource in any_stack.aws if not resource.name.endswith("-blue7")] == []


def test_another_suffix_shares_no_name_with_the_first(dev: Deployment):
    other = deploy({**DEV, "environmentSuffix": "green"})
    assert set(physical_names(other).values()) & set(physical_names(dev).values()) == set()


def test_the_final_snapshot_carries_the_suffix_and_the_end_of_the_id_of_its_key(prod: Deployment):
    assert prod.one("Instance").inputs["finalSnapshotIdentifier"] == "healthcare-database-blue7-final-tabase-blue7"


def test_the_longest_suffix_fits_the_shortest_limits_of_aws():
    settings = {
        **DEV,
        "environmentSuffix": LONGEST_SUFFIX,
        "image": DEV["image"].replace("sa-east-1", "ap-southeast-2"),
        "containerPort": "65535",
        "targetProtocol": "HTTPS",
    }
    stack = deploy(settings, region="ap-southeast-2")
    assert {kind: max(len(r.inputs["name"]) for r in stack.of(kind)) for kind in ("LoadBalancer", "TargetGroup")} == {
        "LoadBalancer": 29,
        "TargetGroup": 32,
    }
    assert max(len(bucket.inputs["bucket"]) for bucket in stack.of("Bucket")) <= 63


def test_every_taggable_resource_carries_the_default_tags(any_stack: Deployment):
    environment = any_stack.outputs["environment"]
    expected = {**TAGS, "Environment": environment}
    taggable = [resource for resource in any_stack.aws if "tags" in declared_inputs(resource.type)]
    wrong = {r.urn: r.inputs.get("tags") for r in taggable if not expected.items() <= r.inputs.get("tags", {}).items()}
    assert wrong == {}


def test_every_tagged_resource_is_called_by_its_logical_name(any_stack: Deployment):
    tagged = [resource for resource in any_stack.aws if "tags" in resource.inputs]
    assert [r.urn for r in tagged if r.inputs["tags"]["Name"] != r.name] == []
    assert {"Vpc", "Instance", "Service", "LoadBalancer", "Key", "LogGroup", "Bucket"} <= {r.kind for r in tagged}


def test_environment_and_suffix_are_tagged_apart():
    stack = deploy({**EXISTING, "environmentSuffix": "eu2"})
    tags = stack.one("Vpc").inputs["tags"]
    assert (tags["Environment"], tags["EnvironmentSuffix"], tags["Name"]) == ("prod", "eu2", "healthcare-vpc-eu2")


def test_dns_names_are_the_domains_own():
    names = {record.name: record.inputs["name"] for record in deploy(ISSUED).of(DNS)}
    assert names == {
        "healthcare-certificate-blue7": "_proof.clinic.health.",
        "healthcare-address-blue7": "platform.clinic.health",
    }
