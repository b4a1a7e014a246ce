"""What is asked about revenue: of what, when, and by what it is to be told apart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from audit_api.moments.books import ShowBooks
from runtime.calendar import Calendar
from runtime.folding import fold

GroupBy = Literal["event", "venue", "ticket_type"]


@dataclass(frozen=True)
class Question:
    """What is asked about: `begin` is in it, `end` is not."""

    group_by: GroupBy | None = None
    calendar: Calendar | None = None
    begin: datetime | None = None
    end: datetime | None = None
    event_id: UUID | None = None
    venue_id: UUID | None = None
    ticket_type_id: UUID | None = None
    city: str | None = None

    @property
    def by_type(self) -> bool:
        return self.group_by == "ticket_type" or self.ticket_type_id is not None

    def is_about(self, books: ShowBooks) -> bool:
        """Whether it is about this show."""
        return (self.venue_id is None or books.venue_key == str(self.venue_id)) and (
            self.city is None or fold(books.show.details.city) == fold(self.city)
        )

    def is_when(self, at: datetime) -> bool:
        return (self.begin is None or self.begin <= at) and (self.end is None or at < self.end)

    def period(self, start: datetime | None) -> dict[str, Any] | None:
        """The shape of `resources.statistics.Period`, of the one that begins at `start`."""
        if self.calendar is None or start is None:
            return None
        begin, end = start, self.calendar.following(start)
        begin, end = max(begin, self.begin or begin), min(end, self.end or end)
        return {"from": begin, "to": end, "label": self.calendar.label(begin)}
