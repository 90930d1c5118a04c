"""Amazon RDS: what goes out of date by itself, the certificate and the version of the engine."""

from __future__ import annotations

from datetime import timedelta

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.resources.rds import DBEngineVersion, DBInstance
from stack_verify.snapshot import Snapshot


@control(
    "rds-ca-certificate-valid",
    "The database's certificate does not expire soon",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Set ca_cert_identifier of the database to an authority in force, and let clients trust it before.",
    rationale="Clients that check the certificate cannot connect once it has expired.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    reads=(),
)
def rds_ca_certificate_valid(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    certificate = db.certificate_details
    lasts = certificate.valid_till - snapshot.taken_at >= timedelta(days=policy.min_certificate_days)
    observed = f"CAIdentifier is {certificate.ca_identifier}, ValidTill is {certificate.valid_till:%Y-%m-%d}"
    return verdict(lasts, observed, expected=f"valid for {policy.min_certificate_days} days or more")


@control(
    "rds-engine-supported",
    "RDS offers the database's engine version",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    remediation="Raise engine_version of the database to one that RDS offers; test the upgrade on a restored copy.",
    rationale="A version that RDS has withdrawn gets no fixes.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html",
    reads=(DBEngineVersion,),
)
def rds_engine_supported(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.within(DBEngineVersion, db.version)
    if not found:
        return failed(f"RDS knows no {db.version}", expected="available")
    (version,) = found
    return verdict(version.status == "available", f"{db.version} is {version.status}", expected="available")
