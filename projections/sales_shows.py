"""What statistics say about shows and venues themselves: their names, places and times."""

from datetime import datetime
from typing import Protocol

import msgspec

from domain.books.venue_key import venue_key
from domain.seating_plan import SeatingPlan
from domain.show.facts import (
    OfferChanged,
    OfferWithdrawn,
    SalesClosed,
    SalesReopened,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
    TicketTypeOffered,
)
from domain.venue.facts import VenueDetailsChanged, VenueOpened
from projections.batch import Batch
from projections.projector import Fold, On, Reads
from projections.table import Table


class TypeRow(msgspec.Struct, gc=False):
    """A ticket type by the last name it had here. One that was withdrawn stays: some of it may have been sold."""

    ticket_type_id: str
    name: str
    offered: bool


class ShowRow(msgspec.Struct, gc=False):
    """`venue_key` also tells venues apart that are known by name only. `on_sale_since` is the first time it went on
    sale. `currency` is the one of its prices. `owner_id` is the organiser whose it is, None the house.
    """

    show_id: str
    name: str
    venue_id: str | None
    venue_key: str
    venue_name: str
    city: str
    timezone: str
    starts_at: datetime
    status: str
    on_sale_since: datetime | None
    capacity: int
    part_names: list[str]
    part_capacities: list[int]
    ticket_types: list[TypeRow]
    currency: str
    owner_id: str | None


class VenueRow(msgspec.Struct, gc=False):
    venue_id: str
    name: str
    owner_id: str | None


def capacities(plan: SeatingPlan) -> list[int]:
    return [part.capacity for part in plan.parts]


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = ShowRow(
        fact.show_id, fact.name, fact.venue_id, venue_key(fact), fact.venue_name, fact.city, fact.timezone,
        fact.starts_at, "draft", None, fact.plan.capacity, list(fact.plan.part_names), capacities(fact.plan),
        [TypeRow(offer.id, offer.name, offered=True) for offer in fact.offers], fact.offers[0].price.currency,
        fact.owner_id,
    )  # fmt: skip
    batch[SHOWS].put(fact.show_id, row)


def published(batch: Batch, fact: ShowPublished) -> None:
    row = batch[SHOWS].change(fact.show_id)
    row.status, row.on_sale_since = "on_sale", row.on_sale_since or fact.at


class AboutShow(Protocol):
    @property
    def show_id(self) -> str: ...


def status(name: str) -> Fold:
    """The fold of a fact after which the show's status is `name`."""

    def fold(batch: Batch, fact: AboutShow) -> None:
        batch[SHOWS].change(fact.show_id).status = name

    return fold


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    batch[SHOWS].change(fact.show_id).name = fact.name


def plan_changed(batch: Batch, fact: ShowPlanChanged) -> None:
    row = batch[SHOWS].change(fact.show_id)
    row.capacity = fact.plan.capacity
    row.part_names, row.part_capacities = list(fact.plan.part_names), capacities(fact.plan)


def rescheduled(batch: Batch, fact: ShowRescheduled) -> None:
    batch[SHOWS].change(fact.show_id).starts_at = fact.starts_at


def offered(batch: Batch, fact: TicketTypeOffered | OfferChanged) -> None:
    """Once something was booked, all offers have one currency."""
    row, offer = batch[SHOWS].change(fact.show_id), fact.offer
    row.currency = offer.price.currency
    for known in row.ticket_types:
        if known.ticket_type_id == offer.id:
            known.name, known.offered = offer.name, True
            return
    row.ticket_types.append(TypeRow(offer.id, offer.name, offered=True))


def withdrawn(batch: Batch, fact: OfferWithdrawn) -> None:
    for known in batch[SHOWS].change(fact.show_id).ticket_types:
        if known.ticket_type_id == fact.ticket_type_id:
            known.offered = False


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    """Nothing of it was ever sold."""
    batch[SHOWS].remove(fact.show_id)


def venue_opened(batch: Batch, fact: VenueOpened) -> None:
    batch[VENUES].put(fact.venue_id, VenueRow(fact.venue_id, fact.name, fact.owner_id))


def venue_renamed(batch: Batch, fact: VenueDetailsChanged) -> None:
    batch[VENUES].change(fact.venue_id).name = fact.name


SHOWS = Table("sales_shows", ShowRow, key="show_id", versions="sales_shows_versions")
VENUES = Table("sales_venues", VenueRow, key="venue_id")
THIS: Reads = {SHOWS: "show_id"}

FOLDS: dict[type, On] = {
    VenueOpened: On(venue_opened),
    VenueDetailsChanged: On(venue_renamed, reads={VENUES: "venue_id"}),
    ShowScheduled: On(scheduled),
    ShowPublished: On(published, reads=THIS),
    SalesClosed: On(status("closed"), reads=THIS),
    SalesReopened: On(status("on_sale"), reads=THIS),
    ShowCancelled: On(status("cancelled"), reads=THIS),
    ShowDetailsChanged: On(details_changed, reads=THIS),
    ShowPlanChanged: On(plan_changed, reads=THIS),
    ShowRescheduled: On(rescheduled, reads=THIS),
    TicketTypeOffered: On(offered, reads=THIS),
    OfferChanged: On(offered, reads=THIS),
    OfferWithdrawn: On(withdrawn, reads=THIS),
    ShowDeleted: On(deleted),
}
