"""Amazon ECR: when the images of a repository are scanned, where no rule of the registry says so.

Under basic scanning a repository's own setting is in effect (ECR user guide, "Image scanning"); moto answers MANUAL.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ecr import urls
from moto.ecr.responses import ECRResponse


class SupplementedEcr(ECRResponse):
    """moto's ECR, in which a repository's own setting has effect."""

    def batch_get_repository_scanning_configuration(self) -> ActionResult:
        """The frequency in effect: the registry's where a rule applies, else the repository's own."""
        for name in self._get_param("repositoryNames"):
            repository = self.ecr_backend.repositories.get(name)
            if repository is not None and not repository.scanning_config["appliedScanFilters"]:
                _own_setting(repository)
        return super().batch_get_repository_scanning_configuration()


def _own_setting(repository: Any) -> None:  # noqa: ANN401 - moto's model has no public type
    on_push = repository.image_scanning_configuration["scanOnPush"]
    repository.scanning_config["scanOnPush"] = on_push
    repository.scanning_config["scanFrequency"] = "SCAN_ON_PUSH" if on_push else "MANUAL"


def install() -> None:
    """Lets moto answer this operation."""
    urls.url_paths["{0}/$"] = SupplementedEcr.dispatch
