"""The rows behind `seat_map`: one for each row of seats, and one each for a show, its plan, a booking, an allotment."""

from datetime import datetime

import msgspec

from domain.seating_plan import SEAT_SEPARATOR
from projections.table import Table

FREE, HELD, SOLD, BLOCKED = "f", "h", "s", "b"
COUNTS = {FREE: "free", HELD: "held", SOLD: "sold", BLOCKED: "blocked"}


class SeatsRow(msgspec.Struct, gc=False):
    """A row of seats from the left, `seats` with a character for each. `labels` are given where they are not 1..n."""

    row_id: str
    number: int
    labels: list[str] | None
    seats: str
    position: int

    def index(self, label: str) -> int:
        return int(label) - 1 if self.labels is None else self.labels.index(label)


class AreaStock(msgspec.Struct, gc=False):
    """General admission. `position` is that of the last fact that moved a place here."""

    name: str
    capacity: int
    position: int
    held: int = 0
    sold: int = 0
    blocked: int = 0

    def count(self, state: str, by: int) -> None:
        """So many places more, or fewer, in that state. What is free is the rest."""
        if state != FREE:
            name = COUNTS[state]
            setattr(self, name, getattr(self, name) + by)


class ShowRow(msgspec.Struct, gc=False):
    """The counts are over all seats and areas. `allotments` says for each that has not been released how many places of
    which areas it still keeps; its seats are marked in their rows.
    """

    show_id: str
    draft: bool
    position: int
    plan_position: int
    free: int
    held: int
    sold: int
    blocked: int
    areas: list[AreaStock]
    allotments: dict[str, dict[str, int]]

    def count(self, state: str, by: int) -> None:
        """So many places more, or fewer, in that state."""
        name = COUNTS[state]
        setattr(self, name, getattr(self, name) + by)

    def area(self, name: str) -> AreaStock:
        return next(area for area in self.areas if area.name == name)


class SectionOfPlan(msgspec.Struct, omit_defaults=True, gc=False):
    """`rows` from the stage. `labels` are those of odd rows, by row; so are those of `accessible` and `companions`."""

    name: str
    rows: list[str]
    labels: dict[str, list[str]] = {}
    accessible: dict[str, list[str]] = {}
    companions: dict[str, list[str]] = {}


class PlanRow(msgspec.Struct, gc=False):
    show_id: str
    sections: list[SectionOfPlan]

    @property
    def row_ids(self) -> list[str]:
        return [row_id(self.show_id, part.name, row) for part in self.sections for row in part.rows]


class Place(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a ticket takes up. `name` is a seat's, which has slashes, or an area's, which has none."""

    ticket_id: str
    name: str
    allotment_id: str | None = None

    @property
    def is_seat(self) -> bool:
        return SEAT_SEPARATOR in self.name


class BookingRow(msgspec.Struct, gc=False):
    """`places` are those of its tickets that have not been cancelled, whether or not the booking still stands."""

    booking_id: str
    show_id: str
    status: str
    expires_at: datetime | None
    places: list[Place]


class AllotmentRow(msgspec.Struct, gc=False):
    allotment_id: str
    show_id: str
    release_at: datetime | None
    seats: list[str]


def row_id(show_id: str, section: str, row: str) -> str:
    return SEAT_SEPARATOR.join((show_id, section, row))


def row_of(show_id: str, seat: str) -> str:
    """The key of the row that a seat is in."""
    return f"{show_id}{SEAT_SEPARATOR}{seat.rpartition(SEAT_SEPARATOR)[0]}"


ROWS = Table("seat_map_rows", SeatsRow, key="row_id")
SHOWS = Table("seat_map_shows", ShowRow, key="show_id")
PLANS = Table("seat_map_plans", PlanRow, key="show_id")
BOOKINGS = Table("seat_map_bookings", BookingRow, key="booking_id")
ALLOTMENTS = Table("seat_map_allotments", AllotmentRow, key="allotment_id")
