"""A sealed run: whoever has its files and the manifest can tell offline whether a byte of them was changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack_verify.__main__ import main
from stack_verify.archive.signature import is_signed
from stack_verify.controls import CONTROLS
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.report import DEFAULT_FORMATS, report_of, reporters, write_reports
from stack_verify.resources.kms import Key
from stack_verify.resources.s3 import Bucket, BucketVersioning
from stack_verify.snapshot import dump, load
from support.hand_made import answer, answered, denied, of_answers

VERSIONING = answered(BucketVersioning, Bucket="data", Status="Suspended")
BUCKET = answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data")
SEALED = {"junit.xml", "report.html", "results.json", "snapshot.json"}
WAIVERS = (
    '[[waiver]]\ncontrol = "s3-versioning"\nresource = "*"\nowner = "Data"\nreason = "migration"\n'
    'approver = "CISO"\nticket = "SEC-1"\nexpires = 2026-01-01\n'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A run that was written, with the snapshot that it wrote."""
    folder = tmp_path_factory.mktemp("sealed")
    gap = denied(Key, "arn:aws:kms:sa-east-1:123456789012:key/1")
    (folder / "taken.json").write_bytes(
        dump(of_answers(answer("data", BUCKET), answer("data", VERSIONING), gaps=(gap,)))
    )
    assert main(["evaluate", str(folder / "taken.json"), "--reports", str(folder / "reports")]) == 1
    return folder / "reports"


def check(folder: Path, *arguments: str) -> int:
    return main(["evaluate", str(folder / "snapshot.json"), "--check-manifest", *arguments])


def test_an_untouched_run_is_byte_identical(folder, capsys):
    assert check(folder) == 0
    out = capsys.readouterr().out.splitlines()
    assert {line.split()[-1] for line in out[:-1]} == SEALED
    assert out[-1].endswith("findings, byte-identical")


def test_the_manifest_may_be_kept_apart_with_the_other_files(folder, tmp_path, capsys):
    (tmp_path / "mine.json").write_bytes((folder / "snapshot.json").read_bytes())
    assert main(["evaluate", str(tmp_path / "mine.json"), "--check-manifest", str(folder / "manifest.json")]) == 0
    assert "byte-identical" in capsys.readouterr().out


def test_a_run_without_its_failures_is_told_to_be_a_selection(folder, tmp_path, capsys):
    """Reports that leave out what failed, sealed anew, are those of a run with -k: what is missing must be said."""
    rows = json.loads((folder / "results.json").read_text())["findings"]
    failed = sum(row["status"] == "failed" for row in rows)
    seen, policy = load(folder / "snapshot.json"), load_policy("hipaa", None)
    kept = [each for each in evaluate(seen, CONTROLS, policy) if each.status is not Status.FAILED]
    write_reports(report_of(seen, kept, policy, of=len(rows)), reporters(DEFAULT_FORMATS), tmp_path)
    assert check(tmp_path) == 1
    told = f"PARTIAL        {len(rows) - failed} of {len(rows)} findings are reported; not reported: {failed} failed"
    assert failed
    assert told in capsys.readouterr().out.splitlines()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_byte_anywhere_is_found(folder, data):
    name = data.draw(st.sampled_from(sorted({*SEALED, "manifest.json"})), label="file")
    content = (folder / name).read_bytes()
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    flip = data.draw(st.integers(1, 255), label="flip")
    try:
        (folder / name).write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        # A manifest that is none any more is wrong use.
        assert check(folder) in ((1, 4) if name == "manifest.json" else (1,))
    finally:
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", sorted(SEALED))
def test_a_file_that_is_missing_or_shorter_is_named(folder, name, capsys):
    content = (folder / name).read_bytes()
    try:
        (folder / name).write_bytes(content[:-1])
        assert check(folder) == 1
        assert f"CHANGED        {name}: {len(content) - 1} bytes" in capsys.readouterr().out
        (folder / name).unlink()
        assert check(folder) == 1
        assert f"CHANGED        {name}: cannot be read" in capsys.readouterr().out
    finally:
        (folder / name).write_bytes(content)


