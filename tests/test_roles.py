"""docs/roles.md is what the operations declare."""

from pathlib import Path

from cli.roles import page

COMMITTED = Path(__file__).parents[1] / "docs" / "roles.md"


def test_the_committed_table_is_the_one_that_is_generated() -> None:
    assert COMMITTED.read_text("utf-8") == page(), "it is made by: python -m cli.roles docs/roles.md"
