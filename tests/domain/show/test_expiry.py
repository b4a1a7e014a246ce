"""A hold lasts through its last instant and is free right after it, whether or not any worker ran."""

from domain.show.offer import Offer
from domain.show.refusals import BookingNotFound, SeatsNotAvailable
from tests.domain.show.words import (
    MILLISECOND,
    MINUTE,
    NOON,
    WINDOW,
    book,
    cancelled,
    confirmed,
    eur,
    expire_holds,
    expired,
    given,
    held,
    on_sale_with_time_to_pay,
    pay,
    places,
)

LAST = NOON + WINDOW
AFTER = LAST + MILLISECOND
HELD = [*on_sale_with_time_to_pay(), held("Box/1/L")]


def test_in_its_last_instant_a_hold_still_holds() -> None:
    given(HELD).when(book("Box/1/L", booking="b2", at=LAST)).refuses(SeatsNotAvailable(("Box/1/L",)))
    given(HELD).when(pay(at=LAST)).then(confirmed(at=LAST))
    given(HELD).when(expire_holds(at=LAST)).then()


def test_a_millisecond_later_its_seats_are_free_for_others_with_no_worker_running() -> None:
    given(HELD).when(book("Box/1/L", booking="b2", at=AFTER)).then(
        expired(at=AFTER), held("Box/1/L", booking="b2", at=AFTER)
    )


def test_the_quota_is_free_again_with_the_seats() -> None:
    rare = Offer("rare", "Rare", eur(2000), quota=1)
    given(on_sale_with_time_to_pay(rare), held("Box/1/L", offer=rare)).when(
        book("Box/1/R", booking="b2", at=AFTER)
    ).then(expired(at=AFTER), held("Box/1/R", booking="b2", offer=rare, at=AFTER))


def test_the_worker_writes_down_each_hold_that_has_run_out_earliest_first() -> None:
    later = NOON + 2 * MINUTE
    given(
        on_sale_with_time_to_pay(),
        held("Stalls/A/1", booking="b1", at=later),
        held("Stalls/A/2", booking="b2"),
        held("Stalls/A/3", booking="b3", at=NOON + 10 * MINUTE),
    ).when(expire_holds(at=later + WINDOW + MILLISECOND)).then(
        expired("b2", at=later + WINDOW + MILLISECOND),
        expired("b1", at=later + WINDOW + MILLISECOND, ended=later + WINDOW),
    )


def test_writing_it_down_twice_adds_nothing() -> None:
    given(HELD, expired(at=AFTER)).when(expire_holds(at=AFTER)).then()


def test_a_cancelled_hold_does_not_expire_as_well() -> None:
    given(HELD, cancelled("b1-1")).when(expire_holds(at=AFTER)).then()


def test_of_a_hold_that_was_cancelled_in_part_the_rest_expires() -> None:
    history = [*on_sale_with_time_to_pay(), held("Box/1/L", "Box/1/R"), cancelled("b1-2")]
    after = given(history).when(expire_holds(at=AFTER)).then(expired(at=AFTER)).state
    assert after.places.free["Box"] == 2
    assert after.stock.held["standard"] == 0


def test_a_hold_that_expired_is_written_down_also_when_the_command_is_refused() -> None:
    after = given(HELD).when(pay(booking="nobody", at=AFTER)).refuses(BookingNotFound("nobody"))
    assert after.state.bookings["b1"].status == "expired"


def test_next_expiry_says_when_to_look_again() -> None:
    assert given(on_sale_with_time_to_pay()).state.holds.next_expiry is None
    assert given(HELD).state.holds.next_expiry == LAST


def test_a_hold_that_was_expired_only_tentatively_expires_again() -> None:
    """Two commands of one batch look at the holds; the batch is taken back; the hold must not live for ever."""
    show = given(HELD).state.savepoint()
    from tests.domain.show.words import SHOW_DECIDER

    for _ in range(2):
        SHOW_DECIDER.run(expire_holds(at=AFTER), show)
    assert [booking.id for booking in show.restored().overdue(AFTER)] == ["b1"]


def test_a_hold_that_was_paid_only_tentatively_still_expires() -> None:
    from tests.domain.show.words import SHOW_DECIDER

    show = given(HELD).state.savepoint()
    SHOW_DECIDER.run(pay(at=LAST), show)
    SHOW_DECIDER.run(book(places(1), booking="b2", at=AFTER), show)
    assert [booking.id for booking in show.restored().overdue(AFTER)] == ["b1"]
