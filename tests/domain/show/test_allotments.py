"""AllotSeats and ReleaseAllotment: places kept back, sold to who names the allotment, and given to all on a date."""

import pytest
from msgspec.structs import replace

from domain.refusal import Refusal
from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import SeatsBooked
from domain.show.refusals import (
    AllotmentAlreadyMade,
    AllotmentNotFound,
    BadOffer,
    NotEnoughPlaces,
    SeatsNamedTwice,
    SeatsNotAvailable,
    SeatsUnknown,
    ShowIsCancelled,
    ShowIsOver,
    SoldOut,
)
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
    cancel,
    cancelled,
    expired,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    places,
    ticket,
)
from tests.domain.show.words_of_change import allot, allotment, allotted, called_off, release, released

BOX = allotment("Box/1/L", "Box/1/R", floor=3)
KEPT = [*on_sale(), allotted(BOX)]


def out_of(*kept: str, booking: str = "b1") -> SeatsBooked:
    fact = booked(*kept, booking=booking)
    return replace(fact, tickets=tuple(replace(each, allotment_id="a1") for each in fact.tickets))


def test_what_is_kept_back_is_neither_free_nor_sold() -> None:
    after = given(on_sale()).when(allot(BOX)).then(allotted(BOX)).state
    assert (after.places.free["Box"], after.places.free["Floor"]) == (0, 17)
    assert (after.places.kept["Box"], after.places.kept["Floor"]) == (2, 3)
    assert after.stock.sold == {}


def test_nobody_gets_a_kept_place_without_naming_the_allotment() -> None:
    given(KEPT).when(book("Box/1/L")).refuses(SeatsNotAvailable(("Box/1/L",)))
    given(KEPT).when(book(places(38))).refuses(SoldOut("standard", 38, 37))


def test_who_names_it_gets_its_seats_first_and_then_its_standing_places() -> None:
    given(KEPT).when(book("Box/1/R", allotment="a1")).then(out_of("Box/1/R"))
    given(KEPT).when(book(places(3), allotment="a1")).then(out_of("Box/1/L", "Box/1/R", "Floor"))
    given(KEPT).when(book(places(6), allotment="a1")).refuses(SoldOut("standard", 6, 5))
    given(KEPT).when(book("Stalls/A/1", allotment="a1")).refuses(SeatsNotAvailable(("Stalls/A/1",)))
    given(KEPT).when(book(places(1), allotment="a2")).refuses(AllotmentNotFound("a2"))


def test_blocked_places_are_sold_to_nobody() -> None:
    blocked = replace(BOX, sellable=False)
    given(on_sale(), allotted(blocked)).when(book(places(1), allotment="a1")).refuses(AllotmentNotFound("a1"))


def test_what_is_returned_goes_back_to_the_allotment_while_it_lasts() -> None:
    sold = [*KEPT, out_of("Box/1/L", "Floor")]
    after = given(sold).when(cancel()).then(cancelled("b1-1", "b1-2", refund=4000)).state
    assert (after.places.kept["Box"], after.places.kept["Floor"]) == (2, 3)
    later = given(sold, released()).when(cancel()).then(cancelled("b1-1", "b1-2", refund=4000)).state
    assert (later.places.free["Box"], later.places.free["Floor"]) == (2, 20)


def test_releasing_gives_what_is_left_of_it_to_all() -> None:
    after = given(KEPT, out_of("Box/1/L", "Floor")).when(release()).then(released()).state
    assert (after.places.free["Box"], after.places.free["Floor"]) == (1, 19)
    assert set(after.places.kept.values()) == {0}
    given(KEPT, released()).when(release()).refuses(AllotmentNotFound("a1"))


def test_on_its_date_an_allotment_is_released_with_no_worker_running() -> None:
    dated = allotment("Box/1/L", release=NOON + DAY)
    last = NOON + DAY - MILLISECOND
    given(on_sale(), allotted(dated)).when(book("Box/1/L", at=last)).refuses(SeatsNotAvailable(("Box/1/L",)))
    given(on_sale(), allotted(dated)).when(book("Box/1/L", at=NOON + DAY)).then(
        released(at=NOON + DAY), booked("Box/1/L", at=NOON + DAY)
    )


def test_a_hold_out_of_an_allotment_that_runs_out_goes_back_to_it_and_late_money_takes_it_again() -> None:
    from tests.domain.show.words import confirmed, pay

    hold = replace(held("Box/1/L"), tickets=(ticket("b1", 1, "Box/1/L", allotment="a1"),))
    late = NOON + WINDOW + SECOND
    history = [*on_sale_with_time_to_pay(), allotted(BOX), hold, expired(at=late)]
    assert given(history).state.places.allotted["Box/1/L"] == "a1"
    after = given(history).when(pay(at=late)).then(confirmed(at=late)).state
    assert "Box/1/L" not in after.places.allotted


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (allotment(), BadOffer("An allotment keeps back at least one place.")),
        (allotment("Box/1/L", release=NOON), BadOffer("The release date of an allotment is in the future.")),
        (allotment("Box/1/L", "Box/1/L"), SeatsNamedTwice(("Box/1/L",))),
        (allotment("Box/9/L"), SeatsUnknown(("Box/9/L",))),
        (allotment("Stalls/A/1"), SeatsNotAvailable(("Stalls/A/1",))),
        (allotment(floor=21), NotEnoughPlaces("Floor", 21, 20)),
        (Allotment("a1", "x", (), (AreaShare("Stalls", 1),)), NotEnoughPlaces("Stalls", 1, 0)),
        (Allotment("a1", "x", (), (AreaShare("Nowhere", 1),)), NotEnoughPlaces("Nowhere", 1, 0)),
        (
            Allotment("a1", "x", (), (AreaShare("Floor", 1), AreaShare("Floor", 1))),
            BadOffer("An allotment names an area once."),
        ),
        (
            Allotment("a1", "x", (), (AreaShare("Floor", -1),)),
            BadOffer("An allotment keeps back at least one place of an area that it names."),
        ),
    ],
)
def test_only_places_that_are_free_can_be_kept_back(wrong: Allotment, reason: Refusal) -> None:
    given(on_sale(), booked("Stalls/A/1")).when(allot(wrong)).refuses(reason)


def test_an_allotment_is_made_once_and_not_for_a_show_that_is_cancelled_or_over() -> None:
    given(KEPT).when(allot(BOX)).refuses(AllotmentAlreadyMade("a1"))
    given(on_sale(), called_off()).when(allot(BOX)).refuses(ShowIsCancelled(SHOW))
    given(on_sale()).when(allot(BOX, at=STARTS)).refuses(ShowIsOver(STARTS))
