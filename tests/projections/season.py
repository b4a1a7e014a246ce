"""Facts of a small season, for tests that need some to read."""

from datetime import datetime, timedelta

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.facts import SeatsBooked, SeatsHeld, ShowFact, ShowPublished, ShowScheduled
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from domain.ticket_type.facts import TicketTypeAdded
from domain.venue.facts import VenueOpened
from runtime.ids import new_id
from tests.projections.writing import NOON

PLAN = SeatingPlan(
    (Section("Stalls", (Row("A", 4), Row("B", labels=("1", "2", "3A")))),), (Area("Gallery", 10),)
)
ANA = Person("Ana Ruiz", "ana@example.org", "01a201e2-0000-7000-8000-00000000000a")


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def venue(name: str = "Teatro Regio", venue_id: str | None = None) -> VenueOpened:
    return VenueOpened(venue_id or new_id(), name, "Piazza Castello 215", "Europe/Rome", PLAN, NOON)


def ticket_type(name: str = "VIP") -> TicketTypeAdded:
    return TicketTypeAdded(new_id(), name, eur(12_000), NOON, "Front rows")


STALLS = Offer(new_id(), "Stalls", eur(9_000), ("Stalls",))
ANYWHERE = Offer(new_id(), "Anywhere", eur(4_000), quota=6)


def scheduled(
    name: str = "La Bohème",
    *,
    venue_id: str | None = None,
    venue_name: str = "Teatro Regio",
    city: str = "",
    starts_at: datetime = NOON + timedelta(days=13),
    category: str = "opera",
    offers: tuple[Offer, ...] = (STALLS, ANYWHERE),
) -> ShowScheduled:
    return ShowScheduled(
        new_id(), name, venue_name, "Europe/Rome", starts_at, PLAN, offers, NOON, "In four acts", category, venue_id,
        None, 600, city=city,
    )  # fmt: skip


def on_sale(show: ShowScheduled) -> list[ShowFact]:
    return [show, ShowPublished(show.show_id, NOON)]


def seat(label: str, offer: Offer = STALLS) -> Ticket:
    return Ticket(new_id(), "ABCD-EFGH", offer.id, offer.name, offer.price, f"Stalls/{label}")


def standing(offer: Offer = ANYWHERE) -> Ticket:
    return Ticket(new_id(), "ABCD-EFGH", offer.id, offer.name, offer.price, None, "Gallery")


def held(
    show: ShowScheduled,
    *tickets: Ticket,
    customer: Person = ANA,
    until: datetime = NOON + timedelta(minutes=10),
) -> SeatsHeld:
    total = eur(sum(ticket.price.amount for ticket in tickets))
    return SeatsHeld(show.show_id, new_id(), "7KQ2-M9XD", customer, tickets, total, until, NOON)


def booked(show: ShowScheduled, *tickets: Ticket, customer: Person = ANA, at: datetime = NOON) -> SeatsBooked:
    total = eur(sum(ticket.price.amount for ticket in tickets))
    return SeatsBooked(show.show_id, new_id(), "7KQ2-M9XD", customer, tickets, total, at)
