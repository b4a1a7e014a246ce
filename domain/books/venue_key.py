"""How statistics tell venues apart."""

from hashlib import md5
from uuid import UUID

from domain.show.facts import ShowScheduled


def venue_key(fact: ShowScheduled) -> str:
    """The venue's id, or one made of the name of a venue that is known by that only."""
    if fact.venue_id is not None:
        return fact.venue_id
    return str(UUID(bytes=md5(fact.venue_name.encode(), usedforsecurity=False).digest()))
