"""How often AWS lets an account ask in a region: asking more often is throttled, and takes longer than waiting."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SECOND = 1.0
ANY = "*"
# Who answers under another name than these, as an emulator, has quotas of its own.
AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class Rate(NamedTuple):
    """The calls a second of one operation, or of all of a service's together, and the page of AWS's that says so."""

    service: str
    operation: str
    calls: int
    source: str


def rates() -> Iterator[Rate]:
    """AWS's default quotas for operations that a run asks often."""
    text = files("stack_verify.collect").joinpath("data/rates.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        service, operation, calls, source = line.split("\t")
        yield Rate(service, operation, int(calls), source)


class Pace:
    """Lets so many calls begin within any second, and makes the others wait, in whatever threads they are."""

    def __init__(
        self,
        calls: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._begun: deque[float] = deque(maxlen=calls)
        self._calls = calls
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self, **_more: object) -> None:
        """Returns when the call may begin. botocore tells what it is about to send, which does not matter here."""
        with self._lock:
            now = self._now()
            begins = now if len(self._begun) < self._calls else max(now, self._begun[0] + SECOND)
            self._begun.append(begins)
        if begins > now:
            self._sleep(begins - now)


class Paces:
    """The paces of one account, by service, operation and region, shared by all clients of a run."""

    def __init__(self) -> None:
        self._rates = tuple(rates())
        self._paces: dict[tuple[str, str, str], Pace] = {}

    def keep(self, client: Any, service: str, region: str) -> None:  # noqa: ANN401 - boto3's clients are made at run time
        """Makes each request of ``client`` wait for its turn, one that is sent again too."""
        if not (urlsplit(client.meta.endpoint_url).hostname or "").endswith(AWS_HOSTS):
            return
        for rate in self._rates:
            if rate.service == service:
                pace = self._paces.setdefault((service, rate.operation, region), Pace(rate.calls))
                name = client.meta.service_model.service_id.hyphenize()
                event = f"before-send.{name}" + ("" if rate.operation == ANY else f".{rate.operation}")
                client.meta.events.register(event, pace.wait, unique_id=f"pace-{event}")
