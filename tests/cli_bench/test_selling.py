"""The scenarios of an on-sale run small and say what they promise to; their clients are honest. Nothing of speed."""

from itertools import count
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.command import command
from cli.bench.load.house import House
from cli.bench.load.job import Job
from cli.bench.load.patrons import CONFIRM, HOLD, MIX, ONLY_HOLDS, SEEN, Crowd, Patron

# A database is started for each scenario, and servers for most.
pytestmark = pytest.mark.timeout(900)

GOALS = {
    "shows": {"many_to_hot"},
    "long": {"long_to_empty", "cold_start_to_reading"},
    "open": {"p99_to_p50", "accepted_share"},
    "fold": {"fold_to_reading", "replay_to_reading"},
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """What the shortest run prints. A scenario ends with an error when anything was not kept."""
    names = ["shows", "mix", "seats", "long", "open", "memory", "log", "fold"]
    arguments = [*names, "--json", "--seconds", "0.2", "--rounds", "1", "--scale", "0.001"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    printed: dict[str, Any] = orjson.loads(done.stdout)
    assert list(printed) == names
    return printed


def test_every_goal_of_an_on_sale_is_about_a_figure_that_is_there(figures: dict[str, Any]) -> None:
    for name, goals in GOALS.items():
        assert set(figures[name]["goals"]) == goals
    for found in figures.values():
        assert found.get("goals", {}).keys() <= found.keys()


def test_what_was_sold_was_checked(figures: dict[str, Any]) -> None:
    for name, side in (
        ("shows", "many"),
        ("shows", "hot"),
        ("mix", "mix"),
        ("seats", "ours-seated"),
        ("long", "long"),
    ):
        checked = figures[name]["sides"][side]["checked"]
        assert checked["acknowledged"] == checked["found"] > 0


def test_every_kind_of_request_of_the_mix_has_its_rate_and_its_latencies(figures: dict[str, Any]) -> None:
    times = figures["mix"]["times"]
    assert list(times) == list(MIX)
    assert times["availability"]["requests_per_second"]["median"] > 0
    assert 0 < times["availability"]["p50_ms"]["median"] <= times["availability"]["p99_ms"]["median"]


def test_named_seats_are_sold_and_conflicts_are_counted(figures: dict[str, Any]) -> None:
    assert figures["seats"]["goodput"] > 0
    assert 0 <= figures["seats"]["conflict_share"] < 1
    assert figures["seats"]["conflicts"].keys() == {"seat-lock", "ours-seated"}


def test_a_long_show_is_sold_on_after_its_cold_start(figures: dict[str, Any]) -> None:
    assert figures["long"]["bookings"] == 500
    assert figures["long"]["times"].keys() == {"cold start", "reading its rows"}


def test_the_log_alone_is_compared_with_pgbench_where_there_is_one(figures: dict[str, Any]) -> None:
    found = figures["log"]
    if "pgbench" in found:
        assert "to_pgbench_best" not in found
    else:
        assert found["to_pgbench_best"] > 0
    assert all(work["facts"] > 0 for name, work in found["works"].items() if "callers" in name)


def crowd_of(rows: int, row_seats: int) -> Crowd:
    return Crowd(House(Job("127.0.0.1", 1, [], 1, 1.0), "event", "Arena", rows, row_seats, chance=1))


def asked(patron: Patron) -> tuple[bytes, bytes]:
    """Path and body of the next request."""
    request = patron.ask()
    assert request is not None
    head, _, body = request.partition(b"\r\n\r\n")
    return head.split()[1], body


def booked(number: int) -> bytes:
    total = {"amount": 4500, "currency": "EUR"}
    return orjson.dumps({"id": f"b{number}", "code": f"C{number}", "total": total})


def test_who_chooses_seats_sees_those_that_were_free_when_they_looked() -> None:
    crowd = crowd_of(1, 5)
    quick, slow = Patron(crowd, "a", ONLY_HOLDS), Patron(crowd, "b", ONLY_HOLDS)
    asked(slow)
    slow.told(201, booked(0), 1.0)
    taken = orjson.loads(asked(quick)[1])["seats"][0]
    quick.told(201, booked(1), 1.0)
    assert taken not in crowd.free
    seen = {orjson.loads(asked(slow)[1])["seats"][0] for _ in range(4)}
    assert taken in seen


def test_who_is_told_that_a_seat_is_taken_looks_again_until_none_is_left() -> None:
    crowd = crowd_of(1, 3)
    patron = Patron(crowd, "a", ONLY_HOLDS)
    for _ in range(3):
        asked(patron)
        patron.told(409, b'{"code":"seats-not-available"}', 1.0)
    assert patron.ask() is None
    assert (crowd.conflicts, crowd.free, crowd.failure) == (3, [], None)


def test_an_answer_that_nobody_expected_is_a_failure() -> None:
    crowd = crowd_of(1, SEEN)
    patron = Patron(crowd, "a", ONLY_HOLDS)
    asked(patron)
    patron.told(409, b'{"code":"sold-out"}', 1.0)
    assert crowd.failure is not None
    assert crowd.conflicts == 0


def test_what_is_confirmed_was_held_and_is_paid_in_full() -> None:
    crowd = crowd_of(1, SEEN)
    patron = Patron(crowd, "a", {HOLD: 1, CONFIRM: 1})
    numbers = count()
    while not crowd.confirmed:
        path, body = asked(patron)
        if path.endswith(b"/confirm"):
            assert orjson.loads(body) == {"payment": {"reference": "C0", "amount": 4500, "currency": "EUR"}}
            assert path == b"/api/v1/bookings/b0/confirm"
            patron.told(200, b"{}", 1.0)
        else:
            patron.told(201, booked(next(numbers)), 1.0)
    assert crowd.confirmed == ["b0"]


def test_the_mix_is_a_hundred_requests() -> None:
    assert sum(MIX.values()) == 100
