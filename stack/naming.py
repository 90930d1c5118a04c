"""Names and tags: each physical name carries the environment suffix, each taggable resource the default tags."""

from dataclasses import dataclass

PREFIX = "healthcare"
DATA_CLASSIFICATION = "PHI"


@dataclass(frozen=True)
class Naming:
    """Names and tags the resources of one stack."""

    project: str
    environment: str
    suffix: str

    def name(self, part: str) -> str:
        """Return the name of `part`, which is also its logical name in Pulumi."""
        return f"{PREFIX}-{part}-{self.suffix}"

    def log_group(self, part: str) -> str:
        """Return the name of the CloudWatch log group of `part`."""
        return f"/{PREFIX}/{part}-{self.suffix}"

    def tags(self, name: str) -> dict[str, str]:
        """Return the default tags, with `name` as the Name that the AWS console shows."""
        return {
            "Name": name,
            "Project": self.project,
            "Environment": self.environment,
            "EnvironmentSuffix": self.suffix,
            "ManagedBy": "pulumi",
            "DataClassification": DATA_CLASSIFICATION,
        }
