"""Keeps what runs in this process from reaching anything but this machine."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

INTERNET = (socket.AF_INET, socket.AF_INET6)
NAMES = ("localhost", "localhost.localdomain", socket.gethostname())


@contextmanager
def loopback_only() -> Iterator[None]:
    """Inside the block this machine has no network but its own: no name is found, and nothing else can be reached.

    What a test does of the kind ends as on a machine that is cut off, and so is the same everywhere. Processes that a
    test starts are not watched: their environment gives them an endpoint on this machine.
    """
    with pytest.MonkeyPatch.context() as patched:
        for name in ("connect", "connect_ex"):
            patched.setattr(socket.socket, name, _watched(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def getaddrinfo(host, *arguments, **named):
            if not _is_local(host) and not _is_address(host):
                raise socket.gaierror(socket.EAI_NONAME, f"{host}: tests look up names of this machine only")
            return look_up(host, *arguments, **named)

        patched.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


def _watched(method):
    def watched(self, address):
        # A connected datagram socket sends nothing.
        if self.family in INTERNET and self.type != socket.SOCK_DGRAM and not _is_local(address[0]):
            raise OSError(errno.ENETUNREACH, f"{address[0]}: tests reach this machine only")
        return method(self, address)

    return watched


def _is_local(host) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name in NAMES:
        return True
    return _is_address(name) and any((_address(name).is_loopback, _address(name).is_unspecified))


def _is_address(host) -> bool:
    """Whether nobody need be asked for the address."""
    try:
        return bool(_address(host))
    except ValueError:
        return False


def _address(host):
    name = host.decode() if isinstance(host, bytes) else host
    return ip_address(name.partition("%")[0])
