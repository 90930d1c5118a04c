"""Amazon RDS: the certificates of databases, and which versions of PostgreSQL RDS still offers.

The authority that has expired is AWS's own, with its date; any other signs for a year from now. Of PostgreSQL RDS
offers 11 and newer, the oldest of them in extended support.
"""

from datetime import timedelta
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds import urls
from moto.rds.responses import RDSResponse

from stack.local.supplement.serving import arguments

_EXPIRED: Final = {"rds-ca-2019": "2024-08-22T17:08:50Z"}
_OLDEST_MAJOR: Final = 11


class SupplementedRds(RDSResponse):
    """moto's RDS, in which certificates and versions end."""

    def describe_db_instances(self) -> ActionResult:
        """The databases, each with its certificate."""
        a_year_from_now = (utcnow() + timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for database in self.backend.databases.values():
            authority = database.ca_certificate_identifier
            until = _EXPIRED.get(authority, a_year_from_now)
            vars(database)["certificate_details"] = {"CAIdentifier": authority, "ValidTill": until}
        return super().describe_db_instances()

    def describe_db_engine_versions(self) -> ActionResult:
        """The version that is asked for, available or deprecated."""
        asked = arguments(self)
        version: dict[str, Any] = {"Engine": asked["Engine"], "EngineVersion": asked["EngineVersion"]}
        major = int(asked["EngineVersion"].partition(".")[0])
        version["Status"] = "available" if major >= _OLDEST_MAJOR else "deprecated"
        return ActionResult({"DBEngineVersions": [version]})


def install() -> None:
    """Lets moto answer these operations."""
    urls.url_paths["{0}/$"] = SupplementedRds.dispatch
