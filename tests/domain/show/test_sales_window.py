"""When tickets can be bought: within each offer's window, and until the show is over. Edges to the millisecond."""

from datetime import datetime

import pytest

from domain.refusal import Refusal
from domain.show.offer import Offer
from domain.show.refusals import SalesAreClosed, SalesNotOpen, ShowIsOver
from tests.domain.show.words import (
    DAY,
    MILLISECOND,
    NOON,
    STANDARD,
    STARTS,
    book,
    booked,
    eur,
    given,
    on_sale,
    places,
)

EARLY = Offer("early", "Early bird", eur(1500), sales_from=NOON, sales_until=NOON + DAY)


@pytest.mark.parametrize("at", [NOON, NOON + DAY - MILLISECOND])
def test_tickets_are_sold_from_the_first_moment_of_the_window_to_the_last(at: datetime) -> None:
    given(on_sale(EARLY)).when(book("Box/1/L", at=at)).then(booked("Box/1/L", offer=EARLY, at=at))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOON - MILLISECOND, SalesNotOpen("early", NOON)),
        (NOON + DAY, SalesAreClosed("early", NOON + DAY)),
    ],
)
def test_outside_its_window_an_offer_is_not_sold(at: datetime, reason: Refusal) -> None:
    given(on_sale(EARLY)).when(book("Box/1/L", at=at)).refuses(reason)


def test_each_offer_of_a_booking_must_be_in_its_window() -> None:
    given(on_sale(EARLY, STANDARD)).when(
        book(places(1, "standard"), places(1, "early"), at=NOON + DAY)
    ).refuses(SalesAreClosed("early", NOON + DAY))


def test_a_show_without_an_end_is_sold_until_it_starts() -> None:
    last = STARTS - MILLISECOND
    given(on_sale()).when(book("Box/1/L", at=last)).then(booked("Box/1/L", at=last))
    given(on_sale()).when(book("Box/1/L", at=STARTS)).refuses(ShowIsOver(STARTS))


def test_a_show_with_an_end_is_sold_until_it_ends() -> None:
    ends_at = STARTS + DAY
    last = ends_at - MILLISECOND
    given(on_sale(ends_at=ends_at)).when(book("Box/1/L", at=last)).then(booked("Box/1/L", at=last))
    given(on_sale(ends_at=ends_at)).when(book("Box/1/L", at=ends_at)).refuses(ShowIsOver(ends_at))
