"""docs/import.md: its example is a season that can be imported."""

import re
from pathlib import Path

from cli.importing.reading import parsed_season
from cli.importing.rehearsal import rehearse

PAGE = Path(__file__).parents[2] / "docs" / "import.md"


async def test_the_example_can_be_imported() -> None:
    example, _answer = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    season = parsed_season(example.encode(), PAGE.name)
    await rehearse(season, PAGE.name)
    assert (len(season.venues), len(season.ticket_types), len(season.events)) == (2, 1, 2)
