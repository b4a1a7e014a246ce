"""House rules that no tool knows: what a file may be called, and what none of them may hold."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (
    "audit_api",
    "cli",
    "command_api",
    "domain",
    "eventstore",
    "projections",
    "query_api",
    "resources",
    "runtime",
)
DRAWERS = frozenset(
    {"util", "utils", "common", "helper", "helpers", "misc", "base", "manager", "service", "services"}
)
FOREIGN = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s\.org")

SOURCES = sorted(path for floor in (*FLOORS, "tests") for path in (ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_named_for_what_it_is(path: Path) -> None:
    assert not {path.stem, *(folder.name for folder in path.relative_to(ROOT).parents)} & DRAWERS


def test_no_file_names_a_registry() -> None:
    files = [
        *SOURCES,
        ROOT / "requirements.lock",
        ROOT / "pyproject.toml",
        ROOT / "dev.py",
        ROOT / "Dockerfile",
    ]
    assert [path.name for path in files if FOREIGN.search(path.read_text())] == []


def test_a_package_says_what_it_is_and_hands_nothing_on() -> None:
    inits = [path for path in SOURCES if path.name == "__init__.py"]
    assert [path for path in inits if "import " in path.read_text().split('"""')[-1]] == []
    assert [
        path for path in inits if "tests" not in path.parts and not path.read_text().startswith('"""')
    ] == []