def test_a_forgery_with_a_manifest_to_match_is_found_by_judging_again(folder, tmp_path, capsys):
    """Whoever can write the manifest too can still not make the snapshot give other findings."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    forged = (tmp_path / "results.json").read_text().replace('"status": "error"', '"status": "passed"', 1).encode()
    (tmp_path / "results.json").write_bytes(forged)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    entry = next(each for each in manifest["files"] if each["name"] == "results.json")
    entry |= {"bytes": len(forged), "sha256": hashlib.sha256(forged).hexdigest()}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert check(tmp_path) == 1
    out = capsys.readouterr().out
    assert 'is "status": "passed",; judged again it is "status": "error",' in out


def test_a_run_with_waivers_is_judged_again_with_them(folder, tmp_path, capsys):
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(WAIVERS)
    given = ("--waivers", str(waivers))
    reports = tmp_path / "reports"
    main(["evaluate", str(folder / "snapshot.json"), "--reports", str(reports), *given])
    assert check(reports, str(reports / "manifest.json"), *given) == 0
    capsys.readouterr()
    assert check(reports) == 1
    assert "Where the run had others, give them too." in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"schema": "stack-verify/results/1"}'])
def test_what_is_no_manifest_is_wrong_use(folder, tmp_path, content, capsys):
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_bytes(content)
    assert check(folder, str(path)) == 4
    assert str(path) in capsys.readouterr().err


def test_a_manifest_names_no_files_of_other_folders(folder, tmp_path):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][0]["name"] = "../snapshot.json"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert check(folder, str(tmp_path / "manifest.json")) == 4


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> dict[str, Path]:
    """Two pairs of keys, as openssl writes them."""
    directory, paths = tmp_path_factory.mktemp("keys"), {}
    for owner in ("ours", "theirs"):
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for name, content in ((owner, private), (f"{owner}.pub", public)):
            paths[name] = directory / name
            paths[name].write_bytes(content)
    return paths


@pytest.fixture
def signed(folder, keys) -> Iterator[Path]:
    """The run, signed with our key."""
    manifest = folder / "manifest.json"
    assert main(["sign", str(manifest), "--key", str(keys["ours"])]) == 0
    yield folder
    (folder / "manifest.json.sig").unlink()


def test_a_signed_run_is_by_its_signer_and_by_nobody_else(signed, keys, capsys):
    assert check(signed, "--signed-by", str(keys["ours.pub"])) == 0
    assert "signed         manifest.json: by " in capsys.readouterr().out
    assert check(signed, "--signed-by", str(keys["theirs.pub"])) == 1
    assert "NOT SIGNED     manifest.json: by " in capsys.readouterr().out


@pytest.fixture
def kms(moto_environment, monkeypatch):
    """A client of KMS, with the environment of somebody who may sign."""
    for name, value in moto_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    return boto3.client("kms")


def test_a_run_signed_by_kms_is_checked_as_any_other(folder, tmp_path, kms, keys, capsys):
    run = Path(shutil.copytree(folder, tmp_path / "run"))
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms.create_alias(AliasName="alias/audit", TargetKeyId=key["KeyId"])
    public = load_der_public_key(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"])
    (tmp_path / "kms.pub").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for named in (key["Arn"], "alias/audit"):
        assert main(["sign", str(run / "manifest.json"), "--kms-key", named]) == 0
        assert check(run, "--signed-by", str(tmp_path / "kms.pub")) == 0
        assert check(run, "--signed-by", str(keys["ours.pub"])) == 1
    (run / "manifest.json").write_bytes((run / "manifest.json").read_bytes() + b" ")
    assert check(run, "--signed-by", str(tmp_path / "kms.pub")) == 1
    assert "NOT SIGNED" in capsys.readouterr().out


def test_a_key_of_kms_that_does_not_sign_is_told_and_nothing_is_signed(folder, kms, capsys):
    secret = kms.create_key()["KeyMetadata"]["KeyId"]
    absent = "arn:aws:kms:sa-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    for key in (secret, absent):
        assert main(["sign", str(folder / "manifest.json"), "--kms-key", key]) == 4
        said = capsys.readouterr().err
        assert f"KMS did not sign with {key}: " in said
        assert "allow kms:Sign" in said
    assert not (folder / "manifest.json.sig").exists()


def test_a_run_is_signed_with_one_key(folder, keys):
    arguments = ["sign", str(folder / "manifest.json"), "--key", str(keys["ours"]), "--kms-key", "alias/audit"]
    with pytest.raises(SystemExit, match="4"):
        main(arguments)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_signature_is_of_every_byte_of_the_manifest(signed, keys, data):
    manifest = signed / "manifest.json"
    content = manifest.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    flip = data.draw(st.integers(1, 255), label="flip")
    try:
        manifest.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        assert not is_signed(manifest, keys["ours.pub"])
    finally:
        manifest.write_bytes(content)


def test_what_is_no_signature_signs_nothing(signed, keys):
    (signed / "manifest.json.sig").write_text("no base64")
    assert check(signed, "--signed-by", str(keys["ours.pub"])) == 1


def test_a_run_that_nobody_signed_and_a_key_that_is_none_are_wrong_use(folder, keys, capsys):
    assert check(folder, "--signed-by", str(keys["ours.pub"])) == 4
    assert "manifest.json.sig: cannot be read" in capsys.readouterr().err
    manifest = str(folder / "manifest.json")
    assert main(["sign", manifest, "--key", manifest]) == 4
    assert "openssl genpkey -algorithm ed25519" in capsys.readouterr().err
    assert main(["sign", manifest, "--key", str(keys["ours.pub"])]) == 4
    assert main(["evaluate", str(folder / "snapshot.json"), "--signed-by", str(keys["ours.pub"])]) == 4
    assert not (folder / "manifest.json.sig").exists()
