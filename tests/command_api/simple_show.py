"""A show told with dictionaries: who has which place until when, and what was paid. Counted afresh for every question.

A question about a request answers with the problem codes of all that stands against it; none, and it has to succeed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ROWS = {"A": 6, "B": 4}
SEATS = [f"Stalls/{row}/{seat}" for row, size in ROWS.items() for seat in range(1, size + 1)]
CAPACITY = {"Stalls": len(SEATS), "Gallery": 6}
PARTS = {"Dear": ("Stalls",), "Cheap": ("Gallery",), "Any": ("Stalls", "Gallery")}
PRICES = {"Dear": 5000, "Cheap": 2000, "Any": 3000}
QUOTAS = {"Any": 6}
WINDOW = 600
PER_CUSTOMER = 8


@dataclass(frozen=True)
class Ticket:
    kind: str
    part: str
    seat: str | None
    allotment: str | None = None

    @property
    def price(self) -> int:
        return PRICES[self.kind]


@dataclass
class Booking:
    """`tickets` are those not cancelled, in their order; `owner` is an address."""

    owner: str
    status: str
    tickets: dict[str, Ticket]
    created_at: datetime
    expires_at: datetime | None
    total: int
    paid: int = 0
    refunded: int = 0
    references: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    @property
    def is_live(self) -> bool:
        return self.status in {"pending", "confirmed"}

    @property
    def due(self) -> int:
        return price_of(self.tickets.values())

    def drop(self, leaving: Iterable[str]) -> None:
        for each in leaving:
            del self.tickets[each]
            self.gone.add(each)


@dataclass
class Allotment:
    seats: list[str]
    places: int
    sellable: bool
    release_at: datetime | None


def price_of(tickets: Iterable[Ticket]) -> int:
    return sum(ticket.price for ticket in tickets)


class SimpleShow:
    def __init__(self, now: datetime, percent: int, late_payment: str) -> None:
        self.now = now
        self.percent = percent
        self.late_payment = late_payment
        self.is_open = True
        self.bookings: dict[str, Booking] = {}
        self.allotments: dict[str, Allotment] = {}

    # What there is.

    def live(self) -> list[Ticket]:
        return [ticket for each in self.bookings.values() if each.is_live for ticket in each.tickets.values()]

    def kept_seats(self) -> dict[str, str]:
        taken = {ticket.seat for ticket in self.live()}
        return {
            seat: name for name, each in self.allotments.items() for seat in each.seats if seat not in taken
        }

    def kept_places(self, allotment: str) -> int:
        used = sum(1 for each in self.live() if each.allotment == allotment and each.seat is None)
        return self.allotments[allotment].places - used

    def kept(self) -> dict[str, int]:
        return {"Stalls": len(self.kept_seats()), "Gallery": sum(map(self.kept_places, self.allotments))}

    def free(self) -> dict[str, int]:
        taken, kept = Counter(ticket.part for ticket in self.live()), self.kept()
        return {part: capacity - taken[part] - kept[part] for part, capacity in CAPACITY.items()}

    def free_seats(self) -> set[str]:
        return set(SEATS) - {str(ticket.seat) for ticket in self.live()} - self.kept_seats().keys()

    def quota_left(self, kind: str) -> int:
        return QUOTAS.get(kind, 1_000) - sum(1 for ticket in self.live() if ticket.kind == kind)

    def available(self, kind: str) -> int:
        free = self.free()
        return max(0, min(sum(free[part] for part in PARTS[kind]), self.quota_left(kind)))

    def of_customer(self, owner: str) -> int:
        return sum(
            len(each.tickets) for each in self.bookings.values() if each.is_live and each.owner == owner
        )

    # What time does.

    def lapse(self) -> None:
        for booking in self.bookings.values():
            if (
                booking.status == "pending"
                and booking.expires_at is not None
                and booking.expires_at < self.now
            ):
                booking.status = "expired"
        self.allotments = {
            name: each
            for name, each in self.allotments.items()
            if each.release_at is None or each.release_at > self.now
        }

    # What stands against a request.

    def against_more(self, owner: str, kind: str, count: int, seats: list[str]) -> set[str]:
        """More tickets on general sale."""
        codes = set() if self.is_open else {"sales-closed"}
        codes |= self.against_customer(owner, count)
        if count > self.available(kind):
            codes.add("sold-out")
        if set(seats) - set(SEATS):
            codes.add("seat-not-found")
        if seats and "Stalls" not in PARTS[kind]:
            codes.add("seats-not-in-ticket-type")
        if set(seats) & set(SEATS) - self.free_seats():
            codes.add("seats-not-available")
        return codes

    def against_allotted(self, owner: str, kind: str, count: int, seats: list[str], name: str) -> set[str]:
        codes = set() if self.is_open else {"sales-closed"}
        codes |= self.against_customer(owner, count)
        if count > max(0, self.quota_left(kind)):
            codes.add("sold-out")
        allotment = self.allotments.get(name)
        if allotment is None or not allotment.sellable:
            return codes | {"allotment-not-found"}
        mine = [seat for seat, keeper in self.kept_seats().items() if keeper == name]
        if seats:
            if "Stalls" not in PARTS[kind]:
                codes.add("seats-not-in-ticket-type")
            if set(seats) - set(mine):
                codes.add("seats-not-available")
            return codes
        left = {"Stalls": len(mine), "Gallery": self.kept_places(name)}
        if count > sum(left[part] for part in PARTS[kind]):
            codes.add("sold-out")
        return codes

    def against_customer(self, owner: str, count: int) -> set[str]:
        too_many = self.of_customer(owner) + count > PER_CUSTOMER
        return {"customer-limit-reached"} if too_many else set()

    def against_standing(self, booking: Booking) -> set[str]:
        codes = {"cancelled": {"booking-already-cancelled"}, "expired": {"booking-expired"}}
        return codes.get(booking.status, set())

    def against_payment(self, booking: Booking, price: int, amount: int | None) -> set[str]:
        """Of what is added to a booking: of a hold nothing is due now."""
        due = price if booking.status == "confirmed" else 0
        if amount is None:
            return {"payment-required"} if due else set()
        return set() if amount == due else {"payment-amount-wrong"}

    def against_extending(self, booking: Booking, seconds: int) -> set[str]:
        if booking.status == "expired":
            return {"booking-expired"}
        if booking.status != "pending" or booking.expires_at is None:
            return {"booking-not-pending"}
        latest = booking.created_at + timedelta(seconds=3 * WINDOW)
        return {"hold-too-long"} if booking.expires_at + timedelta(seconds=seconds) > latest else set()

    def against_leaving(self, booking: Booking, leaving: list[str]) -> set[str]:
        codes = self.against_standing(booking)
        if set(leaving) & booking.gone:
            codes = codes | {"tickets-already-cancelled"}
        if set(leaving) - booking.gone - booking.tickets.keys():
            codes = codes | {"ticket-not-found"}
        return codes

    # Late money.

    def can_have_again(self, booking: Booking) -> bool:
        free, kept, seats = self.free(), self.kept_seats(), self.free_seats()
        standing: Counter[str | None] = Counter()
        for ticket in booking.tickets.values():
            if ticket.seat is None:
                standing[ticket.allotment if ticket.allotment in self.allotments else None] += 1
            elif ticket.seat not in seats and (
                ticket.allotment is None or kept.get(ticket.seat) != ticket.allotment
            ):
                return False
        room = all(
            count <= (free["Gallery"] if name is None else self.kept_places(name))
            for name, count in standing.items()
        )
        return room and self.within_limits(booking)

    def within_limits(self, booking: Booking) -> bool:
        kinds = Counter(ticket.kind for ticket in booking.tickets.values())
        quotas = all(count <= self.quota_left(kind) for kind, count in kinds.items())
        return quotas and not self.against_customer(booking.owner, len(booking.tickets))

    def could_have_equal(self, booking: Booking) -> bool:
        """For tickets of one kind it is certain; of several, one kind may take what only the other could use."""
        if self.late_payment != "equal_places" or not self.within_limits(booking):
            return False
        kinds = Counter(ticket.kind for ticket in booking.tickets.values())
        return all(count <= self.available(kind) for kind, count in kinds.items())

    def refund(self, price: int, booking: Booking) -> int:
        return min(price, booking.paid - booking.refunded) * self.percent // 100
