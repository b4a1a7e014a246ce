"""Which places of a show are free. A 60,000-seat house costs a byte a seat here, not an object."""

from collections.abc import Iterable

from domain.journal import Journal
from domain.seating_plan import SEAT_SEPARATOR, Row, SeatingPlan
from domain.show.ticket import Ticket

FREE = 0
TAKEN = 1


class RowOfSeats:
    """One row and, for each seat from the left, whether it is FREE or TAKEN."""

    __slots__ = ("_labels", "flags", "prefix", "row")

    def __init__(self, section: str, row: Row) -> None:
        self.row = row
        self.flags = bytearray(row.size)
        self.prefix = f"{section}{SEAT_SEPARATOR}{row.name}{SEAT_SEPARATOR}"
        self._labels = {label: index for index, label in enumerate(row.labels)}

    def index(self, label: str) -> int | None:
        """Where the seat with this label is, counted from 0; None when the row has no such seat."""
        if self._labels:
            return self._labels.get(label)
        # Only the plain decimal form is a label: "07" or "٧" would give a seat two names.
        if not (label.isascii() and label.isdecimal()) or label[0] == "0" or len(label) > 6:
            return None
        return int(label) - 1 if int(label) <= self.row.size else None

    def seat(self, index: int) -> str:
        """The name of the seat at `index`."""
        return self.prefix + self.row.label(index)


class Places:
    """Every place of one show. `free` counts, per section or area, what nobody holds or owns."""

    __slots__ = ("_journal", "free", "rows")

    def __init__(self, plan: SeatingPlan, journal: Journal) -> None:
        self._journal = journal
        self.free = {part.name: part.capacity for part in plan.parts}
        self.rows = {
            section.name: {row.name: RowOfSeats(section.name, row) for row in section.rows}
            for section in plan.sections
        }

    def locate(self, seat: str) -> tuple[str, RowOfSeats, int] | None:
        """The section, row and index of a seat's name; None when the plan has no such seat."""
        parts = seat.split(SEAT_SEPARATOR)
        if len(parts) != 3:
            return None
        row = self.rows.get(parts[0], {}).get(parts[1])
        index = row.index(parts[2]) if row else None
        return None if row is None or index is None else (parts[0], row, index)

    def is_free(self, seat: str) -> bool:
        """Whether nobody holds or owns this seat of the plan."""
        located = self.locate(seat)
        return located is not None and located[1].flags[located[2]] == FREE

    def can_take(self, tickets: Iterable[Ticket]) -> bool:
        """Whether all places of `tickets` are free at once."""
        standing: dict[str, int] = {}
        for ticket in tickets:
            if ticket.seat is not None:
                if not self.is_free(ticket.seat):
                    return False
            elif ticket.area is not None:
                standing[ticket.area] = standing.get(ticket.area, 0) + 1
        return all(count <= self.free[area] for area, count in standing.items())

    def take(self, ticket: Ticket) -> None:
        self._mark(ticket, TAKEN)

    def release(self, ticket: Ticket) -> None:
        self._mark(ticket, FREE)

    def _mark(self, ticket: Ticket, flag: int) -> None:
        part = ticket.area
        if ticket.seat is not None:
            located = self.locate(ticket.seat)
            if located is None:
                raise LookupError(f"the log names a seat that its plan does not have: {ticket.seat}")
            part, row, index = located
            self._journal.flag(row.flags, index, flag)
        if part is not None:
            self._journal.put(self.free, part, self.free[part] + (1 if flag == FREE else -1))
