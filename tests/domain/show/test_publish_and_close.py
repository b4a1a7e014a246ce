"""PublishShow and CloseSales: draft, on sale, closed; and never back."""

import pytest

from domain.refusal import Refusal
from domain.show.commands import PublishShow, ShowCommand
from domain.show.refusals import NotOnSale, SalesAreClosed, ShowNotFound
from tests.domain.show.words import (
    NOON,
    SHOW,
    book,
    cancel,
    close_sales,
    expire_holds,
    given,
    on_sale,
    pay,
    published,
    sales_closed,
    scheduled,
)

PUBLISH = PublishShow(SHOW, NOON)


def test_a_draft_goes_on_sale() -> None:
    given(scheduled()).when(PUBLISH).then(published(at=NOON))


def test_publishing_twice_adds_nothing() -> None:
    given(on_sale()).when(PUBLISH).then()


def test_closed_sales_do_not_open_again() -> None:
    given(on_sale(), sales_closed()).when(PUBLISH).refuses(SalesAreClosed())


def test_sales_close() -> None:
    given(on_sale()).when(close_sales()).then(sales_closed())


def test_closing_twice_adds_nothing() -> None:
    given(on_sale(), sales_closed()).when(close_sales()).then()


def test_what_was_never_on_sale_cannot_be_closed() -> None:
    given(scheduled()).when(close_sales()).refuses(NotOnSale(SHOW))


@pytest.mark.parametrize(
    "command", [PUBLISH, close_sales(), book("Box/1/L"), pay(), cancel(), expire_holds()]
)
def test_of_a_show_that_was_never_scheduled_nothing_can_be_asked(command: ShowCommand) -> None:
    given().when(command).refuses(ShowNotFound(SHOW))


@pytest.mark.parametrize(
    ("history", "reason"),
    [([scheduled()], NotOnSale(SHOW)), ([*on_sale(), sales_closed()], SalesAreClosed())],
)
def test_only_what_is_on_sale_can_be_booked(history: list[object], reason: Refusal) -> None:
    given(history).when(book("Box/1/L")).refuses(reason)


def test_an_organisers_change_moves_the_offers_version_and_a_sale_does_not() -> None:
    from tests.domain.show.words import booked

    assert given(on_sale(), booked("Box/1/L")).state.offer_version == 2
    assert given(on_sale(), booked("Box/1/L"), sales_closed()).state.offer_version == 4
