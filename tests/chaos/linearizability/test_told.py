"""From what a client was told to what it means for a seat."""

from tests.chaos.checks.story import NOON, SHOW, booking, call
from tests.chaos.clients.call import Call
from tests.chaos.linearizability.operation import Operation
from tests.chaos.linearizability.seat import Free, Held, Keep, SeatEffect, SeenLapsed, SeenTaken, Sold, Take
from tests.chaos.linearizability.told import Told
from tests.chaos.world.readings import Readings

AT = NOON.timestamp()


def told(*calls: Call) -> dict[str, list[Operation[SeatEffect]]]:
    seats = Told(calls, Readings([], ["command 1"])).seats(SHOW)
    return {seat: [*operations] for (_, seat), operations in seats.items()}


def test_a_hold_is_taken_until_about_when_it_says() -> None:
    found = told(call("k", "book", booking("b", "S/1/1"), at=AT))
    ((operation,),) = found.values()
    assert isinstance(operation.effect, Take)
    assert isinstance(operation.effect.by, Held)
    assert 59 < operation.effect.by.lapses_from - AT < 60 < operation.effect.by.is_over_at - AT < 61


def test_a_call_lasts_from_its_first_attempt_to_its_last() -> None:
    ((yes,),) = told(call("k", "book", booking("b", "S/1/1"), status=(None, 201), at=AT)).values()
    assert (yes.invoked - AT, yes.completed - AT) == (0, 2)
    refused = call("k", "book", {"seats": ["S/1/1"]}, status=(None, 409), code="seats-not-available", at=AT)
    ((no,),) = told(refused).values()
    assert (no.invoked - AT, no.completed - AT, no.effect) == (0, 2, SeenTaken())


def test_what_is_done_to_a_booking_is_done_to_its_seats() -> None:
    book = call("1", "book", booking("b", "S/1/1"), at=AT)
    before = booking("b", "S/1/1")
    sold = booking("b", "S/1/1", status="confirmed", ticket_status="valid")
    moved = booking("b", "S/1/2", status="confirmed", ticket_status="valid")
    gone = booking("b", "S/1/2", status="cancelled", ticket_status="refunded")
    found = told(
        book,
        call("2", "confirm", sold, before=before, at=AT + 2),
        call("3", "exchange", moved, before=sold, at=AT + 4),
        call("4", "cancel", gone, before=moved, at=AT + 6),
    )
    kinds = {seat: [type(each.effect) for each in operations] for seat, operations in found.items()}
    assert kinds == {"S/1/1": [Take, Keep, Free], "S/1/2": [Take, Free]}
    assert found["S/1/2"][0].effect == Take(Sold("b"))


def test_a_hold_that_is_said_to_be_over_says_so_of_its_seats() -> None:
    book = call("1", "book", booking("b", "S/1/1"), at=AT)
    late = call(
        "2", "cancel", status=(409,), code="booking-expired", before=booking("b", "S/1/1"), at=AT + 90
    )
    assert told(book, late)["S/1/1"][1].effect == SeenLapsed("b")
