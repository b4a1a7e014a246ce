"""What one show has sold, by ticket type, period and currency, as far as it is asked about."""

from datetime import datetime
from typing import Any

from audit_api.moments.books import ShowBooks, Sums
from audit_api.moments.question import Question
from eventstore.postgres.streams import SaidFact

Slot = tuple[str, datetime | None, str]
"""Ticket type, beginning of the period, currency. Where nobody asks for types or periods, there is one of each."""


class SoldShow:
    """A show, its sums by slot, and which types it has sold at any time."""

    def __init__(self, question: Question) -> None:
        self.books = ShowBooks()
        self.sums: dict[Slot, Sums] = {}
        self.types: set[str] = set()
        self._question = question
        self._period: tuple[datetime, datetime] | None = None

    def fold(self, _recorded: SaidFact, fact: Any) -> None:
        question = self._question
        for posting in self.books.fold(fact):
            type_id = posting.line.ticket_type_id
            if question.ticket_type_id is not None and type_id != str(question.ticket_type_id):
                continue
            self.types.add(type_id)
            # What goes from customer to customer is neither sold nor given back.
            if posting.kind == "transferred" or not question.is_when(fact.at):
                continue
            kind = type_id if question.group_by == "ticket_type" else ""
            slot = (kind, self._start(fact.at), posting.currency)
            self.sums.setdefault(slot, Sums()).add(posting.line)

    def _start(self, at: datetime) -> datetime | None:
        """When the period began. One fact after the other is mostly in the same."""
        calendar = self._question.calendar
        if calendar is None:
            return None
        if self._period is None or not self._period[0] <= at < self._period[1]:
            start = calendar.start(at)
            self._period = start, calendar.following(start)
        return self._period[0]
