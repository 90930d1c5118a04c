"""The wheel in a repository of a team that has a ``verify.py`` of its own: what is installed is all that is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
OWN = ("verify.py", "verify/__init__.py")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and a folder beside it."""

    programs: Path

    def run(self, program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "PYTHONPATH"))
        }
        # Nothing of AWS is to be asked, and nothing could be.
        environment |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
        command = [self.programs / program, *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The package as it is published, built from the files of this folder."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "verify", source / "verify", ignore=shutil.ignore_patterns("__pycache__"))
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=source,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = (source / "dist").glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    """A clean environment with the wheel. Its dependencies are those of this environment, without the package here."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False, symlinks=True)
    programs = place / "bin"
    paths = subprocess.run(
        [programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    library = Path(paths.stdout.strip())
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("_stack_verify", "stack_verify", "__editable__")) and path.suffix != ".pth":
            (library / path.name).symlink_to(path)
    with ZipFile(wheel) as file:
        file.extractall(library)
    _program(programs / "stack-verify", programs, "from stack_verify.__main__ import main")
    _program(programs / "pytest", programs, "from pytest import console_main as main")
    return Installed(programs)


def _program(path: Path, programs: Path, line: str) -> None:
    path.write_text(f"#!{programs / 'python'}\nimport sys\n{line}\nsys.exit(main())\n")
    path.chmod(0o755)


@pytest.fixture(params=OWN)
def repository(request, tmp_path) -> Path:
    """A repository whose own module has the name that the package once had."""
    module = tmp_path / request.param
    module.parent.mkdir(exist_ok=True)
    module.write_text("OURS = True\n")
    (tmp_path / "test_ours.py").write_text("import verify\ndef test_ours():\n    assert verify.OURS\n")
    (tmp_path / "conftest.py").write_text("")
    return tmp_path


def test_the_package_is_that_of_the_wheel(installed, tmp_path):
    told = installed.run("python", "-c", "import stack_verify; print(stack_verify.__file__)", cwd=tmp_path)
    assert Path(told.stdout.strip()).is_relative_to(installed.programs.parent), told.stderr


def test_the_tests_of_such_a_repository_run_as_if_it_were_not_installed(installed, repository):
    ran = installed.run("pytest", "-q", cwd=repository)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_version_catalogue_and_policy_are_told_there(installed, repository):
    version = installed.run("stack-verify", "--version", cwd=repository)
    assert (version.returncode, version.stdout[:13]) == (0, "stack-verify "), version.stderr
    controls = installed.run("stack-verify", "controls", cwd=repository)
    assert "rds-storage-encrypted" in controls.stdout, controls.stderr
    by_specification = installed.run("stack-verify", "controls", "--by-specification", cwd=repository)
    assert "164.312(a)(2)(iv)" in by_specification.stdout, by_specification.stderr
    for profile in ("hipaa", "hipaa-nprm", "hipaa-strict"):
        policy = installed.run("stack-verify", "policy", profile, cwd=repository)
        assert policy.returncode == 0, policy.stderr
    permissions = installed.run("stack-verify", "permissions", cwd=repository)
    assert "rds:DescribeDBInstances" in permissions.stdout, permissions.stderr


def test_a_snapshot_is_judged_there_with_every_report(installed, repository, snapshot):
    shutil.copy(snapshot, repository / "saved.json")
    ran = installed.run("stack-verify", "evaluate", "saved.json", "--report", "all", "--reports", "r", cwd=repository)
    assert ran.returncode == 0, ran.stderr
    assert (repository / "r/report.html").stat().st_size > 10_000


@pytest.mark.parametrize("program", [("pytest",), ("stack-verify", "run")])
def test_a_stack_is_verified_there(installed, repository, snapshot, prod, program):
    shutil.copy(prod.outputs, repository / "outputs.json")
    shutil.copy(snapshot, repository / "saved.json")
    ran = installed.run(*program, "outputs.json", "--snapshot", "saved.json", "--reports", "r", cwd=repository)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (repository / "r/report.html").is_file()
