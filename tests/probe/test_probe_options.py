"""Probes as a user asks for them: from the command line to the reports, and what can be got wrong."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import boto3
import pytest
from stack_verify.errors import ProbeError
from stack_verify.probe.settings import ProbeSettings, probe_settings
from support.running import Ran, stack_verify, verify
from support.servers import Authority, answer, encrypted, server

HOST = "app.example.com"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def probed(authority, moto_environment, moto_url, tmp_path_factory) -> Ran:
    """A load balancer of the emulator, whose listener is a real server on this machine, verified with probes."""
    directory = tmp_path_factory.mktemp("probed")
    certificate = authority.certificate(HOST)
    (directory / "ca.pem").write_text(authority.pem)
    with server(encrypted(certificate, answer(200))) as port:
        outputs = directory / "flat-outputs.json"
        outputs.write_text(json.dumps({"albArn": load_balancer(moto_url, certificate, port)}))
        return verify(
            outputs,
            *("--probe", "require", "--resolve", f"{HOST}:{port}:127.0.0.1", "--cacert", "ca.pem", "-m", "probe"),
            environment=moto_environment,
            cwd=directory,
        )


def load_balancer(url: str, certificate: Path, port: int) -> str:
    session = boto3.Session("x", "x", region_name="sa-east-1")
    ec2, acm, elb = (session.client(service, endpoint_url=url) for service in ("ec2", "acm", "elbv2"))
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"sa-east-1{zone}")
        for number, zone in enumerate("ab")
    ]
    made = elb.create_load_balancer(Name="probed", Subnets=[each["Subnet"]["SubnetId"] for each in subnets])
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    pem, _, key = certificate.read_text().partition("-----BEGIN PRIVATE KEY-----")
    imported = acm.import_certificate(Certificate=pem, PrivateKey=f"-----BEGIN PRIVATE KEY-----{key}")
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=port,
        Certificates=[{"CertificateArn": imported["CertificateArn"]}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )
    return balancer


def test_a_run_with_probes_judges_what_it_met(probed):
    found = {each["control"]: each for each in probed.results["findings"] if each["resource"]["arn"]}
    assert {control: each["status"] for control, each in found.items()} == {
        "probe-https-endpoint": "passed",
        "probe-old-tls-refused": "passed",
        "probe-certificate-not-expiring": "passed",
        "probe-security-headers": "failed",
        "dns-points-at-alb": "not applicable",
        "probe-http-redirects": "not applicable",
    }
    assert probed.status == 1
    observed = found["probe-https-endpoint"]["observed"]
    assert observed.startswith(f"https://{HOST}:")
    assert " at 127.0.0.1 by --resolve, 1 try, " in observed


def test_its_snapshot_is_judged_the_same_again(probed, moto_environment):
    ran = stack_verify(
        *("evaluate", "reports/snapshot.json", "--format", "json", "--reports", "again"),
        environment=moto_environment,
        cwd=probed.directory,
    )
    selected = probed.results["findings"]
    again = [
        each for each in json.loads(ran.out)["findings"] if each["control"] in {one["control"] for one in selected}
    ]
    assert again == selected


@pytest.mark.parametrize(
    ("text", "place", "addresses"),
    [
        ("app.example.com:443:192.0.2.1", ("app.example.com", 443), ("192.0.2.1",)),
        ("APP.example.com:443:192.0.2.1,192.0.2.2", ("app.example.com", 443), ("192.0.2.1", "192.0.2.2")),
        ("app.example.com:443:[2001:db8::1]", ("app.example.com", 443), ("2001:db8::1",)),
        ("*:443:192.0.2.1", ("any.example.com", 443), ("192.0.2.1",)),
        ("app.example.com:443:192.0.2.1", ("app.example.com", 80), ()),
        ("app.example.com:443:192.0.2.1", ("other.example.com", 443), ()),
    ],
)
def test_resolve_is_as_curl_has_it(text, place, addresses):
    settings = probe_settings("auto", resolve=[text])
    assert settings is not None
    assert settings.addresses(*place) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "",
        "app.example.com",
        "app.example.com:443",
        "app.example.com:https:192.0.2.1",
        "app.example.com:0:192.0.2.1",
        "app.example.com:70000:192.0.2.1",
        ":443:192.0.2.1",
        "app.example.com:443:elsewhere",
        "app.example.com:443:192.0.2.1,",
    ],
)
def test_a_resolve_that_means_nothing_is_told(text):
    with pytest.raises(ProbeError, match=r"write HOST:PORT:ADDRESS"):
        probe_settings("auto", resolve=[text])


@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nxx\n"])
def test_a_file_of_authorities_that_holds_none_is_told(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ProbeError, match=r"--cacert .*ca.pem: .* Name a file"):
        probe_settings("auto", cacert=file)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_deadline_that_is_none_is_told(seconds):
    with pytest.raises(ProbeError, match="more than 0"):
        probe_settings("require", deadline=seconds)


def test_without_options_nothing_is_probed_and_with_them_an_endpoint_is_waited_for_five_minutes():
    assert probe_settings("off") is None
    assert probe_settings("require") == ProbeSettings(mode="require", deadline=300.0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--resolve", "a.example.com:443:192.0.2.1"], "--resolve: speaks of probes, and none are made"),
        (["--cacert", "ca.pem"], "--cacert: speaks of probes"),
        (["--probe", "auto", "--resolve", "nothing"], "write HOST:PORT:ADDRESS"),
        (["--probe", "auto", "--snapshot", "snapshot.json"], "Leave out --snapshot, or --probe"),
    ],
)
def test_what_cannot_be_meant_stops_the_run(tmp_path, moto_environment, arguments, told):
    (tmp_path / "flat-outputs.json").write_text('{"albArn": "arn"}')
    ran = verify(Path("flat-outputs.json"), *arguments, environment=moto_environment, cwd=tmp_path)
    assert (ran.status, told in ran.err) == (4, True), ran.err


def test_the_machine_s_own_addresses_are_found_without_a_word_to_anybody():
    from stack_verify.probe.connection import own_address

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(0)
        assert own_address("127.0.0.1", silent.getsockname()[1]) == "127.0.0.1"
        with pytest.raises(BlockingIOError):
            silent.recv(1)
