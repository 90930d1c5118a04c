"""The way in: HTTP in development; in production HTTPS, with a certificate that exists or is issued for the domain."""

import pytest
from support.refusals import refusal, refused_keys
from support.stack_deployment import ACCOUNT, CERTIFICATE, COMMON, EXISTING, ISSUED, REGION, Deployment, deploy

FORWARD = [{"type": "forward", "targetGroupArn": "arn:aws:TargetGroup/healthcare-tasks-blue7"}]
BARE = {**COMMON, "environment": "prod"}
ARN_OF = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/"


def test_the_load_balancer_stands_in_the_public_subnets_and_drops_invalid_headers(any_stack: Deployment):
    balancer = any_stack.one("LoadBalancer").inputs
    assert (balancer["internal"], balancer["dropInvalidHeaderFields"]) == (False, True)
    assert balancer["subnets"] == ["Subnet/healthcare-public-1-blue7", "Subnet/healthcare-public-2-blue7"]
    assert balancer["securityGroups"] == ["SecurityGroup/healthcare-alb-blue7"]


def test_access_logs_go_to_a_bucket_that_admits_them_before(any_stack: Deployment):
    balancer = any_stack.one("LoadBalancer")
    assert balancer.inputs["accessLogs"] == {
        "enabled": True,
        "bucket": "healthcare-logs-210987654321-sa-east-1-blue7",
    }
    assert any_stack.one("BucketPolicy", "logs").urn in balancer.dependencies


def test_deletion_is_protected_in_production_alone(dev: Deployment, prod: Deployment):
    protected = {stack.outputs["environment"]: stack.one("LoadBalancer").inputs for stack in (dev, prod)}
    assert {name: inputs["enableDeletionProtection"] for name, inputs in protected.items()} == {
        "dev": False,
        "prod": True,
    }


def test_targets_are_the_tasks_addresses_and_are_asked_for_their_health(any_stack: Deployment):
    targets = any_stack.one("TargetGroup").inputs
    protocol = "HTTP" if any_stack.outputs["environment"] == "dev" else "HTTPS"
    assert (targets["targetType"], targets["protocol"]) == ("ip", protocol)
    assert targets["healthCheck"] == {
        "protocol": protocol,
        "port": "traffic-port",
        "path": "/health",
        "matcher": "200",
    }


def test_whether_requests_to_the_tasks_are_encrypted_is_a_setting():
    targets = deploy({**EXISTING, "targetProtocol": "HTTP"}).one("TargetGroup").inputs
    assert (targets["protocol"], targets["healthCheck"]["protocol"]) == ("HTTP", "HTTP")


def test_the_health_check_path_is_a_setting():
    stack = deploy({**EXISTING, "healthCheckPath": "/ready"})
    assert stack.one("TargetGroup").inputs["healthCheck"]["path"] == "/ready"


def test_development_speaks_http(dev: Deployment):
    listener = dev.one("Listener").inputs
    assert (listener["protocol"], listener["port"], listener["defaultActions"]) == ("HTTP", 80, FORWARD)
    assert {"certificateArn", "sslPolicy"} & set(listener) == set()


@pytest.mark.parametrize(
    ("settings", "certificate"),
    [(EXISTING, CERTIFICATE), (ISSUED, "arn:aws:Certificate/healthcare-certificate-blue7")],
    ids=["existing", "issued"],
)
def test_production_speaks_https_with_the_certificate_of_the_settings(settings, certificate):
    stack = deploy(settings)
    listener = stack.one("Listener", "listener").inputs
    assert (listener["protocol"], listener["port"], listener["defaultActions"]) == ("HTTPS", 443, FORWARD)
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["certificateArn"] == stack.outputs["certificateArn"] == certificate


def test_production_redirects_http_to_the_listener(prod: Deployment):
    redirect = prod.one("Listener", "redirect").inputs
    assert (redirect["protocol"], redirect["port"]) == ("HTTP", 80)
    assert redirect["defaultActions"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]


