"""The laws of a show, against a model that counts everything afresh: no oversold place, no number that drifts."""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.refusal import Refusal, Refused
from domain.show.commands import (
    AllotSeats,
    BookSeats,
    CancelBooking,
    CancelBookingsOfShow,
    ConfirmBooking,
    DeleteShow,
    ExchangeTickets,
    ExtendHold,
    ReleaseAllotment,
    ShowCommand,
    WithdrawOffer,
)
from domain.show.decide import decide, lapse
from domain.show.facts import AllotmentReleased, BookingCancelled, BookingExpired, ShowFact
from domain.show.refusals import ShowNotFound
from domain.show.state import Show
from domain.show.stock import customer_key
from tests.domain.show import model_refusals
from tests.domain.show.commands_by_chance import (
    OFFERS,
    OFTEN_STANDING,
    PLAN,
    RULES,
    LaterCommand,
    cancellations,
    closing,
    commands,
    exchanges,
    opened,
    payments,
    quantity_changes,
    simple_bookings,
    terms,
)
from tests.domain.show.model import Model
from tests.domain.show.model_facts import days_left, happened, percent_back
from tests.domain.show.model_refusals import Reasons
from tests.domain.show.picture import picture
from tests.domain.show.words import NOON, SHOW_DECIDER, STARTS
from tests.domain.show.words_of_change import call_off, cancel_bookings, delete

# Asked again after it was done, these do it again or are refused; all others add nothing.
NOT_THE_SAME_TWICE = (ExtendHold, ExchangeTickets, CancelBookingsOfShow)
REFUSED_THE_SECOND_TIME = (CancelBooking, AllotSeats, ReleaseAllotment, WithdrawOffer, DeleteShow)


