"""A show, told the simple way: a list of bookings, everything else counted afresh each time.

Slow and obvious, which is the point: the real show keeps flags, counters and a heap, and must come to the same answers.
What a command may be told is in `model_refusals.py`, what a fact may say in `model_facts.py`.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from domain.personal import Person
from domain.seating_plan import SeatingPlan
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.ticket import Ticket


@dataclass
class SimpleBooking:
    """`tickets` are those not cancelled. `paid` and `refunded` are all the money that came and goes back for them."""

    tickets: dict[str, Ticket]
    status: str
    customer: Person
    created_at: datetime
    expires_at: datetime | None = None
    paid: int = 0
    refunded: int = 0
    paid_with: str | None = None
    unwanted: list[str] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(ticket.price.amount for ticket in self.tickets.values())


def same_person(one: Person, other: Person) -> bool:
    """By the account, or by the address where there is none."""
    return (one.id or one.email.lower()) == (other.id or other.email.lower())


class Model:
    """The terms as they are now, and every booking."""

    def __init__(self, plan: SeatingPlan, offers: tuple[Offer, ...], over_at: datetime, rules: Rules) -> None:
        self.offers = {offer.id: offer for offer in offers}
        self.rules = rules
        self.over_at = over_at
        self.status = "on_sale"
        self.opened: set[str] = set()
        self.allotments: dict[str, Allotment] = {}
        self.bookings: dict[str, SimpleBooking] = {}
        self.plan = plan

    @property
    def capacity(self) -> dict[str, int]:
        return {part.name: part.capacity for part in self.plan.parts}

    @property
    def seats(self) -> dict[str, str]:
        """Every seat and its section."""
        return {
            f"{section.name}/{row.name}/{row.label(index)}": section.name
            for section in self.plan.sections
            for row in section.rows
            for index in range(row.size)
        }

    def live(self, *states: str) -> list[Ticket]:
        states = states or ("pending", "confirmed")
        return [
            ticket
            for each in self.bookings.values()
            if each.status in states
            for ticket in each.tickets.values()
        ]

    def part(self, ticket: Ticket) -> str:
        return ticket.seat.split("/")[0] if ticket.seat is not None else str(ticket.area)

    def parts(self, offer: Offer) -> set[str]:
        return set(offer.sections) or set(self.capacity)

    # What is kept back, free and used.

    def kept_seats(self) -> dict[str, str]:
        """Every seat that is kept back, and by which allotment."""
        taken = {ticket.seat for ticket in self.live()}
        return {
            seat: each.id for each in self.allotments.values() for seat in each.seats if seat not in taken
        }

    def shares(self) -> dict[tuple[str, str], int]:
        """By allotment and area, how many places are still kept back."""
        used = Counter((ticket.allotment_id, ticket.area) for ticket in self.live())
        return {
            (each.id, share.area): share.quantity - used[each.id, share.area]
            for each in self.allotments.values()
            for share in each.areas
        }

    def kept(self) -> Counter[str]:
        seats = Counter(seat.split("/")[0] for seat in self.kept_seats())
        for (_, area), count in self.shares().items():
            seats[area] += count
        return seats

    def free(self) -> dict[str, int]:
        taken, kept = Counter(self.part(ticket) for ticket in self.live()), self.kept()
        return {part: capacity - taken[part] - kept[part] for part, capacity in self.capacity.items()}

    def count(self, *states: str) -> Counter[str]:
        return Counter(ticket.ticket_type_id for ticket in self.live(*states))

    def of_customer(self, customer: Person) -> int:
        return sum(
            len(each.tickets)
            for each in self.bookings.values()
            if each.status in ("pending", "confirmed") and same_person(each.customer, customer)
        )

    def holds_of(self, customer: Person) -> int:
        return sum(
            each.status == "pending" and same_person(each.customer, customer)
            for each in self.bookings.values()
        )

    def quota_left(self, offer: Offer) -> int:
        used = self.count()
        left = [10**6] if offer.quota is None else [offer.quota - used[offer.id]]
        left += [
            shared.quota - sum(used[each] for each in shared.ticket_type_ids)
            for shared in self.rules.shared_quotas
            if offer.id in shared.ticket_type_ids
        ]
        return min(left)

    def left(self, offer: Offer) -> int:
        free = self.free()
        return max(0, min(sum(free.get(part, 0) for part in self.parts(offer)), self.quota_left(offer)))

    def overdue(self, now: datetime) -> set[str]:
        return {
            name
            for name, each in self.bookings.items()
            if each.status == "pending" and each.expires_at is not None and each.expires_at < now
        }

    def overdue_allotments(self, now: datetime) -> set[str]:
        if self.status == "deleted":
            return set()
        return {name for name, each in self.allotments.items() if each.release_at and each.release_at <= now}

    def can_retake(self, booking: SimpleBooking, now: datetime) -> bool:
        """Whether a booking that has ended could have just its places again."""
        wanted = list(booking.tickets.values())
        return (
            self.status not in ("cancelled", "deleted")
            and now < self.over_at
            and self._within_limits(wanted, booking.customer)
            and self._can_have(wanted)
        )

    def _within_limits(self, wanted: list[Ticket], customer: Person) -> bool:
        used, types = self.count(), Counter(ticket.ticket_type_id for ticket in wanted)
        most = self.rules.max_per_customer
        own = all(
            offer.quota is None or used[name] + types[name] <= offer.quota
            for name in types
            if (offer := self.offers.get(name))
        )
        shared = all(
            sum(used[each] + types[each] for each in quota.ticket_type_ids) <= quota.quota
            for quota in self.rules.shared_quotas
            if any(types[each] for each in quota.ticket_type_ids)
        )
        return own and shared and (most is None or self.of_customer(customer) + len(wanted) <= most)

    def _can_have(self, wanted: list[Ticket]) -> bool:
        taken, kept, shares, free = (
            {ticket.seat for ticket in self.live()},
            self.kept_seats(),
            self.shares(),
            self.free(),
        )
        standing: Counter[tuple[str, str]] = Counter()
        for ticket in wanted:
            if ticket.seat is not None:
                mine = ticket.seat not in kept or kept[ticket.seat] == ticket.allotment_id
                if ticket.seat in taken or ticket.seat not in self.seats or not mine:
                    return False
            else:
                share = (str(ticket.allotment_id), str(ticket.area))
                standing[share if share in shares else ("", str(ticket.area))] += 1
        return all(
            count <= (shares[share] if share[0] else free.get(share[1], 0))
            for share, count in standing.items()
        )
