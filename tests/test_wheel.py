"""The wheel has all it needs: it runs outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LOOK = """
import cli.main, cli.demo.season, runtime.migrations
from cli.migrations import migration_sources
from cli.openapi import document
from runtime.migration_files import read_migrations
print(cli.main.__file__)
print(sum(len(read_migrations(source)) for source in migration_sources()))
print(len(cli.demo.season.demo_season().events))
print(len(document()))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, as it would lie in site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "installed")
    return folder / "installed"


def run(unpacked: Path, *arguments: str) -> str:
    # Its files are not the checkout's, so they are not measured with them.
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    environment.pop("COVERAGE_PROCESS_START", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked.parent,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_it_brings_its_migrations_its_season_and_its_document(unpacked: Path) -> None:
    where, migrations, events, document = run(unpacked, "-c", LOOK).split()
    assert Path(where).is_relative_to(unpacked)
    assert int(migrations) >= len(list(ROOT.glob("*/migrations/*.sql")))
    assert int(events) > 200
    assert int(document) > 100_000


def test_it_leaves_tests_and_tools_out(unpacked: Path) -> None:
    assert not [name for name in ("tests", "dev.py", "examples", "docs") if (unpacked / name).exists()]


def test_its_command_answers(unpacked: Path) -> None:
    assert "Commands:" in run(unpacked, "-m", "cli.main", "--help")
