"""AWS CloudTrail: the history of what was changed, by the names of resources. moto keeps none.

An event names every text of its request and every word of its answer as a resource, where AWS knows which are. What
goes past moto's common dispatch, as S3 does, has no events.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from moto.cloudtrail import urls
from moto.cloudtrail.models import cloudtrail_backends
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from stack.local.supplement.serving import answer_with, arguments, held

_READS = ("Describe", "Get", "List", "Head", "BatchGet", "Lookup")
_MARK = "recorded by the supplement"
_PAGE = 50
_IAM_REGION = "us-east-1"  # which has the events on what has no region
_WORD = re.compile(r"[\w:/.-]+")


@dataclass
class History:
    """The events of a region, the latest last: what a lookup answers, and the names it is found by."""

    events: list[tuple[dict[str, Any], frozenset[str]]] = field(default_factory=list)


class SupplementedCloudTrail(CloudTrailResponse):
    """moto's CloudTrail with the operation that it lacks."""

    def lookup_events(self) -> ActionResult:
        """The latest events that name a resource."""
        (attribute,) = arguments(self)["LookupAttributes"]
        events = held(self.cloudtrail_backend, History).events
        found = [event for event, names in reversed(events) if attribute["AttributeValue"] in names]
        return ActionResult({"Events": found[:_PAGE]})


def install() -> None:
    """Lets moto remember what changes something, and answer who did. A second time changes nothing."""
    answer_with(SupplementedCloudTrail, urls)
    if not hasattr(BaseResponse.call_action, _MARK):
        BaseResponse.call_action = _recorded(BaseResponse.call_action)  # type: ignore[method-assign]


def _recorded(call_action: Any) -> Any:  # noqa: ANN401 - a method of moto's
    @wraps(call_action)
    def recorded(self: BaseResponse) -> TYPE_RESPONSE:
        answer: TYPE_RESPONSE = call_action(self)
        action = self._get_action()
        if answer[0] < 300 and not action.startswith(_READS):  # noqa: PLR2004 - success
            event = {
                "EventId": str(mock_random.uuid4()),
                "EventName": action,
                "EventTime": utcnow(),
                "ReadOnly": "false",
                "Username": "moto",
            }
            region = _IAM_REGION if self.service_name == "iam" else self.region
            backend = cloudtrail_backends[self.current_account][region]
            names = frozenset((*_texts(arguments(self)), *_WORD.findall(str(answer[2]))))
            held(backend, History).events.append((event, names))
        return answer

    setattr(recorded, _MARK, True)
    return recorded


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    match value:
        case str():
            yield value
        case Mapping():  # RDS's parameters are no dict
            yield from (text for item in value.values() for text in _texts(item))
        case list():
            yield from (text for item in value for text in _texts(item))
