"""The rows of a plan: made when a show is scheduled, found again when its plan changes, gone when it is deleted."""

from collections.abc import Iterator, Mapping

from domain.seating_plan import Row, SeatingPlan
from projections.batch import Batch
from projections.seat_map_tables import (
    ALLOTMENTS,
    FREE,
    PLANS,
    ROWS,
    SHOWS,
    AreaStock,
    PlanRow,
    SeatsRow,
    SectionOfPlan,
    ShowRow,
    row_id,
)


def make(batch: Batch, show_id: str, plan: SeatingPlan) -> None:
    """A show of which nothing is sold yet."""
    at = batch.position
    areas = [AreaStock(area.name, area.capacity, at) for area in plan.areas]
    batch[SHOWS].put(show_id, ShowRow(show_id, True, at, at, plan.capacity, 0, 0, 0, areas, {}))
    lay_out(batch, show_id, plan, {})


def change(batch: Batch, show: ShowRow, plan: SeatingPlan) -> None:
    """Every place that is somebody's or kept back is in the new plan, too, and stays in its state."""
    # Rows of the old plan, and no others: this batch may have loaded rows for facts that are still to come.
    known = batch[PLANS].read(show.show_id).row_ids
    old = {row_id: batch[ROWS].read(row_id) for row_id in known}
    for each in known:
        batch[ROWS].remove(each)
    lay_out(batch, show.show_id, plan, old)
    stocks = {area.name: area for area in show.areas}
    show.areas = [
        AreaStock(area.name, area.capacity, batch.position, was.held, was.sold, was.blocked)
        for area in plan.areas
        for was in [stocks.get(area.name) or AreaStock(area.name, 0, 0)]
    ]
    show.free = plan.capacity - show.held - show.sold - show.blocked
    show.plan_position = batch.position


def remove(batch: Batch, show_id: str) -> None:
    for each in batch[PLANS].read(show_id).row_ids:
        batch[ROWS].remove(each)
    for allotment_id in batch[SHOWS].read(show_id).allotments:
        batch[ALLOTMENTS].remove(allotment_id)
    batch[PLANS].remove(show_id)
    batch[SHOWS].remove(show_id)


def lay_out(batch: Batch, show_id: str, plan: SeatingPlan, old: Mapping[str, SeatsRow]) -> None:
    """The rows of `plan`, each seat in the state it has in `old`, or free."""
    sections: list[SectionOfPlan] = []
    number = 0
    for section in plan.sections:
        sections.append(SectionOfPlan(section.name, [row.name for row in section.rows]))
        for row in section.rows:
            key = row_id(show_id, section.name, row.name)
            labels = list(row.labels) or None
            seats = "".join(states(row, old.get(key)))
            batch[ROWS].put(key, SeatsRow(key, number, labels, seats, batch.position))
            number += 1
            for odd, of in (
                ("labels", row.labels),
                ("accessible", row.accessible),
                ("companions", row.companions),
            ):
                if of:
                    getattr(sections[-1], odd)[row.name] = list(of)
    batch[PLANS].put(show_id, PlanRow(show_id, sections))


def states(row: Row, old: SeatsRow | None) -> Iterator[str]:
    if old is None:
        yield FREE * row.size
        return
    labels = old.labels or [str(number) for number in range(1, len(old.seats) + 1)]
    known = dict(zip(labels, old.seats, strict=True))
    for label in row.all_labels:
        yield known.get(label, FREE)
