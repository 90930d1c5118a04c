"""The root of the repository: what its ``conftest.py`` does for our tests, it does for nothing else there."""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from support.running import pytest as pytest_run

ROOT = Path(__file__).parents[2]
# What a verification may not find changed: it reports what is loaded, and connects to where the guard would not let it.
WITNESS = """
import socket, sys
import pytest

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    loaded = sorted(name for name in ("hypothesis", "support.loopback", "support.hand_made") if name in sys.modules)
    print("LOADED", loaded, socket.socket.connect.__module__ if hasattr(socket.socket.connect, "__module__") else None)
"""


def test_no_test_of_ours_reaches_the_network_or_a_name_beyond_this_machine():
    with pytest.raises(OSError, match="tests reach this machine only") as refused:
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    assert refused.value.errno == errno.ENETUNREACH
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("sts.amazonaws.com", 443)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.fixture
def root(tmp_path) -> Path:
    """A copy of the root as a user has it, with a test of the user's own in it."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "witness.py").write_text(WITNESS)
    return tmp_path


def test_a_run_of_outputs_there_is_not_guarded_and_imports_nothing_of_the_tests(root, prod):
    shutil.copy(prod.outputs, root / "outputs/flat-outputs.json")
    (root / "test_own.py").write_text(
        "import socket\n"
        "def test_own(snapshot):\n"
        "    assert 'loopback' not in str(socket.socket.connect)\n"
        "    assert socket.getaddrinfo.__module__ == 'socket'\n"
    )
    for own in ((), ("test_own.py",)):
        ran = pytest_run(
            *("outputs/flat-outputs.json", *own, "-p", "witness", "-s", "--report", "json"),
            environment={**prod.environment(), "PYTHONPATH": f"{root}:{ROOT}/verify"},
            cwd=root,
        )
        assert ran.status == 0, ran.out + ran.err
        assert "LOADED [] None" in ran.out
    assert (root / "outputs/reports/results.json").exists()


def test_the_folder_of_outputs_is_there_and_git_ignores_what_is_put_in():
    assert (ROOT / "outputs/README.md").is_file()
    if not (ROOT / ".git").exists():
        pytest.skip("no clone")
    ignored = subprocess.run(["git", "check-ignore", "-q", "outputs/flat-outputs.json"], cwd=ROOT, check=False)
    kept = subprocess.run(["git", "check-ignore", "-q", "outputs/README.md"], cwd=ROOT, check=False)
    assert (ignored.returncode, kept.returncode) == (0, 1)
