"""venues: which houses are there, and how are they seated?"""

from datetime import datetime
from typing import Any

import msgspec

from domain.seating_plan import Row, SeatingPlan
from domain.venue.facts import VenueClosed, VenueDetailsChanged, VenueOpened, VenueSeatingPlanChanged
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table


class VenueRow(msgspec.Struct, gc=False):
    """`seating_plan` is as the API gives it. `owner_id` is the organiser whose it is, None the house."""

    venue_id: str
    name: str
    address: str
    city: str
    timezone: str
    capacity: int
    seating_plan: dict[str, Any]
    status: str
    created_at: datetime
    owner_id: str | None


def opened(batch: Batch, fact: VenueOpened) -> None:
    row = VenueRow(
        fact.venue_id,
        fact.name,
        fact.address,
        fact.city,
        fact.timezone,
        fact.plan.capacity,
        shape(fact.plan),
        "open",
        fact.at,
        fact.owner_id,
    )
    batch[VENUES].put(fact.venue_id, row)


def details_changed(batch: Batch, fact: VenueDetailsChanged) -> None:
    row = batch[VENUES].change(fact.venue_id)
    row.name, row.address, row.city, row.timezone = fact.name, fact.address, fact.city, fact.timezone


def plan_changed(batch: Batch, fact: VenueSeatingPlanChanged) -> None:
    row = batch[VENUES].change(fact.venue_id)
    row.capacity, row.seating_plan = fact.plan.capacity, shape(fact.plan)


def closed(batch: Batch, fact: VenueClosed) -> None:
    batch[VENUES].change(fact.venue_id).status = "closed"


def shape(plan: SeatingPlan) -> dict[str, Any]:
    return {
        "sections": [
            {"name": part.name, "rows": [row_shape(row) for row in part.rows]} for part in plan.sections
        ],
        "areas": [{"name": area.name, "capacity": area.capacity} for area in plan.areas],
    }


def row_shape(row: Row) -> dict[str, Any]:
    body: dict[str, Any] = (
        {"name": row.name, "labels": row.labels} if row.labels else {"name": row.name, "seats": row.seats}
    )
    if row.accessible:
        body["accessible"] = row.accessible
    if row.companions:
        body["companions"] = row.companions
    return body


VENUES = Table("venues", VenueRow, key="venue_id")
THIS: Reads = {VENUES: "venue_id"}

PROJECTOR = Projector(
    "venues",
    version=4,
    tables=(VENUES,),
    folds={
        VenueOpened: On(opened),
        VenueDetailsChanged: On(details_changed, reads=THIS),
        VenueSeatingPlanChanged: On(plan_changed, reads=THIS),
        VenueClosed: On(closed, reads=THIS),
    },
)
