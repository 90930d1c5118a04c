"""Connections to AWS: all clients of a run share one TLS context, which has loaded the certificate authorities once."""

from __future__ import annotations

import ssl
from typing import Any

from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session, create_urllib3_context, get_cert_path
from urllib3 import PoolManager


class Connections(URLLib3Session):  # type: ignore[misc] # botocore has no types
    """What a client sends with, with its own settings (proxies, certificates, timeouts) and the run's TLS context.

    botocore's own reads the bundle of authorities at each new connection, which takes longer than the handshake.
    ``hosts`` is how many hosts connections are kept to: each bucket is a host of its own, and urllib3 keeps ten.
    """

    def __init__(self, own: URLLib3Session, context: ssl.SSLContext, hosts: int) -> None:
        # Not made anew: its settings have been worked out by botocore from all that a caller can set.
        self.__dict__.update(vars(own))
        self._shared = context
        self._hosts = hosts
        self._manager = PoolManager(**self._get_pool_manager_kwargs())
        self._manager.pool_classes_by_scheme = self._pool_classes_by_scheme

    def _get_pool_manager_kwargs(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - urllib3's settings
        settings = super()._get_pool_manager_kwargs(**more)
        return {**settings, "ssl_context": self._shared, "num_pools": self._hosts}

    def _setup_ssl_cert(self, conn: Any, _url: str, _verify: bool | str) -> None:  # noqa: ANN401 - urllib3's pool
        # The context holds the authorities; what is named here would be loaded again.
        conn.cert_reqs, conn.ca_certs = "CERT_REQUIRED", None


class TlsContexts:
    """The contexts of a run by the bundle of authorities, which is one unless services have bundles of their own."""

    def __init__(self) -> None:
        self._of_bundle: dict[str, ssl.SSLContext] = {}

    def share(self, client: Any, hosts: int) -> None:  # noqa: ANN401 - boto3's clients are made at run time
        """Makes ``client`` connect with the run's context. One that is to believe any certificate is left alone.

        So is a client that is not botocore's: it has connections of its own, or none.
        """
        if not isinstance(client, BaseClient):
            return
        endpoint = client._endpoint  # noqa: SLF001 - botocore has no other way to it once a client is made
        own = endpoint.http_session
        if type(own) is URLLib3Session and own._verify:  # noqa: SLF001
            endpoint.http_session = Connections(own, self._context(get_cert_path(own._verify)), hosts)  # noqa: SLF001

    def _context(self, bundle: str) -> ssl.SSLContext:
        if bundle not in self._of_bundle:
            context = create_urllib3_context()
            context.load_verify_locations(cafile=bundle)
            self._of_bundle[bundle] = context
        return self._of_bundle[bundle]
