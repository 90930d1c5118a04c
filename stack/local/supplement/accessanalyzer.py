"""IAM Access Analyzer, which moto has not: analyzers, and what they find in the policies of S3 buckets.

It stands beside IAM in moto's tables. `StartResourceScan` looks at the policy of a bucket at once; nothing is looked at
by itself.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from moto import backend_index
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import utcnow
from moto.iam import urls
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from stack.local.supplement.serving import arguments, held

Answer = dict[str, Any]
"""A structure of the API, as boto3 gives it."""

_HOST = r"https?://access-analyzer\.(.+)\.amazonaws\.com"
_PATHS = (
    "{0}/analyzer$",
    "{0}/analyzer/(?P<name>[^/]+)$",
    "{0}/findingv2$",
    "{0}/resource/scan$",
)


@dataclass
class Analysis:
    """The analyzers and the findings of all regions, by ARN and by id."""

    analyzers: dict[str, Answer] = field(default_factory=dict)
    findings: dict[str, Answer] = field(default_factory=dict)


class AccessAnalyzerResponse(BaseResponse):
    """The operations of IAM Access Analyzer."""

    def __init__(self) -> None:
        super().__init__(service_name="accessanalyzer")

    def create_analyzer(self) -> ActionResult:
        """Makes an analyzer, which is active at once."""
        asked = arguments(self)
        analyzer = {
            "arn": self._arn(asked["analyzerName"]),
            "name": asked["analyzerName"],
            "type": asked["type"],
            "tags": asked.get("tags", {}),
            "createdAt": utcnow(),
            "status": "ACTIVE",
        }
        if analyzer["arn"] in self._held.analyzers:
            raise JsonRESTError("ConflictException", f"Analyzer {analyzer['arn']} already exists")
        self._held.analyzers[analyzer["arn"]] = analyzer
        return ActionResult({"arn": analyzer["arn"]})

    def list_analyzers(self) -> ActionResult:
        """The analyzers of the region."""
        mine = [each for arn, each in self._held.analyzers.items() if arn.startswith(self._arn(""))]
        return ActionResult({"analyzers": mine})

    def delete_analyzer(self) -> EmptyResult:
        """Takes an analyzer away."""
        self._analyzer(self._arn(arguments(self)["analyzerName"]))
        del self._held.analyzers[self._arn(arguments(self)["analyzerName"])]
        return EmptyResult()

    def start_resource_scan(self) -> EmptyResult:
        """Finds who outside the account may reach a bucket by its policy."""
        asked = arguments(self)
        analyzer = self._analyzer(asked["analyzerArn"])
        for principal in sorted(_outsiders(self._policy(asked["resourceArn"]), self.current_account)):
            finding = {
                "id": str(mock_random.uuid4()),
                "analyzerArn": analyzer["arn"],
                "analyzedAt": utcnow(),
                "createdAt": utcnow(),
                "updatedAt": utcnow(),
                "resource": asked["resourceArn"],
                "resourceType": "AWS::S3::Bucket",
                "resourceOwnerAccount": self.current_account,
                "status": "ACTIVE",
                "findingType": "ExternalAccess",
                "principal": {"AWS": principal},
            }
            self._held.findings[finding["id"]] = finding
        return EmptyResult()

    def list_findings_v2(self) -> ActionResult:
        """What an analyzer found."""
        arn = self._analyzer(arguments(self)["analyzerArn"])["arn"]
        return ActionResult({"findings": [each for each in self._held.findings.values() if each["analyzerArn"] == arn]})

    @property
    def _held(self) -> Analysis:
        return held(iam_backends[self.current_account][get_partition(self.region)], Analysis)

    def _arn(self, name: str) -> str:
        region = self.region
        return f"arn:{get_partition(region)}:access-analyzer:{region}:{self.current_account}:analyzer/{name}"

    def _analyzer(self, arn: str) -> Answer:
        if arn not in self._held.analyzers:
            raise JsonRESTError("ResourceNotFoundException", f"Analyzer {arn} not found")
        return self._held.analyzers[arn]

    def _policy(self, bucket_arn: str) -> Answer:
        s3 = s3_backends[self.current_account][get_partition(self.region)]
        bucket = s3.head_bucket(bucket_arn.rpartition(":")[2])
        policy: Answer = json.loads(bucket.policy or '{"Statement": []}')
        return policy


def _outsiders(policy: Answer, account: str) -> set[str]:
    """The principals that the policy allows something and that are of another account."""
    allowing = [each["Principal"] for each in policy["Statement"] if each["Effect"] == "Allow"]
    named = [each.get("AWS", []) for each in allowing if isinstance(each, dict)]
    every = {arn for each in named for arn in ([each] if isinstance(each, str) else each)}
    return {arn for arn in every if account not in arn}


def install() -> None:
    """Lets moto answer these operations."""
    if _HOST not in urls.url_bases:
        urls.url_bases.append(_HOST)
        backend_index.backend_url_patterns.insert(0, ("iam", re.compile(_HOST)))
    urls.url_paths.update(dict.fromkeys(_PATHS, AccessAnalyzerResponse.dispatch))
