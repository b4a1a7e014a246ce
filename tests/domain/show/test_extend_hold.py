"""ExtendHold: later by so many seconds, within what the show allows from when the hold began."""

from datetime import timedelta

import pytest

from domain.show.refusals import (
    BookingIsExpired,
    BookingNotFound,
    BookingNotPending,
    HoldTooLong,
    SeatsNotAvailable,
    ShowIsCancelled,
    ShowIsOver,
)
from domain.show.rules import Rules
from tests.domain.show.words import (
    DAY,
    MILLISECOND,
    NOON,
    SECOND,
    SHOW,
    STARTS,
    WINDOW,
    book,
    booked,
    cancelled,
    confirmed,
    expired,
    given,
    held,
    on_sale_with_time_to_pay,
    pay,
)
from tests.domain.show.words_of_change import called_off, extend, extended

HELD = [*on_sale_with_time_to_pay(), held("Box/1/L")]
END = NOON + WINDOW


def test_a_hold_is_extended_from_when_it_would_have_run_out() -> None:
    given(HELD).when(extend(60, at=NOON + SECOND)).then(extended(END + 60 * SECOND, at=NOON + SECOND))


def test_an_extended_hold_holds_through_its_new_last_instant_and_not_longer() -> None:
    longer = [*HELD, extended(END + 60 * SECOND)]
    at = END + 60 * SECOND
    given(longer).when(book("Box/1/L", booking="b2", at=at)).refuses(SeatsNotAvailable(("Box/1/L",)))
    given(longer).when(pay(at=at)).then(confirmed(at=at))
    after = at + MILLISECOND
    given(longer).when(book("Box/1/L", booking="b2", at=after)).then(
        expired(at=after, ended=at), held("Box/1/L", booking="b2", at=after)
    )


def test_without_a_rule_of_the_show_three_payment_windows_are_the_most() -> None:
    two_more = int(2 * WINDOW.total_seconds())
    given(HELD).when(extend(two_more)).then(extended(NOON + 3 * WINDOW))
    given(HELD).when(extend(two_more + 1)).refuses(HoldTooLong(NOON + 3 * WINDOW))


def test_the_show_sets_how_long_a_hold_may_last_with_all_its_extensions() -> None:
    history = [*on_sale_with_time_to_pay(rules=Rules(hold_seconds_max=1000)), held("Box/1/L")]
    most = NOON + timedelta(seconds=1000)
    once = given(history).when(extend(50)).then(extended(END + 50 * SECOND))
    once.when(extend(50)).then(extended(most)).when(extend(1)).refuses(HoldTooLong(most))


def test_only_a_hold_can_be_extended() -> None:
    given(HELD, confirmed()).when(extend()).refuses(BookingNotPending("b1", "confirmed"))
    given(HELD, cancelled("b1-1")).when(extend()).refuses(BookingNotPending("b1", "cancelled"))
    given(on_sale_with_time_to_pay(), booked("Box/1/L")).when(extend()).refuses(
        BookingNotPending("b1", "confirmed")
    )
    given(HELD).when(extend(booking="other")).refuses(BookingNotFound("other"))


@pytest.mark.parametrize("at", [END + MILLISECOND, END + DAY])
def test_what_has_run_out_cannot_be_extended(at: object) -> None:
    given(HELD).when(extend(at=at)).refuses(BookingIsExpired("b1", END))  # type: ignore[arg-type]


def test_nothing_is_held_longer_for_a_show_that_is_cancelled_or_over() -> None:
    given(HELD, called_off()).when(extend()).refuses(ShowIsCancelled(SHOW))
    late = [*on_sale_with_time_to_pay(), held("Box/1/L", at=STARTS - SECOND)]
    given(late).when(extend(at=STARTS)).refuses(ShowIsOver(STARTS))


def test_an_extension_that_was_only_tentative_leaves_the_old_end() -> None:
    from tests.domain.show.words import SHOW_DECIDER

    show = given(HELD).state.savepoint()
    SHOW_DECIDER.run(extend(60), show)
    SHOW_DECIDER.run(book("Box/1/R", booking="b2", at=END + SECOND), show)
    assert [booking.id for booking in show.restored().overdue(END + SECOND)] == ["b1"]
