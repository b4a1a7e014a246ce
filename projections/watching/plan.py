"""The places that a show's plan has: how many in each part, and whether a seat is one of them."""

from domain.seating_plan import SEAT_SEPARATOR, Row, SeatingPlan


class WatchedPlan:
    """Takes no memory for a seat: rows are asked by their first and last number, or by their labels."""

    def __init__(self, plan: SeatingPlan) -> None:
        self.capacity = {area.name: area.capacity for area in plan.areas}
        self._rows: dict[str, Row] = {}
        self._labels: dict[str, frozenset[str]] = {}
        for section in plan.sections:
            self.capacity[section.name] = sum(row.seats or len(row.labels) for row in section.rows)
            for row in section.rows:
                name = f"{section.name}{SEAT_SEPARATOR}{row.name}"
                self._rows[name] = row
                self._labels[name] = frozenset(row.labels)

    def has(self, seat: str) -> bool:
        """Whether there is a seat of that name."""
        row_name, _, label = seat.rpartition(SEAT_SEPARATOR)
        row = self._rows.get(row_name)
        if row is None:
            return False
        if row.labels:
            return label in self._labels[row_name]
        # A number as `str` writes it, so that no seat has two names.
        return (
            label.isascii()
            and label.isdecimal()
            and label == str(int(label))
            and 1 <= int(label) <= row.seats
        )
