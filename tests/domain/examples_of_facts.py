"""One example of each fact, every field filled: what golden files are made of."""

from datetime import UTC, datetime, timedelta

from domain.codec import Fact
from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    Payment,
    PaymentCameTooLate,
    SalesClosed,
    SeatsBooked,
    SeatsHeld,
    ShowPublished,
    ShowScheduled,
)
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeWithdrawn
from domain.user.facts import UserRegistered, UserRoleChanged
from domain.venue.facts import VenueClosed, VenueDetailsChanged, VenueOpened, VenueSeatingPlanChanged

AT = datetime(2026, 3, 1, 9, 30, 15, 250_000, UTC)
STARTS = datetime(2026, 6, 12, 18, 30, tzinfo=UTC)
SHOW = "01997c2e-5a00-7000-8000-000000000001"
BOOKING = "01997c2e-5a00-7000-8000-000000000002"
VENUE = "01997c2e-5a00-7000-8000-000000000003"
VIP = "01997c2e-5a00-7000-8000-000000000004"
CUSTOMER = "01997c2e-5a00-7000-8000-000000000005"

ANNA = Person("Anna Rossi-Größe 👑", "anna@example.org", CUSTOMER)
PLAN = SeatingPlan(
    (Section("Stalls", (Row("A", 12), Row("B", labels=("1", "3", "5bis")))),),
    (Area("Floor", 300),),
)
OFFER = Offer(
    VIP, 'VIP "Gold"', Money(12000, "EUR"), ("Stalls", "Floor"), 40, AT, STARTS - timedelta(hours=1), 2, 6
)
TICKETS = (
    Ticket(
        "01997c2e-5a00-7000-8000-000000000006", "T-7KQ2", VIP, OFFER.name, OFFER.price, seat="Stalls/B/5bis"
    ),
    Ticket("01997c2e-5a00-7000-8000-000000000007", "T-M9XD", VIP, OFFER.name, OFFER.price, area="Floor"),
)
PAYMENT = Payment("psp-4711", Money(24000, "EUR"))

EXAMPLES: tuple[Fact, ...] = (
    VenueOpened(VENUE, "Teatro Regio", "Piazza Castello 215, Torino", "Europe/Rome", PLAN, AT),
    VenueDetailsChanged(VENUE, "Teatro Regio di Torino", "Piazza Castello 215", "Europe/Rome", AT),
    VenueSeatingPlanChanged(VENUE, PLAN, AT),
    VenueClosed(VENUE, AT),
    TicketTypeAdded(VIP, "VIP", Money(12000, "EUR"), AT, "With champagne"),
    TicketTypeChanged(VIP, "VIP", Money(13000, "EUR"), AT, "With more champagne"),
    TicketTypeWithdrawn(VIP, AT),
    ShowScheduled(
        SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, PLAN, (OFFER,), AT, "In three acts", "opera",
        VENUE, STARTS + timedelta(hours=3), 900,
    ),
    ShowPublished(SHOW, AT),
    SalesClosed(SHOW, AT),
    SeatsHeld(SHOW, BOOKING, "7KQ2-M9XD", ANNA, TICKETS, Money(24000, "EUR"), AT + timedelta(minutes=15), AT),
    SeatsBooked(SHOW, BOOKING, "7KQ2-M9XD", ANNA, TICKETS, Money(24000, "EUR"), AT),
    BookingConfirmed(SHOW, BOOKING, AT, PAYMENT),
    BookingCancelled(SHOW, BOOKING, (TICKETS[0].id,), Money(12000, "EUR"), AT, "Ill"),
    BookingExpired(SHOW, BOOKING, AT, AT + timedelta(seconds=2)),
    PaymentCameTooLate(SHOW, BOOKING, PAYMENT, AT),
    UserRegistered(CUSTOMER, "anna@example.org", "Anna Rossi-Größe 👑", "customer", AT),
    UserRoleChanged(CUSTOMER, "admin", AT),
)  # fmt: skip
