"""CancelBooking: what comes back, by the show's policy or by staff's own word, and never more than was paid."""

import pytest

from domain.money import Money
from domain.show.commands import ChangeShow
from domain.show.offer import Offer
from domain.show.refusals import BadOffer, RefundTooHigh
from domain.show.rules import Refunds, RefundTier, Rules
from tests.domain.show.words import (
    DAY,
    MILLISECOND,
    NOON,
    SHOW,
    STARTS,
    booked,
    cancel,
    cancelled,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
)
from tests.domain.show.words_of_change import called_off

TIERS = Refunds("tiered", (RefundTier(2, 50), RefundTier(14, 90)))
ODD = Offer("odd", "Odd", eur(333))


@pytest.mark.parametrize(
    ("before", "back"),
    [
        (30 * DAY, 1800), (14 * DAY, 1800), (14 * DAY - MILLISECOND, 1000),
        (2 * DAY, 1000), (2 * DAY - MILLISECOND, 0), (MILLISECOND, 0),
    ],
)  # fmt: skip
def test_the_best_tier_that_is_met_counts_to_the_millisecond(before: object, back: int) -> None:
    at = STARTS - before  # type: ignore[operator]
    given(on_sale(rules=Rules(refunds=TIERS)), booked("Box/1/L")).when(cancel(at=at)).then(
        cancelled("b1-1", refund=back, at=at)
    )


def test_nothing_comes_back_where_the_policy_is_none() -> None:
    given(on_sale(rules=Rules(refunds=Refunds("none"))), booked("Box/1/L")).when(cancel()).then(
        cancelled("b1-1")
    )


def test_fractions_of_a_minor_unit_stay_with_the_house() -> None:
    half = Rules(refunds=Refunds("tiered", (RefundTier(0, 50),)))
    given(on_sale(ODD, rules=half), booked("Box/1/L", offer=ODD)).when(cancel()).then(
        cancelled("b1-1", refund=166)
    )


def test_staff_may_give_back_more_or_less_than_the_policy() -> None:
    none = [*on_sale(rules=Rules(refunds=Refunds("none"))), booked("Box/1/L", "Box/1/R")]
    for refund in (0, 1, 4000):
        given(none).when(cancel("b1-1", refund=refund, reason="kind")).then(
            cancelled("b1-1", refund=refund, reason="kind")
        )


def test_never_more_than_was_paid_comes_back() -> None:
    paid = [*on_sale(), booked("Box/1/L", "Box/1/R")]
    given(paid).when(cancel(refund=4001)).refuses(RefundTooHigh(eur(4001), eur(4000)))
    most = given(paid).when(cancel("b1-1", refund=3000)).then(cancelled("b1-1", refund=3000))
    most.when(cancel(refund=1001)).refuses(RefundTooHigh(eur(1001), eur(1000)))
    most.when(cancel()).then(cancelled("b1-2", refund=1000))
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(cancel(refund=1)).refuses(
        RefundTooHigh(eur(1), eur(0))
    )


def test_a_refund_is_in_the_money_that_was_paid() -> None:
    from msgspec.structs import replace

    francs = replace(cancel(), refund=Money(1, "CHF"))
    given(on_sale(), booked("Box/1/L")).when(francs).refuses(RefundTooHigh(Money(1, "CHF"), eur(2000)))


def test_of_a_cancelled_show_all_comes_back_whatever_the_policy_and_the_hour() -> None:
    none = [*on_sale(rules=Rules(refunds=Refunds("none"))), booked("Box/1/L"), called_off()]
    given(none).when(cancel(at=STARTS + DAY)).then(cancelled("b1-1", refund=2000, at=STARTS + DAY))


def test_a_policy_is_tiered_exactly_when_it_has_tiers_of_real_percentages() -> None:
    for refunds, problem in (
        (Refunds("tiered"), "A tiered refund policy has tiers, and no other has."),
        (Refunds("full", (RefundTier(1, 1),)), "A tiered refund policy has tiers, and no other has."),
        (Refunds("tiered", (RefundTier(1, 101),)), "A refund is between 0 and 100 percent of the price."),
        (Refunds("tiered", (RefundTier(1, -1),)), "A refund is between 0 and 100 percent of the price."),
    ):
        command = ChangeShow(SHOW, NOON, rules=Rules(refunds=refunds), rule_names=("refunds",))
        given(on_sale()).when(command).refuses(BadOffer(problem))
