"""The picture by which shows are compared leaves nothing out."""

from domain.show.places import Places
from domain.show.state import Show
from domain.show.stock import Stock
from tests.domain.show.picture import picture
from tests.domain.show.words import given, on_sale


def test_every_part_of_a_show_is_in_its_picture() -> None:
    shown_in_parts = {
        "places": {"free", "kept", "allotted", "shares", "seats"},
        "stock": {"held", "sold", "by_customer", "holds_by_customer"},
    }
    expected = set(Show.__slots__) - {"journal"} - set(shown_in_parts)
    expected |= {part for parts in shown_in_parts.values() for part in parts}
    assert set(picture(given(on_sale()).state)) == expected


def test_the_parts_have_no_more_parts() -> None:
    assert set(Places.__slots__) == {"_journal", "allotted", "free", "kept", "rows", "shares"}
    assert set(Stock.__slots__) == {"_journal", "by_customer", "held", "holds_by_customer", "sold"}
