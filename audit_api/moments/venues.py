"""The venues of the catalogue, as they were."""

from typing import Any

from audit_api.moments.walk import Progress, walk
from domain.venue.facts import VenueDetailsChanged, VenueOpened
from eventstore.postgres.streams import PostgresStreams, SaidFact


class VenueThen:
    def __init__(self) -> None:
        self.venue_id: str | None = None
        self.name = ""

    def fold(self, _recorded: SaidFact, fact: Any) -> None:
        if isinstance(fact, VenueOpened | VenueDetailsChanged):
            self.venue_id, self.name = fact.venue_id, fact.name


async def venues_then(streams: PostgresStreams, upto: int, progress: Progress) -> dict[str, str]:
    """Their names, by id. Raises what `walk` does."""
    found = walk(streams, "venue-", upto, VenueThen, progress)
    return {venue.venue_id: venue.name async for venue in found if venue.venue_id is not None}
