"""examples/season.json: it imports as it stands, and tickets of every ticket type of every event can be bought."""

from datetime import datetime, timedelta

from cli.demo.season import demo_season
from cli.importing.carrying_out import import_season
from cli.importing.rehearsal import rehearse
from cli.importing.season import Kind
from cli.importing.write_path import WritePath
from command_api.aggregates import SHOW
from command_api.loading import load
from domain.personal import Person
from domain.show.commands import BookSeats, PublishShow, Wanted
from domain.show.offer import Offer
from domain.show.state import Show
from domain.show.ticket import NewTicket
from eventstore.memory import MemoryStore

ANA = Person("Ana", "ana@example.org")


def while_on_sale(offer: Offer, starts_at: datetime) -> datetime:
    """A moment at which this ticket type is sold."""
    return offer.sales_from or min(starts_at, offer.sales_until or starts_at) - timedelta(hours=1)


def some_tickets(show: Show, offer: Offer) -> BookSeats:
    identities = tuple(NewTicket(f"{number}", "code") for number in range(offer.min_per_booking))
    wanted = (Wanted(offer.min_per_booking, offer.id),)
    now = while_on_sale(offer, show.details.starts_at)
    return BookSeats(show.details.show_id, "booking", "CODE", ANA, wanted, identities, now)


async def test_every_event_can_be_booked() -> None:
    season, store = demo_season(), MemoryStore()
    await rehearse(season, "season.json")
    imported = await import_season(season, WritePath("import", store))
    assert len(imported.resources[Kind.EVENT]) == len(season.events) >= 200
    for event in imported.resources[Kind.EVENT].values():
        show = await load(store, SHOW, event["id"])
        for fact in SHOW.decide(PublishShow(event["id"], show.details.at), show):
            show = SHOW.evolve(show, fact)
        for offer in show.offers.values():
            [fact] = SHOW.decide(some_tickets(show, offer), show)
            assert len(fact.tickets) == offer.min_per_booking, event["name"]