def test_an_issued_certificate_is_validated_by_dns_before_it_is_used(prod: Deployment):
    certificate = prod.one("Certificate")
    record = prod.one("Record", "certificate")
    validation = prod.one("CertificateValidation")
    assert certificate.inputs["domainName"] == "platform.clinic.health"
    assert certificate.inputs["validationMethod"] == "DNS"
    assert {key: record.inputs[key] for key in ("zoneId", "name", "type", "records")} == {
        "zoneId": "Z0A1B2C3D4",
        "name": "_proof.clinic.health.",
        "type": "CNAME",
        "records": ["_value.acm-validations.aws."],
    }
    assert validation.inputs["certificateArn"] == certificate.arn
    assert validation.inputs["validationRecordFqdns"] == ["_proof.clinic.health."]
    assert validation.urn in prod.one("Listener", "listener").dependencies


def test_the_domain_leads_to_the_load_balancer(prod: Deployment):
    alias = prod.one("Record", "address").inputs
    assert (alias["name"], alias["type"], alias["zoneId"]) == ("platform.clinic.health", "A", "Z0A1B2C3D4")
    assert alias["aliases"] == [{"name": "alb.elb.amazonaws.com", "zoneId": "ZELB", "evaluateTargetHealth": True}]


def test_without_a_domain_nothing_is_written_to_dns(dev: Deployment, prod_existing: Deployment):
    for stack in (dev, prod_existing):
        assert stack.of("Record") == stack.of("Certificate") == stack.of("CertificateValidation") == []


def test_production_without_a_certificate_stops_before_anything_is_created():
    assert refusal(BARE) == (
        "The settings cannot be deployed; nothing was created.\n"
        "  - healthcare-platform:certificateArn is not set and prod serves HTTPS; "
        "set certificateArn, or domainName and hostedZoneId"
    )


@pytest.mark.parametrize("half", ["domainName", "hostedZoneId"])
def test_half_of_a_domain_is_refused_by_the_missing_half(half):
    (missing,) = {"domainName", "hostedZoneId"} - {half}
    assert refused_keys({**BARE, half: ISSUED[half]}) == [missing]


@pytest.mark.parametrize(
    ("key", "value"),
    [("domainName", "Platform"), ("domainName", "clinic"), ("domainName", "-x.health"), ("hostedZoneId", "example")],
)
def test_a_wrong_domain_is_refused(key, value):
    assert refused_keys({**ISSUED, key: value}) == [key]


def test_both_sources_of_a_certificate_are_refused():
    assert "both" in refusal({**EXISTING, **ISSUED})


@pytest.mark.parametrize(
    "arn",
    [
        ARN_OF + "12345678-1234-1234-1234-123456789012",
        ARN_OF + "00000000-0000-0000-0000-000000000000",
        f"arn:aws:acm:{REGION}:000000000000:certificate/5f0c9f1e-7f0b-4c5e-9d43-0a6b8c2d1e3f",
    ],
)
def test_a_placeholder_certificate_is_refused(arn):
    assert "a placeholder" in refusal({**BARE, "certificateArn": arn})


@pytest.mark.parametrize("arn", ["REPLACE_ME", ARN_OF + "placeholder", CERTIFICATE.replace(":acm:", ":iam:")])
def test_what_is_no_certificate_is_refused(arn):
    assert refused_keys({**BARE, "certificateArn": arn}) == ["certificateArn"]


def test_a_certificate_of_another_region_is_refused():
    message = refusal({**BARE, "certificateArn": CERTIFICATE.replace(REGION, "us-east-1")})
    assert "is of region us-east-1; set it to a certificate of sa-east-1" in message


def test_a_certificate_of_another_account_is_refused():
    message = refusal({**BARE, "certificateArn": CERTIFICATE.replace(ACCOUNT, "333322221111")})
    assert message == (
        "healthcare-platform:certificateArn is of account 333322221111, but the credentials are of 210987654321; "
        "set it to a certificate of that account. Nothing was created."
    )
