"""The laws of a show, against a model that counts everything afresh: no oversold place, no number that drifts."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.refusal import Refused
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking, ShowCommand
from domain.show.decide import decide, lapse
from domain.show.facts import PaymentCameTooLate, ShowFact
from domain.show.state import Show
from tests.domain.show.commands_by_chance import (
    OFFERS,
    OFTEN_STANDING,
    PLAN,
    LaterCommand,
    closing,
    commands,
    opened,
)
from tests.domain.show.model import Model, Reasons
from tests.domain.show.picture import picture
from tests.domain.show.words import NOON, SHOW_DECIDER, STARTS


class SellingAShow(RuleBasedStateMachine):
    """Any commands in any order, at moments that never go back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.facts: list[ShowFact] = opened()
        self.show = SHOW_DECIDER.fold(Show(), self.facts)
        self.model = Model(PLAN, OFFERS, over_at=STARTS)

    @rule(later=commands, step=OFTEN_STANDING)
    def something_is_asked(self, later: LaterCommand, step: timedelta) -> None:
        self.now += step
        self._ask(later(self.show, self.now))

    @precondition(lambda self: len(self.facts) > 12)
    @rule()
    def sales_are_closed(self) -> None:
        self._ask(closing(self.show, self.now))

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
        overdue = self.model.overdue(self.now)
        self._happen(lapsed := lapse(self.show, self.now))
        assert {fact.booking_id for fact in lapsed if hasattr(fact, "booking_id")} == overdue
        must, may = self._refusals(command)
        before = picture(self.show)
        try:
            decided = decide(command, self.show)
        except Refused as refused:
            reason = type(refused.reason)
        else:
            assert must == set()
            self._happen(decided)
            self._asked_again_it_adds_nothing(command)
            return
        assert reason in must | may
        assert picture(self.show) == before

    def _refusals(self, command: ShowCommand) -> tuple[Reasons, Reasons]:
        match command:
            case BookSeats():
                return self.model.refusals_of_booking(command)
            case ConfirmBooking():
                return self.model.refusals_of_payment(command), set()
            case CancelBooking():
                return self.model.refusals_of_cancelling(command), set()
            case _:
                return set(), set()

    def _happen(self, facts: list[ShowFact]) -> None:
        for fact in facts:
            self.model.happened(fact)
        self.facts += facts
        SHOW_DECIDER.fold(self.show, facts)

    def _asked_again_it_adds_nothing(self, command: ShowCommand) -> None:
        try:
            assert decide(command, self.show) == []
        except Refused:
            # A second cancellation is refused, and so is late money that was told before.
            assert isinstance(command, CancelBooking) or isinstance(self.facts[-1], PaymentCameTooLate)

    @invariant()
    def no_place_is_in_two_live_bookings(self) -> None:
        seats = [ticket.seat for ticket in self.model.live() if ticket.seat is not None]
        assert len(seats) == len(set(seats))

    @invariant()
    def every_section_adds_up(self) -> None:
        free = self.model.free()
        assert self.show.places.free == free
        assert all(0 <= free[part] <= capacity for part, capacity in self.model.capacity.items())
        used = sum(self.show.stock.held.values()) + sum(self.show.stock.sold.values())
        assert used + sum(self.show.places.free.values()) == PLAN.capacity

    @invariant()
    def every_seat_is_free_exactly_when_nobody_has_it(self) -> None:
        taken = {ticket.seat for ticket in self.model.live()}
        assert all(self.show.places.is_free(seat) == (seat not in taken) for seat in self.model.seats)

    @invariant()
    def every_type_is_counted_right_and_within_its_quota(self) -> None:
        held, sold = self.model.count("pending"), self.model.count("confirmed")
        for offer in OFFERS:
            assert self.show.stock.held.get(offer.id, 0) == held[offer.id]
            assert self.show.stock.sold.get(offer.id, 0) == sold[offer.id]
            assert offer.quota is None or held[offer.id] + sold[offer.id] <= offer.quota
            assert self.show.available(offer) == self.model.left(offer)

    @invariant()
    def every_booking_stands_where_the_model_has_it(self) -> None:
        assert {
            name: (each.status, each.due, self.model.refunded[name])
            for name, each in self.model.bookings.items()
        } == {
            name: (each.status, self.show.due(each).amount, each.refunded.amount)
            for name, each in self.show.bookings.items()
        }

    @invariant()
    def folding_the_facts_again_gives_the_same_show(self) -> None:
        assert picture(SHOW_DECIDER.fold(Show(), self.facts)) == picture(self.show)


TestSellingAShow = SellingAShow.TestCase
