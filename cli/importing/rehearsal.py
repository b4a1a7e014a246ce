"""Import into a log in memory first: whatever the rules refuse comes to light before anything is written."""

from cli.importing.bad_season import BadSeason
from cli.importing.carrying_out import import_season
from cli.importing.season import Season
from cli.importing.write_path import WritePath
from eventstore.memory import MemoryStore


async def rehearse(season: Season, name: str) -> None:
    """Raises `BadSeason` for the first entry that the rules refuse. `name` is the file's."""
    path = WritePath("rehearsal", MemoryStore())
    refused = (await import_season(season, path)).refused
    await path.close()
    if refused:
        order = {entry.path: place for place, entry in enumerate(season)}
        # An event of a refused venue is refused as well: the venue, which stands before it, is what to tell of.
        first = min(refused, key=lambda one: order[one.entry.path])
        raise BadSeason(f"{name}, {first.entry.path}", first.sentence.rstrip("."), len(refused) - 1)
