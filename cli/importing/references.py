"""Keys of a season file: each stands for one thing, and whatever is named is there."""

from collections.abc import Sequence

from cli.importing.bad_season import BadSeason
from cli.importing.season import AnyEntry, Season


def check_references(season: Season, name: str) -> None:
    """Raises `BadSeason` for a key that is used twice, or that is named and not there. `name` is the file's."""
    venues = _unique(season.venues, name)
    ticket_types = _unique(season.ticket_types, name)
    _unique(season.events, name)
    for entry in season.events:
        venue = entry.body.venue_id
        if venue is not None and venue not in venues:
            raise BadSeason(f"{name}, {entry.path}.venue", f'no venue of the file has the key "{venue}"')
        for place, offer in enumerate(entry.body.ticket_types or ()):
            kind = offer.ticket_type_id
            if kind is not None and kind not in ticket_types:
                raise BadSeason(
                    f"{name}, {entry.path}.ticket_types[{place}].ticket_type",
                    f'no ticket type of the file has the key "{kind}"',
                )


def _unique(entries: Sequence[AnyEntry], name: str) -> set[str]:
    """The keys of these entries."""
    first: dict[str, str] = {}
    for entry in entries:
        key = entry.body.key
        if key in first:
            raise BadSeason(
                f"{name}, {entry.path}.key",
                f'{first[key]} has the key "{key}" already: give this one another',
            )
        first[key] = entry.path
    return set(first)
