"""What is acknowledged is there, once and whole; what is refused is not."""

from tests.chaos.checks.effects import doubled, halves, lost, refused_and_done
from tests.chaos.checks.late import untold
from tests.chaos.checks.story import booking, call, cancelled, held, log

BOOKED = call("k", "book", booking("b", "S/1/1"), position=1)
REFUSED = call("k", "book", status=(409,), code="seats-not-available")
DOUBTFUL = call("k", "book", status=(None, 409), code="seats-not-available")
UNKNOWN = call("k", "book", status=(None, 503))


def test_what_was_acknowledged_and_is_there_is_well() -> None:
    assert lost([BOOKED], log(("k", held("b", "S/1/1")))) == []


def test_what_was_acknowledged_and_is_not_there_is_lost() -> None:
    assert len(lost([BOOKED], log(("other", held("b", "S/1/1"))))) == 1


def test_another_booking_and_another_seat_than_was_acknowledged_are_found() -> None:
    assert len(lost([BOOKED], log(("k", held("another", "S/1/1"))))) == 1
    assert len(lost([BOOKED], log(("k", held("b", "S/1/2"))))) == 1


def test_an_answer_with_a_position_before_its_fact_is_found() -> None:
    assert len(lost([BOOKED], log(("", held("a", "S/1/2")), ("k", held("b", "S/1/1"))))) == 1


def test_a_cancellation_of_other_tickets_than_was_said_is_found() -> None:
    still = call("c", "cancel", booking("b", "S/1/2", status="confirmed"), position=2)
    facts = ("k", held("b", "S/1/1", "S/1/2"))
    assert lost([still], log(facts, ("c", cancelled("b", "S/1/1")))) == []
    assert len(lost([still], log(facts, ("c", cancelled("b", "S/1/2"))))) == 1


def test_two_effects_of_one_key_are_found() -> None:
    twice = log(("k", held("b", "S/1/1")), ("", cancelled("b", "S/1/1")), ("k", held("c", "S/1/1")))
    assert len(doubled([BOOKED], twice)) == 1
    assert doubled([BOOKED], log(("k", held("b", "S/1/1")))) == []


def test_what_was_refused_may_not_be_there_also_if_an_earlier_attempt_had_no_answer() -> None:
    there = log(("k", held("b", "S/1/1")))
    assert len(refused_and_done([REFUSED, DOUBTFUL], there)) == 2
    assert refused_and_done([REFUSED, DOUBTFUL], log()) == []


def test_what_nobody_was_told_is_told_from_the_log() -> None:
    (told,) = untold([UNKNOWN], log(("k", held("b", "S/1/1"))))
    assert told.completed == float("inf")
    assert (told.answer["id"], [each["seat"] for each in told.answer["tickets"]]) == ("b", ["S/1/1"])
    assert untold([UNKNOWN], log()) == []


def test_a_command_in_two_pieces_is_found() -> None:
    pieces = log(("k", held("b", "S/1/1")), ("o", held("c", "S/1/2")), ("k", cancelled("b", "S/1/1")))
    assert [each.split()[2] for each in halves(pieces)] == ["scattered:"]


def test_facts_without_their_answer_are_found() -> None:
    there = log(("k", held("b", "S/1/1")))
    assert halves(there) == []
    assert len(halves(there._replace(commands={}))) == 1
