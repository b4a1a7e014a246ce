"""A seating plan: sections with rows of numbered seats, and general-admission areas with a capacity.

A seat is named `section/row/label` (`Stalls/A/12`), so none of the three may contain a slash.
"""

from collections import Counter
from collections.abc import Iterable

from domain.refusal import Refusal, Refused
from domain.value import Value

PLAN_CAPACITY_MAX = 250_000
SEAT_SEPARATOR = "/"


class Row(Value, frozen=True):
    """One row: `seats` numbered 1..n from the left, or odd `labels` in that order. Exactly one of the two is given.

    `accessible` are the labels of wheelchair places, `companions` those of the seats beside them.
    """

    name: str
    seats: int = 0
    labels: tuple[str, ...] = ()
    accessible: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return self.seats or len(self.labels)

    @property
    def all_labels(self) -> tuple[str, ...]:
        """Every label of the row, from the left."""
        return self.labels or tuple(str(number) for number in range(1, self.seats + 1))

    def label(self, index: int) -> str:
        """The label of the seat at `index`, counted from 0."""
        return self.labels[index] if self.labels else str(index + 1)


class Section(Value, frozen=True):
    """A block of rows, the one nearest the stage first."""

    name: str
    rows: tuple[Row, ...]

    @property
    def capacity(self) -> int:
        return sum(row.size for row in self.rows)


class Area(Value, frozen=True):
    """General admission: places without seats."""

    name: str
    capacity: int


class SeatingPlan(Value, frozen=True):
    """Where people can sit and stand. Section and area names are unique together."""

    sections: tuple[Section, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def capacity(self) -> int:
        return sum(part.capacity for part in self.parts)

    @property
    def parts(self) -> tuple[Section | Area, ...]:
        return (*self.sections, *self.areas)

    @property
    def part_names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)


class BadSeatingPlan(Refusal, frozen=True):
    """The plan contradicts itself; `problem` is one sentence that names the place."""

    problem: str


def general_admission(capacity: int, name: str = "General") -> SeatingPlan:
    """The plan of a house without numbered seats."""
    return SeatingPlan(areas=(Area(name, capacity),))


def check_plan(plan: SeatingPlan) -> None:
    """Refuse a plan in which a seat's name would be missing, ambiguous or beyond any house."""
    _check_names("The plan", "section or area", plan.part_names)
    for section in plan.sections:
        _check_names(f"Section {section.name}", "row", [row.name for row in section.rows])
        for row in section.rows:
            if bool(row.seats) == bool(row.labels):
                _bad(f"Row {row.name} of {section.name} must give either seats or labels.")
            if row.seats < 0:
                _bad(f"Row {row.name} of {section.name} cannot have {row.seats} seats.")
            where = f"Row {row.name} of {section.name}"
            _check_names(where, "seat", row.labels)
            kept = row.accessible + row.companions
            _check_names(where, "accessible or companion seat", kept)
            if kept and (missing := sorted(set(kept) - set(row.all_labels))):
                _bad(f"{where} has no seats {', '.join(missing)} to be accessible or companion seats.")
    for area in plan.areas:
        if area.capacity < 1:
            _bad(f"Area {area.name} must hold at least one place, not {area.capacity}.")
    if not 1 <= plan.capacity <= PLAN_CAPACITY_MAX:
        _bad(f"A plan holds between 1 and {PLAN_CAPACITY_MAX} places, this one {plan.capacity}.")


def _check_names(where: str, what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            _bad(f"{where} has more than one {what} named {name}.")
        if not name or SEAT_SEPARATOR in name:
            _bad(f"{where} has a {what} whose name is empty or contains a slash: {name!r}.")


def _bad(problem: str) -> None:
    raise Refused(BadSeatingPlan(problem))
