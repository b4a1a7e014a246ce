"""A season that has been read: each entry with its key, its place in the file, and what identifies its content."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from cli.importing.season_body import EventEntry, TicketTypeEntry, VenueEntry

B = TypeVar("B", bound=VenueEntry | TicketTypeEntry | EventEntry)


class Kind(StrEnum):
    """What an entry makes. The names are part of idempotency keys: never rename one."""

    VENUE = "venue"
    TICKET_TYPE = "ticket type"
    EVENT = "event"


@dataclass(frozen=True)
class Entry(Generic[B]):
    """`path` is the place in the file (`$.events[3]`); `fingerprint` is of the entry as the file has it, white space
    and the order of fields aside.
    """

    kind: Kind
    path: str
    body: B
    fingerprint: bytes

    @property
    def idempotency_key(self) -> str:
        return f"{self.kind.value} {self.body.key}"

    def __str__(self) -> str:
        return f'{self.kind.value} "{self.body.key}"'


AnyEntry = Entry[VenueEntry] | Entry[TicketTypeEntry] | Entry[EventEntry]


@dataclass(frozen=True)
class Season:
    venues: tuple[Entry[VenueEntry], ...]
    ticket_types: tuple[Entry[TicketTypeEntry], ...]
    events: tuple[Entry[EventEntry], ...]

    def __len__(self) -> int:
        return len(self.venues) + len(self.ticket_types) + len(self.events)

    def __iter__(self) -> Iterator[AnyEntry]:
        """Every entry, what others refer to first."""
        yield from self.venues
        yield from self.ticket_types
        yield from self.events
