"""One example of each fact, every field filled: what golden files are made of."""

from datetime import UTC, datetime, timedelta

from domain.codec import Fact
from domain.money import Money
from domain.person.facts import PersonErased
from domain.personal import Person
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    HoldExtended,
    OfferChanged,
    OfferWithdrawn,
    Payment,
    PaymentCameTooLate,
    PaymentCameTwice,
    PlacesReplaced,
    SalesClosed,
    SalesOpened,
    SalesReopened,
    SeatsAllotted,
    SeatsBooked,
    SeatsHeld,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
    TicketHolderNamed,
    TicketsAdded,
    TicketsExchanged,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.rules import Refunds, RefundTier, Rules, SharedQuota
from domain.show.ticket import NewTicket, Ticket
from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeWithdrawn
from domain.user.facts import (
    ApiKeyMade,
    ApiKeyRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserRegistered,
    UserRoleChanged,
)
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
OLGA = "01997c2e-5a00-7000-8000-00000000000c"
STUDENT = "01997c2e-5a00-7000-8000-000000000008"
HOUSE_SEATS = "01997c2e-5a00-7000-8000-000000000009"
KEY = "01997c2e-5a00-7000-8000-00000000000b"
BEN = Person("Ben Ødegård", "ben@example.org", "01997c2e-5a00-7000-8000-00000000000a")
# The shapes that this house grew into: every optional field filled, also those that older golden files leave out.
NEW_PLAN = SeatingPlan(
    (Section("Stalls", (Row("A", 12, accessible=("1", "12"), companions=("2", "11")),)),),
    (Area("Floor", 350),),
)
WAITING = Offer(
    STUDENT,
    "Student",
    Money(6000, "EUR"),
    ("Stalls", "Floor"),
    40,
    AT,
    STARTS - timedelta(hours=1),
    2,
    6,
    VIP,
)
RULES = Rules(
    1800,
    "equal_places",
    no_single_seats=True,
    max_per_customer=8,
    refunds=Refunds("tiered", (RefundTier(14, 100), RefundTier(2, 50))),
    shared_quotas=(SharedQuota("Concessions", (VIP, STUDENT), 60),),
)
FROM_HOUSE = Ticket(
    "01997c2e-5a00-7000-8000-00000000000b", "T-3FZA", VIP, OFFER.name, OFFER.price,
    seat="Stalls/A/12", allotment_id=HOUSE_SEATS, holder="Çelik, Ada",
)  # fmt: skip

EXAMPLES: tuple[Fact, ...] = (
    VenueOpened(VENUE, "Teatro Regio", "Piazza Castello 215, Torino", "Europe/Rome", PLAN, AT, "Torino", OLGA),
    VenueDetailsChanged(VENUE, "Teatro Regio di Torino", "Piazza Castello 215", "Europe/Rome", AT, "Torino"),
    VenueSeatingPlanChanged(VENUE, PLAN, AT),
    VenueClosed(VENUE, AT),
    TicketTypeAdded(VIP, "VIP", Money(12000, "EUR"), AT, "With champagne", OLGA),
    TicketTypeChanged(VIP, "VIP", Money(13000, "EUR"), AT, "With more champagne"),
    TicketTypeWithdrawn(VIP, AT),
    ShowScheduled(
        SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, PLAN, (OFFER,), AT, "In three acts", "opera",
        VENUE, STARTS + timedelta(hours=3), 900, RULES, "Torino", OLGA,
    ),
    ShowPublished(SHOW, AT),
    ShowDetailsChanged(SHOW, "Tosca!", AT, "In two acts", "opera", 600, RULES),
    ShowPlanChanged(SHOW, NEW_PLAN, AT),
    ShowRescheduled(SHOW, STARTS + timedelta(days=1), AT, STARTS + timedelta(days=1, hours=3)),
    TicketTypeOffered(SHOW, WAITING, AT),
    OfferChanged(SHOW, WAITING, AT),
    OfferWithdrawn(SHOW, STUDENT, AT),
    SalesOpened(SHOW, STUDENT, AT),
    SeatsAllotted(
        SHOW,
        Allotment(HOUSE_SEATS, "House seats", ("Stalls/A/12",), (AreaShare("Floor", 20),), STARTS, sellable=False),
        AT,
    ),
    AllotmentReleased(SHOW, HOUSE_SEATS, AT),
    SalesReopened(SHOW, AT),
    ShowCancelled(SHOW, AT, "The tenor is ill"),
    ShowDeleted(SHOW, AT),
    SalesClosed(SHOW, AT),
    SeatsHeld(SHOW, BOOKING, "7KQ2-M9XD", ANNA, TICKETS, Money(24000, "EUR"), AT + timedelta(minutes=15), AT),
    SeatsBooked(SHOW, BOOKING, "7KQ2-M9XD", ANNA, TICKETS, Money(24000, "EUR"), AT, PAYMENT),
    BookingConfirmed(SHOW, BOOKING, AT, PAYMENT),
    BookingCancelled(SHOW, BOOKING, (TICKETS[0].id,), Money(12000, "EUR"), AT, "Ill"),
    BookingExpired(SHOW, BOOKING, AT, AT + timedelta(seconds=2)),
    PaymentCameTooLate(SHOW, BOOKING, PAYMENT, AT),
    PaymentCameTwice(SHOW, BOOKING, PAYMENT, AT),
    HoldExtended(SHOW, BOOKING, AT + timedelta(minutes=20), AT),
    PlacesReplaced(SHOW, BOOKING, (FROM_HOUSE,), AT),
    TicketsAdded(SHOW, BOOKING, (FROM_HOUSE,), Money(12000, "EUR"), AT, PAYMENT),
    TicketsExchanged(
        SHOW, BOOKING, (TICKETS[0].id,), (FROM_HOUSE,), Money(0, "EUR"), Money(500, "EUR"), AT, PAYMENT
    ),
    BookingTransferred(SHOW, BOOKING, BEN, (NewTicket(TICKETS[0].id, "T-NEW1"),), AT),
    TicketHolderNamed(SHOW, BOOKING, TICKETS[0].id, "Çelik, Ada", AT),
    UserRegistered(CUSTOMER, "anna@example.org", "Anna Rossi-Größe 👑", "customer", AT),
    UserRoleChanged(CUSTOMER, "admin", AT),
    UserDisabled(CUSTOMER, AT),
    UserEnabled(CUSTOMER, AT),
    ApiKeyMade(CUSTOMER, KEY, "box_office", (SHOW,), STARTS, AT),
    ApiKeyRevoked(CUSTOMER, KEY, AT),
    UserErased(CUSTOMER, AT),
    PersonErased("01997c2e-5a00-7000-8000-00000000000e", AT, CUSTOMER),
)  # fmt: skip
