"""What a seating plan may not be, and how its places are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.journal import Journal
from domain.refusal import Refused
from domain.seating_plan import Area, BadSeatingPlan, Row, SeatingPlan, Section, check_plan, general_admission
from domain.show.places import Places

ROW = Row("A", 3)


def section(*rows: Row, name: str = "S") -> SeatingPlan:
    return SeatingPlan((Section(name, rows),))


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (SeatingPlan(), "A plan holds between 1 and 250000 places, this one 0."),
        (section(), "A plan holds between 1 and 250000 places, this one 0."),
        (general_admission(250_001), "A plan holds between 1 and 250000 places, this one 250001."),
        (general_admission(0), "Area General must hold at least one place, not 0."),
        (
            SeatingPlan((Section("S", (ROW,)),), (Area("F", -2),)),
            "Area F must hold at least one place, not -2.",
        ),
        (section(Row("A", -5), Row("B", 9)), "Row A of S cannot have -5 seats."),
        (section(Row("A", 9999), Row("A", 1)), "Section S has more than one row named A."),
        (
            SeatingPlan((Section("S", (ROW,)), Section("S", (ROW,)))),
            "The plan has more than one section or area named S.",
        ),
        (
            SeatingPlan((Section("S", (ROW,)),), (Area("S", 1),)),
            "The plan has more than one section or area named S.",
        ),
        (section(Row("A", labels=("1", "2", "1"))), "Row A of S has more than one seat named 1."),
        (section(Row("A")), "Row A of S must give either seats or labels."),
        (section(Row("A", 1, ("1",))), "Row A of S must give either seats or labels."),
        (section(ROW, name=""), "The plan has a section or area whose name is empty or contains a slash: ''."),
        (section(ROW, name="S/1"), "The plan has a section or area whose name is empty or contains a slash: 'S/1'."),
        (section(Row("A/B", 1)), "Section S has a row whose name is empty or contains a slash: 'A/B'."),
        (section(Row("", 1)), "Section S has a row whose name is empty or contains a slash: ''."),
        (
            section(Row("A", labels=("1", "1/2"))),
            "Row A of S has a seat whose name is empty or contains a slash: '1/2'.",
        ),
        (section(Row("A", labels=("",))), "Row A of S has a seat whose name is empty or contains a slash: ''."),
        (general_admission(1, "/"), "The plan has a section or area whose name is empty or contains a slash: '/'."),
    ],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_is_refused(plan: SeatingPlan, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        check_plan(plan)
    assert refused.value.reason == BadSeatingPlan(problem)


@pytest.mark.parametrize(
    "plan",
    [
        general_admission(1),
        general_admission(250_000),
        section(ROW),
        section(Row("A", labels=("Ä 1", "½", "👑"))),
        SeatingPlan((Section("Links", (ROW,)), Section("Rechts", (ROW,)))),
    ],
)
def test_a_plan_that_makes_sense_is_taken(plan: SeatingPlan) -> None:
    check_plan(plan)


names = st.text(min_size=1, max_size=4).filter(lambda name: "/" not in name)
numbered = st.builds(Row, names, st.integers(1, 30))
labelled = st.builds(
    lambda name, labels: Row(name, labels=tuple(labels)),
    names,
    st.lists(names, min_size=1, unique=True, max_size=9),
)
rows = st.lists(numbered | labelled, min_size=1, max_size=4, unique_by=lambda row: row.name).map(tuple)
plans = st.lists(
    st.builds(Section, names, rows), min_size=1, max_size=3, unique_by=lambda each: each.name
).map(lambda sections: SeatingPlan(tuple(sections)))


@given(plans)
def test_every_seat_of_a_plan_has_one_name_that_leads_back_to_it(plan: SeatingPlan) -> None:
    check_plan(plan)
    found = Places(plan, Journal())
    every = [
        (part, row, index)
        for part, by_name in found.rows.items()
        for row in by_name.values()
        for index in range(row.row.size)
    ]
    assert len({row.seat(index) for _, row, index in every}) == plan.capacity == sum(found.free.values())
    assert all(found.locate(row.seat(index)) == (part, row, index) for part, row, index in every)


@given(plans, st.text(max_size=12))
def test_whatever_is_found_by_a_name_has_that_name(plan: SeatingPlan, name: str) -> None:
    located = Places(plan, Journal()).locate(name)
    assert located is None or located[1].seat(located[2]) == name


@given(st.text(alphabet="0123456789+- _.eE١²", max_size=4))
def test_a_numbered_seat_answers_to_its_plain_number_only(label: str) -> None:
    located = Places(section(Row("A", 120)), Journal()).locate(f"S/A/{label}")
    plain = {str(number) for number in range(1, 121)}
    assert (located is not None) == (label in plain)


@given(st.text(alphabet="0123456789+- ", max_size=4))
def test_an_accessible_seat_is_one_of_the_row(label: str) -> None:
    plan = section(Row("A", 12, accessible=("1",), companions=(label,)))
    if label in [str(number) for number in range(2, 13)]:
        check_plan(plan)
    else:
        with pytest.raises(Refused):
            check_plan(plan)


def test_accessible_seats_that_the_row_does_not_have_are_named_in_order() -> None:
    with pytest.raises(Refused) as refused:
        check_plan(section(Row("A", 3, accessible=("4", "3", "0"))))
    problem = "Row A of S has no seats 0, 4 to be accessible or companion seats."
    assert refused.value.reason == BadSeatingPlan(problem)
    check_plan(section(Row("A", labels=("x", "y"), accessible=("y",), companions=("x",))))


def test_a_number_of_six_digits_is_still_a_seat() -> None:
    places = Places(section(Row("A", 100_000)), Journal())
    assert places.locate("S/A/100000") is not None
    assert places.locate("S/A/100001") is None
