"""The choice of places against one that tries everything."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.journal import Journal
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.choosing import Pick, best_in_run, fewest_adjacent
from domain.show.places import Places
from domain.show.single_seats import single_seat_left
from tests.domain.show.words import ticket


@given(st.integers(0, 12), st.integers(1, 20), st.integers(1, 20), st.integers(0, 60))
def test_the_best_in_a_run_leaves_no_single_seat_if_it_can_and_is_nearest_the_centre(
    begin: int, length: int, quantity: int, doubled: int
) -> None:
    quantity, ideal = min(quantity, length), doubled / 2
    last = begin + length - quantity
    best = min(
        (start - begin == 1 or last - start == 1, abs(start - ideal)) for start in range(begin, last + 1)
    )
    found = best_in_run(begin, begin + length, quantity, ideal)
    assert begin <= found.start <= last
    assert (found.leaves_single, found.off_centre) == best


@given(st.lists(st.integers(0, 6), max_size=12), st.integers(1, 30))
def test_the_fewest_adjacent_rows_are_the_first_of_the_shortest(room: list[int], quantity: int) -> None:
    stretches = [
        range(first, end)
        for first in range(len(room))
        for end in range(first + 1, len(room) + 1)
        if all(room[first:end]) and sum(room[first:end]) >= quantity
    ]
    best = min(stretches, key=lambda each: (len(each), each.start), default=range(0))
    assert fewest_adjacent(room, quantity) == best


ROWS = ("A", "B", "C")
PLAN = SeatingPlan(
    (
        Section("S", tuple(Row(name, 6, accessible=("1",), companions=("2",)) for name in ROWS[:1])
                + tuple(Row(name, 6) for name in ROWS[1:])),
        Section("T", (Row("A", 5),)),
    ),
    (Area("F", 2),),
)  # fmt: skip
ALL = [
    row.seat(n)
    for rows in Places(PLAN, Journal()).rows.values()
    for row in rows.values()
    for n in range(row.row.size)
]
SPECIAL = {"S/A/1", "S/A/2"}
taken_seats = st.sets(st.sampled_from(ALL), max_size=20)


def house(taken: set[str]) -> Places:
    places = Places(PLAN, Journal())
    for number, seat in enumerate(sorted(taken)):
        places.take(ticket("b", number, seat))
    return places


def rows_of(parts: tuple[str, ...]) -> list[list[str]]:
    names = [seat for part in parts for seat in ALL if seat.split("/")[0] == part]
    prefixes = dict.fromkeys(name.rpartition("/")[0] + "/" for name in names)
    return [[seat for seat in names if seat.startswith(prefix)] for prefix in prefixes]


def singles(row: list[str], free: set[str]) -> set[str]:
    around = [False, *(seat in free for seat in row), False]
    return {seat for n, seat in enumerate(row) if around[n + 1] and not around[n] and not around[n + 2]}


@given(taken_seats, st.integers(1, 8), st.sampled_from([("S",), ("T", "S"), ("S", "F", "T")]))
def test_the_best_available_places(taken: set[str], quantity: int, parts: tuple[str, ...]) -> None:
    places = house(taken)
    chosen = Pick(places).choose(parts, quantity)
    seats = [place.seat for place in chosen if place.seat]
    free = set(ALL) - taken - SPECIAL
    open_seats = {seat for seat in free if seat.split("/")[0] in parts}
    room = len(open_seats) + (2 if "F" in parts else 0)
    assert len(chosen) == min(quantity, room)
    assert len(set(seats)) == len(seats)
    assert set(seats) <= open_seats
    assert {place.area for place in chosen if place.area} <= {"F"} & set(parts)
    blocks = [
        (row, row[n : n + quantity])
        for row in rows_of(parts)
        for n in range(len(row) - quantity + 1)
        if set(row[n : n + quantity]) <= free
    ]
    in_area = "F" in parts and quantity <= 2
    if not blocks and not in_area:
        return
    # Somewhere there is room for all together, so together they are.
    assert len({place.area or str(place.seat).rpartition("/")[0] for place in chosen}) == 1
    places_in_row = sorted(ALL.index(seat) for seat in seats)
    assert all(after - before == 1 for before, after in pairwise(places_in_row))
    clean = [
        (row, block) for row, block in blocks if not singles(row, free - set(block)) - singles(row, free)
    ]
    if seats and (clean or in_area):
        row = next(row for row in rows_of(parts) if seats[0] in row)
        assert clean
        assert not singles(row, free - set(seats)) - singles(row, free)
        if not in_area:
            assert row == clean[0][0]


@given(taken_seats, st.lists(st.sampled_from(ALL), min_size=1, max_size=3, unique=True))
def test_the_seats_instead_of_a_choice_that_leaves_a_single_one_really_heal_it(
    taken: set[str], wished: list[str]
) -> None:
    places, pick = house(taken), Pick(house(taken))
    if not all(pick.take_seat(seat) for seat in wished):
        return
    free = set(ALL) - taken - SPECIAL
    said = single_seat_left(places, pick, tuple(wished))
    left = set()
    for row in rows_of(("S", "T")):
        left |= singles(row, free - set(wished)) - singles(row, free)
    if said is None:
        # Then no single seat is left, or in each row where one is no other choice is better.
        for row in rows_of(("S", "T")):
            mine = [seat for seat in wished if seat in row and seat not in SPECIAL]
            if left & set(row):
                blocks = [row[n : n + len(mine)] for n in range(len(row) - len(mine) + 1)]
                fit = [
                    b
                    for b in blocks
                    if set(b) <= free and not singles(row, free - set(b)) - singles(row, free)
                ]
                assert not fit
        return
    row = next(row for row in rows_of(("S", "T")) if said.instead[0] in row)
    assert set(said.seats) == left & set(row)
    assert len(said.instead) == len([seat for seat in wished if seat in row and seat not in SPECIAL])
    healed = [seat for seat in wished if seat not in row or seat in SPECIAL] + list(said.instead)
    again = Pick(places)
    assert all(again.take_seat(seat) for seat in healed)
    after = single_seat_left(places, again, tuple(healed))
    assert after is None or not set(after.seats) & set(row)
