"""The places and tickets of a show against what there may be of them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from domain.seating_plan import SEAT_SEPARATOR, SeatingPlan
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import SharedQuota
from projections.watching.booking import WatchedTicket
from projections.watching.invariant import Invariant
from projections.watching.plan import WatchedPlan
from projections.watching.stock import WatchedStock
from projections.watching.telling import Telling

Holders = Callable[[str], set[str]]
"""The bookings that have a seat: looked for only when something is wrong."""


class Limit(NamedTuple):
    """What there is of something, and what there may be."""

    invariant: Invariant
    what: str
    used: int
    limit: int


class WatchedPlaces:
    """`offers` and `shared` are the terms as they are now."""

    def __init__(self, telling: Telling, holders: Holders) -> None:
        self.offers: dict[str, Offer] = {}
        self.shared: tuple[SharedQuota, ...] = ()
        self._plan = WatchedPlan(SeatingPlan())
        self._stock = WatchedStock()
        self._telling = telling
        self._holders = holders

    def plan(self, plan: SeatingPlan) -> None:
        """Whatever anybody has must be in a new plan, too."""
        self._plan = WatchedPlan(plan)
        for seat in sorted({*self._stock.seats, *self._stock.keepers}):
            self._must_be_in_plan(seat)
        for part in sorted({*self._plan.capacity, *self._stock.taken}):
            self._telling.limit(*self._capacity(part))

    def keep(self, allotment: Allotment) -> None:
        """What an allotment keeps must be nobody's."""
        for seat in allotment.seats:
            if self._stock.seats.get(seat) or seat in self._stock.keepers:
                problem = f"seat {seat} is kept back and was not free"
                self._telling.tell(Invariant.PLACE_ONCE, f"seat {seat}", problem)
            self._must_be_in_plan(seat)
        self._stock.keep(allotment)
        sections = {seat.split(SEAT_SEPARATOR)[0] for seat in allotment.seats}
        for part in sorted(sections | {share.area for share in allotment.areas}):
            self._telling.limit(*self._capacity(part))

    def let_go(self, allotment_id: str) -> None:
        self._stock.let_go(allotment_id)

    def take(self, booking_id: str, tickets: Collection[WatchedTicket]) -> None:
        """A booking gets places."""
        for ticket in tickets:
            self._check(booking_id, ticket)
            self._stock.take(ticket)
        for each in self._limits(tickets):
            self._telling.limit(*each)

    def give_back(self, tickets: Collection[WatchedTicket]) -> None:
        """A booking loses places."""
        for ticket in tickets:
            self._stock.give_back(ticket)
        if self._telling.is_anything_beyond:
            for each in self._limits(tickets):
                self._telling.ease(*each)

    def _check(self, booking_id: str, ticket: WatchedTicket) -> None:
        offer = self.offers.get(ticket.kind)
        if offer is not None and offer.sections and ticket.part not in offer.sections:
            what = f"ticket type {ticket.kind} in {ticket.part}"
            self._telling.tell(Invariant.PLACE_EXISTS, what, f"{what} is not on offer there")
        if ticket.seat is not None:
            self._must_be_in_plan(ticket.seat)
            self._check_seat(booking_id, ticket.seat, ticket.allotment)
        elif ticket.part not in self._plan.capacity:
            what = f"area {ticket.part}"
            self._telling.tell(Invariant.PLACE_EXISTS, what, f"{what} is not in the plan")

    def _check_seat(self, booking_id: str, seat: str, allotment: str | None) -> None:
        keeper = self._stock.keepers.get(seat)
        if self._stock.seats.get(seat):
            others = sorted(self._holders(seat) - {booking_id}) or [booking_id]
            problem = f"seat {seat} is in booking {booking_id} and in {', '.join(others)}"
            self._telling.tell(Invariant.PLACE_ONCE, f"seat {seat}", problem)
        elif keeper is not None and keeper != allotment:
            problem = f"seat {seat} is kept back by allotment {keeper}"
            self._telling.tell(Invariant.KEPT_BACK, f"seat {seat}", problem)

    def _must_be_in_plan(self, seat: str) -> None:
        if not self._plan.has(seat):
            self._telling.tell(Invariant.PLACE_EXISTS, f"seat {seat}", f"seat {seat} is not in the plan")

    def _limits(self, tickets: Collection[WatchedTicket]) -> Iterator[Limit]:
        """Those that such tickets count against."""
        for part in sorted({ticket.part for ticket in tickets}):
            yield self._capacity(part)
        yield from self._quotas({ticket.kind for ticket in tickets})
        for share in sorted(
            {(each.allotment, each.part) for each in tickets if each.allotment and not each.seat}
        ):
            kept = self._stock.shares.get(share)
            if kept is not None:
                what = f"allotment {share[0]} in {share[1]}"
                yield Limit(Invariant.KEPT_BACK, what, self._stock.used_shares[share], kept)

    def _capacity(self, part: str) -> Limit:
        return Limit(Invariant.CAPACITY, part, self._stock.used(part), self._plan.capacity.get(part, 0))

    def _quotas(self, kinds: Iterable[str]) -> Iterator[Limit]:
        used, sold = self._stock.kinds, set(kinds)
        for kind in sorted(sold):
            offer = self.offers.get(kind)
            if offer is not None and offer.quota is not None:
                yield Limit(Invariant.QUOTA, f"ticket type {kind}", used[kind], offer.quota)
        for shared in self.shared:
            if sold.intersection(shared.ticket_type_ids):
                together = sum(used[kind] for kind in shared.ticket_type_ids)
                yield Limit(Invariant.QUOTA, f"the quota {shared.name}", together, shared.quota)
