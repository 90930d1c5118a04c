"""The guard: boto3 clients that can reach moto and nothing else."""

import ipaddress
import os
import sys
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from stack.local.constraints import refuse_what_aws_would
from stack.local.errors import EndpointRefusedError

ACCESS_KEY: Final = "local-emulator"
SECRET_KEY: Final = "local-emulator"  # noqa: S105 - moto accepts anything; the caller's own are never used

_UNSET: Final = (None, None, None, None)
# The caller's profile, files and region must not decide where a local deployment goes.
_HERMETIC: Final = {
    "profile": _UNSET,
    "region": _UNSET,
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_CONFIG: Final = Config(
    proxies={},  # a proxy in the environment would carry a loopback request elsewhere
    ignore_configured_endpoint_urls=True,
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
    retries={"total_max_attempts": 1},
    max_pool_connections=4,
)


def environment_without_aws() -> dict[str, str]:
    """The environment for a process of ours, with no way in it to the caller's AWS account or settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def loopback_url(url: str) -> str:
    """The endpoint `url`, rebuilt from its parts.

    Raises:
        EndpointRefusedError: It is anything but `http(s)://<loopback address>[:port][/]`.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EndpointRefusedError(f"endpoint {url!r} is not a URL: {error}") from error
    host = parts.hostname or ""
    plain = not (set("@\\%") & set(parts.netloc)) and parts.path in ("", "/") and not (parts.query or parts.fragment)
    if not (plain and url.isprintable() and parts.scheme in ("http", "https") and _is_loopback(host)):
        raise EndpointRefusedError(
            f"endpoint {url!r} is refused: a local deployment makes plain AWS calls, so it goes to moto at a loopback "
            "address only, such as http://127.0.0.1:5000"
        )
    address = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{address}" + (f":{port}" if port is not None else "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_process_moto_is_active() -> bool:
    models = sys.modules.get("moto.core.models")
    return models is not None and models.botocore_stubber.enabled


class Clients:
    """boto3 clients of one region, made once each, with credentials of their own, for one emulator."""

    def __init__(self, region: str, endpoint_url: str | None = None) -> None:
        """Clients for the moto server at `endpoint_url`, or for the in-process moto when that is None.

        Raises:
            EndpointRefusedError: The URL is not loopback, or there is neither a URL nor an active in-process moto.

        """
        if endpoint_url is None and not _in_process_moto_is_active():
            raise EndpointRefusedError("no endpoint is given and no in-process moto is active: this could be real AWS")
        self.region = region
        self.endpoint_url = None if endpoint_url is None else loopback_url(endpoint_url)
        session = boto3.Session(
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name=region,
            botocore_session=botocore.session.Session(session_vars=_HERMETIC),
        )
        session.events.register("before-send", _refuse_to_leave)
        session.events.register("before-parameter-build", refuse_what_aws_would)
        if self.endpoint_url is not None:
            session.events.register("before-call.s3-control", _without_account)
        self._make: Any = session.client  # its overloads are by name of service
        self._made: dict[str, Any] = {}

    def client(self, service: str) -> Any:  # noqa: ANN401 - services are named by data, in rows
        """The boto3 client of `service`."""
        if service not in self._made:
            self._made[service] = self._make(service, endpoint_url=self.endpoint_url, config=_CONFIG)
        return self._made[service]

    @cached_property
    def account(self) -> str:
        """The emulator's account id."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region, for what the API does not answer."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def _without_account(params: dict[str, Any], **_: object) -> None:
    """S3 Control puts the account before the host's name, where a loopback address has none; a header has it too."""
    account = params["headers"]["x-amz-account-id"]
    params["url"] = params["url"].replace(f"://{account}.", "://", 1)


def _refuse_to_leave(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's AWSPreparedRequest is untyped
    """A last look at each request: moto may have been stopped, a redirect or a parameter may have changed the host."""
    if not _in_process_moto_is_active():
        loopback_url("{0.scheme}://{0.netloc}".format(urlsplit(request.url)))
