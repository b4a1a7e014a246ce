"""Which places: by label, the best by number, wheelchair places with company, and no single seat left behind."""

from typing import Any

from tests.command_api.changes import seats_of
from tests.command_api.requests import book_call, booking, event
from tests.command_api.shop import Shop


def plan(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"name": "S", "rows": list(rows)}]}


ROW = {"name": "A", "seats": 8}
WITH_WHEELCHAIRS = {"name": "A", "seats": 8, "accessible": ["1", "8"], "companions": ["2", "7"]}


def row(*numbers: int, name: str = "A") -> list[str]:
    return [f"S/{name}/{number}" for number in numbers]


async def test_the_best_places_are_together_and_leave_nobody_alone(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(ROW, {"name": "B", "seats": 8}))
    seats = [seats_of(await booking(shop, show, quantity=3)) for _ in range(4)]
    assert {name.split("/")[1] for name in seats[0]} == {"A"}
    for chosen in seats:
        numbers = sorted(int(seat.split("/")[2]) for seat in chosen)
        assert numbers == list(range(numbers[0], numbers[0] + 3))
    left = set(row(*range(1, 9)) + row(*range(1, 9), name="B")) - {seat for each in seats for seat in each}
    assert len(left) == 4


async def test_a_party_too_large_for_a_row_is_split_over_adjacent_rows(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(ROW, {"name": "B", "seats": 8}, {"name": "C", "seats": 8}))
    made = await booking(shop, show, quantity=12)
    assert {seat.split("/")[1] for seat in seats_of(made)} == {"A", "B"}


async def test_picked_seats_must_leave_no_single_one_and_the_answer_says_which_would(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(ROW), no_single_seats=True)
    no = await shop.refused(book_call(show, seats=row(2, 3)), 409, "single-seat-left")
    assert no["seats"] == row(1)
    await booking(shop, show, seats=no["instead"])


async def test_where_no_other_choice_exists_a_single_seat_is_let_be(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan({"name": "A", "seats": 3}), no_single_seats=True)
    await booking(shop, show, seats=row(1, 2))
    await booking(shop, show, seats=row(3))


async def test_without_the_rule_anybody_picks_what_they_like(shop: Shop) -> None:
    await booking(shop, await event(shop, seating_plan=plan(ROW)), seats=row(2, 3))


async def test_wheelchair_places_come_with_company_beside_them(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(WITH_WHEELCHAIRS))
    made = await booking(shop, show, quantity=2, accessible=1)
    assert sorted(seats_of(made)) == row(1, 2)
    other = await booking(shop, show, quantity=1, accessible=1)
    assert seats_of(other) == row(8)
    no = await shop.refused(book_call(show, quantity=1, accessible=1), 409, "no-accessible-places")
    assert no["available"] == 0


async def test_wheelchair_places_and_their_company_are_not_given_to_who_does_not_ask(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(WITH_WHEELCHAIRS))
    assert set(seats_of(await booking(shop, show, quantity=4))) <= set(row(3, 4, 5, 6))


async def test_a_companion_seat_goes_with_a_wheelchair_place_of_its_row(shop: Shop) -> None:
    show = await event(shop, seating_plan=plan(WITH_WHEELCHAIRS))
    no = await shop.refused(book_call(show, seats=row(2, 3)), 409, "companion-seats")
    assert no["seats"] == row(2)
    await booking(shop, show, seats=row(1, 2))
