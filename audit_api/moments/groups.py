"""The sums of all shows by event, venue or ticket type, and what each of these is called."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from audit_api.moments.books import ShowBooks, Sums
from audit_api.moments.question import Question
from audit_api.moments.sold_show import SoldShow
from resources.sums import event_group, named_group, sold_shape

EVER = datetime.min.replace(tzinfo=UTC)


class Groups:
    """The sums of all shows by group, and what each group is called."""

    def __init__(self, question: Question, venues: dict[str, str]) -> None:
        self._question = question
        self._venues = venues
        self._sums: dict[tuple[str, datetime | None, str], Sums] = {}
        self._named: dict[str, dict[str, Any]] = {}
        self._named_by: dict[str, str] = {}

    def add(self, show: SoldShow) -> None:
        books = show.books
        for (type_id, start, currency), sums in show.sums.items():
            key = self._key(books, type_id)
            self._sums.setdefault((key, start, currency), Sums()).add_all(sums)
        self._name(show)

    def _key(self, books: ShowBooks, type_id: str) -> str:
        match self._question.group_by:
            case "event":
                return books.show.details.show_id
            case "venue":
                return books.venue_key
            case _:
                return type_id

    def _name(self, show: SoldShow) -> None:
        match self._question.group_by:
            case "event":
                self._name_event(show)
            case "venue":
                self._name_venue(show)
            case "ticket_type":
                self._name_types(show)
            case _:
                pass

    def _name_event(self, show: SoldShow) -> None:
        details = show.books.show.details
        self._named[details.show_id] = event_group(
            {
                "id": details.show_id,
                "name": details.name,
                "venue_name": details.venue_name,
                "starts_at": details.starts_at,
            }
        )

    def _name_venue(self, show: SoldShow) -> None:
        """Of a venue without a record the name is all there is."""
        details = show.books.show.details
        name = self._venues.get(details.venue_id or "", details.venue_name)
        self._named[show.books.venue_key] = named_group({"id": details.venue_id, "name": name})

    def _name_types(self, show: SoldShow) -> None:
        """Each show has a name of its own for it: that of the one with the lowest id is told."""
        show_id = show.books.show.details.show_id
        for type_id in show.types:
            if show_id <= self._named_by.get(type_id, show_id):
                self._named_by[type_id] = show_id
                self._named[type_id] = named_group({"id": type_id, "name": show.books.types[type_id]})

    def rows(self) -> Iterator[dict[str, Any]]:
        """The shapes of `resources.statistics.Revenue`, by group, period and currency, where there were any sales."""
        group_by, question = self._question.group_by, self._question
        for (key, start, currency), sums in sorted(self._sums.items(), key=_place):
            if sums.sold > 0 or sums.returned > 0:
                group: dict[str, Any] = {} if group_by is None else {group_by: self._named[key]}
                sold = {
                    "bookings": sums.bookings_of_type if question.by_type else sums.bookings,
                    "tickets": sums.sold - sums.returned,
                    "gross": sums.gross,
                    "refunded": sums.refunded,
                }
                yield {**group, "period": question.period(start), **sold_shape(sold, currency)}

    def __len__(self) -> int:
        return len(self._sums)


def _place(item: tuple[tuple[str, datetime | None, str], Sums]) -> tuple[str, datetime, str]:
    key, start, currency = item[0]
    return key, start or EVER, currency