class SellingAShow(RuleBasedStateMachine):
    """Any commands in any order, at moments that never go back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.facts: list[ShowFact] = opened()
        self.show = SHOW_DECIDER.fold(Show(), self.facts)
        self.model = Model(PLAN, OFFERS, over_at=STARTS, rules=RULES)

    @rule(later=commands, step=OFTEN_STANDING)
    def something_is_asked(self, later: LaterCommand, step: timedelta) -> None:
        self.now += step
        self._ask(later(self.show, self.now))

    @precondition(lambda self: len(self.facts) > 12)
    @rule()
    def sales_are_closed(self) -> None:
        self._ask(closing(self.show, self.now))

    @rule(later=simple_bookings(), step=st.sampled_from([timedelta(), timedelta(seconds=1)]))
    def somebody_books(self, later: LaterCommand, step: timedelta) -> None:
        self.now += step
        self._ask(later(self.show, self.now))

    @precondition(lambda self: len(self.facts) % 11 == 10)
    @rule()
    def an_organiser_tries_to_delete_it(self) -> None:
        self._ask(delete(self.now))

    @rule(later=st.one_of(payments(), cancellations(), exchanges(), quantity_changes()), step=OFTEN_STANDING)
    def a_booking_changes(self, later: LaterCommand, step: timedelta) -> None:
        self.now += step
        self._ask(later(self.show, self.now))

    @rule(later=terms())
    def an_organiser_changes_something(self, later: LaterCommand) -> None:
        self._ask(later(self.show, self.now))

    @precondition(lambda self: len(self.facts) > 20 and len(self.facts) % 7 == 0)
    @rule()
    def the_show_is_cancelled(self) -> None:
        self._ask(call_off(self.now))
        while self.model.status == "cancelled" and self.model.live():
            self._ask(cancel_bookings(self.now, 2))

    @rule(batch=st.lists(st.tuples(commands, OFTEN_STANDING), min_size=1, max_size=6))
    def a_batch_is_decided_and_taken_back(self, batch: list[tuple[LaterCommand, timedelta]]) -> None:
        before = picture(self.show)
        tentative, now = self.show.savepoint(), self.now
        for later, step in batch:
            now += step
            try:
                SHOW_DECIDER.run(later(tentative, now), tentative)
            except Refused:
                continue
        self.show = tentative.restored()
        assert picture(self.show) == before

    def _ask(self, command: ShowCommand) -> None:
        overdue, released = self.model.overdue(self.now), self.model.overdue_allotments(self.now)
        self._happen(lapsed := lapse(self.show, self.now))
        assert {fact.booking_id for fact in lapsed if isinstance(fact, BookingExpired)} == overdue
        assert {fact.allotment_id for fact in lapsed if isinstance(fact, AllotmentReleased)} == released
        must, may = self._refusals(command)
        before, before_it = picture(self.show), self._sold_out()
        reason: type[Refusal] | None = None
        decided: list[ShowFact] = []
        try:
            decided = decide(command, self.show)
        except Refused as refused:
            reason = type(refused.reason)
        assert picture(self.show) == before
        if reason is not None:
            assert may is None or reason in must | may
            return
        assert must == set()
        policy = self._back_by_policy(command)
        self._happen(decided)
        if isinstance(command, CancelBooking):
            assert [fact.refund.amount for fact in decided if isinstance(fact, BookingCancelled)] == [policy]
        if any(hasattr(fact, "tickets") or fact.__class__.__name__ == "BookingConfirmed" for fact in decided):
            self._whoever_waits_for_what_was_sold_out_is_let_in(before_it)
        self._asked_again_it_adds_nothing(command)

    def _refusals(self, command: ShowCommand) -> tuple[Reasons, Reasons | None]:
        """What must be told, and what may be; None where the model has no opinion and only the laws count."""
        if self.model.status == "deleted":
            return {ShowNotFound}, set()
        match command:
            case BookSeats():
                return model_refusals.of_booking(self.model, command)
            case ConfirmBooking():
                return model_refusals.of_payment(self.model, command), set()
            case CancelBooking():
                return model_refusals.of_cancelling(self.model, command), set()
            case _:
                return set(), None

    def _back_by_policy(self, command: ShowCommand) -> int:
        if not isinstance(command, CancelBooking):
            return 0
        if command.refund is not None:
            return command.refund.amount
        booking = self.model.bookings[command.booking_id]
        ids = command.ticket_ids or tuple(booking.tickets)
        price = sum(booking.tickets[ticket_id].price.amount for ticket_id in set(ids))
        most = min(price, booking.paid - booking.refunded)
        if self.model.status == "cancelled":
            return most
        tiers = [(tier.days_before, tier.percent) for tier in RULES.refunds.tiers]
        return most * percent_back(days_left(self.model.over_at, self.now), tiers) // 100

    def _sold_out(self) -> set[str]:
        return {name for name, offer in self.model.offers.items() if not self.model.left(offer)}

    def _whoever_waits_for_what_was_sold_out_is_let_in(self, before_it: set[str]) -> None:
        for offer in self.model.offers.values():
            if offer.opens_after in self._sold_out() - before_it:
                assert offer.id in self.model.opened

    def _happen(self, facts: list[ShowFact]) -> None:
        for fact in facts:
            happened(self.model, fact)
        self.facts += facts
        SHOW_DECIDER.fold(self.show, facts)

    def _asked_again_it_adds_nothing(self, command: ShowCommand) -> None:
        if isinstance(command, NOT_THE_SAME_TWICE):
            return
        try:
            assert decide(command, self.show) == []
        except Refused:
            # What is gone is gone, and money that was unwanted was told before.
            last = self.facts[-1]
            unwanted = hasattr(last, "payment") and last.__class__.__name__.startswith("PaymentCame")
            assert (
                unwanted or isinstance(command, REFUSED_THE_SECOND_TIME) or isinstance(last, BookingCancelled)
            )

    @invariant()
    def no_place_is_in_two_live_bookings(self) -> None:
        seats = [ticket.seat for ticket in self.model.live() if ticket.seat is not None]
        assert len(seats) == len(set(seats))

    @invariant()
    def every_section_adds_up(self) -> None:
        free = self.model.free()
        places, kept = self.show.places, self.model.kept()
        assert places.free == free
        assert {part: count for part, count in places.kept.items() if count} == dict(+kept)
        assert all(0 <= free[part] <= capacity for part, capacity in self.model.capacity.items())
        assert all(count >= 0 for count in kept.values())
        used = sum(self.show.stock.held.values()) + sum(self.show.stock.sold.values())
        assert used + sum(places.kept.values()) + sum(places.free.values()) == self.model.plan.capacity

    @invariant()
    def what_is_kept_back_is_kept_by_whom_the_model_says(self) -> None:
        assert self.show.places.allotted == self.model.kept_seats()
        assert self.show.places.shares == self.model.shares()

    @invariant()
    def every_customer_is_counted_right(self) -> None:
        counts: Counter[str] = Counter()
        for each in self.model.bookings.values():
            counts[customer_key(each.customer)] += (
                len(each.tickets) if each.status in ("pending", "confirmed") else 0
            )
        assert +counts == Counter({key: n for key, n in self.show.stock.by_customer.items() if n})
        assert all(n >= 0 for n in self.show.stock.by_customer.values())
        pending = (each for each in self.model.bookings.values() if each.status == "pending")
        holds = Counter(customer_key(each.customer) for each in pending)
        assert holds == Counter({key: n for key, n in self.show.stock.holds_by_customer.items() if n})

    @invariant()
    def every_seat_is_free_exactly_when_nobody_has_it(self) -> None:
        taken = {ticket.seat for ticket in self.model.live()} | self.model.kept_seats().keys()
        assert all(self.show.places.is_free(seat) == (seat not in taken) for seat in self.model.seats)

    @invariant()
    def every_type_is_counted_right_and_within_its_quota(self) -> None:
        held, sold = self.model.count("pending"), self.model.count("confirmed")
        for offer in self.model.offers.values():
            assert self.show.stock.held.get(offer.id, 0) == held[offer.id]
            assert self.show.stock.sold.get(offer.id, 0) == sold[offer.id]
            assert offer.quota is None or held[offer.id] + sold[offer.id] <= offer.quota
            assert self.show.available(offer) == self.model.left(offer)

    @invariant()
    def every_booking_stands_where_the_model_has_it(self) -> None:
        assert {
            name: (each.status, each.due, each.paid, each.refunded, each.customer, each.unwanted)
            for name, each in self.model.bookings.items()
        } == {
            name: (
                each.status,
                self.show.due(each).amount,
                each.paid.amount,
                each.refunded.amount,
                each.customer,
                [payment.reference for payment in each.unwanted_payments],
            )
            for name, each in self.show.bookings.items()
        }

    @invariant()
    def folding_the_facts_again_gives_the_same_show(self) -> None:
        assert picture(SHOW_DECIDER.fold(Show(), self.facts)) == picture(self.show)


TestSellingAShow = SellingAShow.TestCase
