"""Which places of a show are free. A 60,000-seat house costs a byte a seat here, not an object."""

from collections import Counter
from collections.abc import Container, Iterable

from domain.journal import Journal
from domain.seating_plan import SEAT_SEPARATOR, Row, SeatingPlan
from domain.show.allotment import Allotment
from domain.show.ticket import Ticket

FREE = 0
TAKEN = 1
KEPT = 2


class RowOfSeats:
    """One row and, for each seat from the left, whether it is FREE, TAKEN or KEPT back by an allotment.

    `accessible` and `companions` are the indexes of wheelchair places and of the seats beside them.
    """

    __slots__ = ("_labels", "accessible", "companions", "flags", "prefix", "row")

    def __init__(self, section: str, row: Row) -> None:
        self.row = row
        self.flags = bytearray(row.size)
        self.prefix = f"{section}{SEAT_SEPARATOR}{row.name}{SEAT_SEPARATOR}"
        self._labels = {label: index for index, label in enumerate(row.labels)}
        self.accessible = frozenset(
            index for label in row.accessible if (index := self.index(label)) is not None
        )
        self.companions = frozenset(
            index for label in row.companions if (index := self.index(label)) is not None
        )

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
    """Every place of one show. Per section or area, `free` counts what nobody has and `kept` what allotments keep.

    `allotted` says which allotment keeps a seat, `shares` how many places of an area an allotment has left.
    """

    __slots__ = ("_journal", "allotted", "free", "kept", "rows", "shares")

    def __init__(self, plan: SeatingPlan, journal: Journal) -> None:
        self._journal = journal
        self.free = {part.name: part.capacity for part in plan.parts}
        self.kept: dict[str, int] = {}
        self.allotted: dict[str, str] = {}
        self.shares: dict[tuple[str, str], int] = {}
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
        """Whether nobody holds, owns or keeps back this seat of the plan."""
        located = self.locate(seat)
        return located is not None and located[1].flags[located[2]] == FREE

    def is_for_wheelchairs(self, seat: str | None) -> bool:
        """Whether it is a wheelchair place or a companion seat."""
        located = self.locate(seat) if seat is not None else None
        return located is not None and located[2] in located[1].accessible | located[1].companions

    def can_take(self, tickets: Iterable[Ticket]) -> bool:
        """Whether all places of `tickets` could be taken at once, as general sale or from the allotment they name."""
        areas: Counter[tuple[str, str | None]] = Counter()
        for ticket in tickets:
            if ticket.seat is not None:
                if not self._may_take(ticket.seat, ticket.allotment_id):
                    return False
            elif ticket.area is not None:
                areas[ticket.area, self._active(ticket)] += 1
        return all(count <= self._room(area, allotment_id) for (area, allotment_id), count in areas.items())

    def _may_take(self, seat: str, allotment_id: str | None) -> bool:
        kept_by = self.allotted.get(seat)
        return self.is_free(seat) or (kept_by is not None and kept_by == allotment_id)

    def _room(self, area: str, allotment_id: str | None) -> int:
        return self.free.get(area, 0) if allotment_id is None else self.shares.get((allotment_id, area), 0)

    def _active(self, ticket: Ticket) -> str | None:
        """The allotment of a ticket for an area, as long as it keeps anything there."""
        share = (ticket.allotment_id or "", ticket.area or "")
        return ticket.allotment_id if share in self.shares else None

    def take(self, ticket: Ticket) -> None:
        """The ticket's place is somebody's from now on."""
        if ticket.seat is not None:
            section, row, index = self._located(ticket.seat)
            kept = row.flags[index] == KEPT
            self._journal.flag(row.flags, index, TAKEN)
            self._count(self.kept if kept else self.free, section, -1)
            if kept:
                self._journal.remove(self.allotted, ticket.seat)
        elif ticket.area is not None:
            allotment_id = self._active(ticket)
            if allotment_id is None:
                self._count(self.free, ticket.area, -1)
            else:
                self._count_share(allotment_id, ticket.area, -1)

    def release(self, ticket: Ticket, active: Container[str | None]) -> None:
        """The ticket's place is nobody's: back to its allotment while that is one of the `active` ones, else free."""
        kept_by = ticket.allotment_id if ticket.allotment_id in active else None
        if ticket.seat is not None:
            section, row, index = self._located(ticket.seat)
            self._journal.flag(row.flags, index, FREE if kept_by is None else KEPT)
            self._count(self.free if kept_by is None else self.kept, section, 1)
            if kept_by is not None:
                self._journal.put(self.allotted, ticket.seat, kept_by)
        elif ticket.area is not None:
            if kept_by is None:
                self._count(self.free, ticket.area, 1)
            else:
                self._count_share(kept_by, ticket.area, 1)

    def keep(self, allotment: Allotment) -> None:
        """Keep the allotment's places back; all of them are free."""
        for seat in allotment.seats:
            section, row, index = self._located(seat)
            self._journal.flag(row.flags, index, KEPT)
            self._journal.put(self.allotted, seat, allotment.id)
            self._count(self.free, section, -1)
            self._count(self.kept, section, 1)
        for share in allotment.areas:
            self._count(self.free, share.area, -share.quantity)
            self._count_share(allotment.id, share.area, share.quantity)

    def let_go(self, allotment: Allotment) -> None:
        """What the allotment still keeps is free."""
        for seat in allotment.seats:
            if self.allotted.get(seat) == allotment.id:
                section, row, index = self._located(seat)
                self._journal.flag(row.flags, index, FREE)
                self._journal.remove(self.allotted, seat)
                self._count(self.kept, section, -1)
                self._count(self.free, section, 1)
        for share in allotment.areas:
            left = self.shares.get((allotment.id, share.area), 0)
            self._count(self.free, share.area, left)
            self._count(self.kept, share.area, -left)
            self._journal.remove(self.shares, (allotment.id, share.area))

    def _located(self, seat: str) -> tuple[str, RowOfSeats, int]:
        located = self.locate(seat)
        if located is None:
            raise LookupError(f"the log names a seat that its plan does not have: {seat}")
        return located

    def _count(self, counts: dict[str, int], part: str, by: int) -> None:
        self._journal.put(counts, part, counts.get(part, 0) + by)

    def _count_share(self, allotment_id: str, area: str, by: int) -> None:
        self._count(self.kept, area, by)
        self._journal.put(self.shares, (allotment_id, area), self.shares.get((allotment_id, area), 0) + by)
