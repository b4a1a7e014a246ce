"""docs/settings.md lists every setting with its default, and nothing else."""

import re
from pathlib import Path

import pytest

from runtime.settings import Settings, variable_of

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def rows() -> dict[str, tuple[str, str]]:
    return {name: (default, text) for name, default, text in ROW.findall(DOCUMENT.read_text("utf-8"))}


@pytest.mark.parametrize("field", Settings.model_fields)
def test_a_setting_is_documented_as_it_is(field: str) -> None:
    info = Settings.model_fields[field]
    documented_default, text = rows()[variable_of(field)]
    assert documented_default.strip("`") == shown(info.default)
    assert text == info.description


def shown(default: object) -> str:
    return "unset" if default in (None, ()) else str(default)


def test_nothing_is_documented_that_is_not_read() -> None:
    assert set(rows()) == {variable_of(field) for field in Settings.model_fields}
