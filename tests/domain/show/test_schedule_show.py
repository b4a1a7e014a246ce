"""ScheduleShow: what must fit together before anything can be sold."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from domain.money import Money
from domain.refusal import Refusal
from domain.seating_plan import Area, BadSeatingPlan, SeatingPlan
from domain.show.commands import PublishShow, ScheduleShow
from domain.show.facts import (
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
)
from domain.show.offer import Offer
from domain.show.refusals import BadOffer, ShowAlreadyScheduled
from tests.domain.show.words import (
    DAY,
    HOUSE,
    NOON,
    SHOW,
    STANDARD,
    STARTS,
    VIP,
    eur,
    given,
    on_sale,
    scheduled,
)


def schedule(
    *offers: Offer,
    plan: SeatingPlan = HOUSE,
    ends_at: datetime | None = None,
    on_sale: bool = True,
) -> ScheduleShow:
    return ScheduleShow(
        SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, plan, offers, NOON,
        description="In three acts", category="opera", venue_id="venue-1", ends_at=ends_at,
        payment_window_seconds=900, on_sale=on_sale,
    )  # fmt: skip


TOSCA = ShowScheduled(
    SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, HOUSE, (STANDARD, VIP), NOON,
    "In three acts", "opera", "venue-1", None, 900,
)  # fmt: skip


def test_a_show_keeps_all_it_was_scheduled_with_and_goes_on_sale() -> None:
    given().when(schedule(STANDARD, VIP)).then(TOSCA, ShowPublished(SHOW, NOON))


def test_a_show_keeps_whose_it_is() -> None:
    owned = replace(TOSCA, owner_id="olga")
    command = replace(schedule(STANDARD, VIP, on_sale=False), owner_id="olga")
    assert given().when(command).then(owned).state.details.owner_id == "olga"
    changes = [
        ShowDetailsChanged(SHOW, "Aida", NOON),
        ShowPlanChanged(SHOW, HOUSE, NOON),
        ShowRescheduled(SHOW, STARTS, NOON),
    ]
    after = given(owned, changes).when(PublishShow(SHOW, NOON)).then(ShowPublished(SHOW, NOON))
    assert after.state.details.owner_id == "olga"
    assert given().when(schedule(STANDARD, VIP, on_sale=False)).then(TOSCA).state.details.owner_id is None


def test_a_show_can_wait_as_a_draft() -> None:
    given().when(schedule(STANDARD, VIP, on_sale=False)).then(TOSCA)


@pytest.mark.parametrize("history", [[scheduled()], on_sale()])
def test_a_show_is_scheduled_once(history: list[object]) -> None:
    given(history).when(schedule(STANDARD)).refuses(ShowAlreadyScheduled(SHOW))


def test_a_show_must_end_after_it_starts() -> None:
    given().when(schedule(STANDARD, ends_at=STARTS)).refuses(BadOffer("It must end after it starts."))


def test_a_show_in_an_impossible_house_is_refused() -> None:
    given().when(schedule(STANDARD, plan=SeatingPlan())).refuses(
        BadSeatingPlan("A plan holds between 1 and 250000 places, this one 0.")
    )


def test_a_show_must_offer_something() -> None:
    given().when(schedule()).refuses(BadOffer("At least one ticket type must be on offer."))


@pytest.mark.parametrize(
    ("offers", "problem"),
    [
        ((STANDARD, STANDARD), "Ticket type Standard is offered twice."),
        ((VIP, STANDARD, STANDARD), "Ticket type Standard is offered twice."),
        (
            (Offer("x", "X", eur(1), sections=("Balcony", "Attic", "Box")),),
            "X names sections that the plan does not have: Attic, Balcony.",
        ),
        ((Offer("x", "X", eur(1), sections=("Box", "Box")),), "X names section Box more than once."),
        (
            (Offer("x", "X", eur(1), min_per_booking=3, max_per_booking=2),),
            "X allows fewer per booking at most than at least.",
        ),
        (
            (Offer("x", "X", eur(1), sales_from=NOON, sales_until=NOON),),
            "Sales of X must end after they begin.",
        ),
        (
            (STANDARD, Offer("x", "X", Money(1, "CHF"))),
            "All prices must be in one currency, not in CHF, EUR.",
        ),
    ],
)
def test_an_offer_that_contradicts_itself_or_the_house_is_refused(
    offers: tuple[Offer, ...], problem: str
) -> None:
    given().when(schedule(*offers)).refuses(BadOffer(problem))


@pytest.mark.parametrize(
    "offer",
    [
        Offer("x", "X", eur(1), quota=0),
        Offer("x", "X", eur(0)),
        Offer("x", "X", eur(1), min_per_booking=2, max_per_booking=2),
        Offer("x", "X", eur(1), sales_until=NOON - DAY),
        Offer("x", "X", eur(1), sections=("Floor", "Box")),
    ],
)
def test_unusual_offers_that_make_sense_are_taken(offer: Offer) -> None:
    assert given().when(schedule(offer, on_sale=False)).then(
        ShowScheduled(
            SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, HOUSE, (offer,), NOON,
            "In three acts", "opera", "venue-1", None, 900,
        )
    ).state.offers == {"x": offer}  # fmt: skip


@pytest.mark.parametrize(
    ("offer", "refusal"),
    [
        (Offer("x", "X", eur(-1)), BadOffer("The price of X cannot be below nothing.")),
        (Offer("x", "X", eur(1), quota=-1), BadOffer("The quota of X cannot be below nothing.")),
        (
            Offer("x", "X", eur(1), min_per_booking=0),
            BadOffer("X must allow at least one ticket per booking."),
        ),
    ],
)
def test_an_offer_below_nothing_is_refused(offer: Offer, refusal: Refusal) -> None:
    given().when(schedule(offer)).refuses(refusal)


def test_the_show_has_the_plan_it_was_scheduled_with() -> None:
    plan = SeatingPlan(areas=(Area("Meadow", 7),))
    assert given(scheduled(plan=plan)).state.places.free == {"Meadow": 7}
