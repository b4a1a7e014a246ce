"""What is kept of refusals is bounded: who asks without end fills no disk, and hides nobody else's."""

from datetime import timedelta

from command_api.refusals.allowance import STRANGERS_PART, Allowance
from eventstore.hashing import canonical
from tests.command_api.writing.words import NOON


def who(id: str, role: str = "customer") -> bytes:
    return canonical({"by": {"id": id, "role": role}, "command": "BookSeats", "request_id": "r1"})


def test_a_customer_who_asks_without_end_has_their_share_and_hides_nobody() -> None:
    allowance = Allowance(customer_bytes_max=1_000, day_bytes_max=100_000)
    kept = sum(allowance.admits(who("mallory"), 300, NOON) for _ in range(50))
    assert kept == 3
    assert allowance.admits(who("ana"), 300, NOON)
    assert not allowance.admits(who("mallory"), 300, NOON + timedelta(minutes=59))
    assert allowance.admits(who("mallory"), 300, NOON + timedelta(hours=1))


def test_strangers_are_counted_by_address_and_not_as_one_customer() -> None:
    allowance = Allowance(stranger_bytes_max=1_000, day_bytes_max=100_000)
    asked = who("anonymous")
    assert sum(allowance.admits(asked, 300, NOON, "203.0.113.7") for _ in range(50)) == 3
    assert allowance.admits(asked, 300, NOON, "203.0.113.8")
    assert not allowance.admits(asked, 300, NOON + timedelta(minutes=59), "203.0.113.7")
    assert allowance.admits(asked, 300, NOON + timedelta(hours=1), "203.0.113.7")


def test_strangers_of_any_number_of_addresses_hide_nobody_who_has_signed_in() -> None:
    day = 160_000
    allowance = Allowance(day_bytes_max=day)
    asked = who("anonymous")
    kept = sum(300 * allowance.admits(asked, 300, NOON, f"203.0.113.{number}") for number in range(1_000))
    assert 0 < kept <= day // STRANGERS_PART
    assert allowance.admits(who("ana"), 300, NOON)
    assert not allowance.admits(asked, 300, NOON + timedelta(hours=5), "198.51.100.1")
    assert allowance.admits(asked, 300, NOON + timedelta(days=1), "198.51.100.1")


def test_those_who_ask_for_many_are_bounded_by_the_day_only() -> None:
    allowance = Allowance(customer_bytes_max=1_000, day_bytes_max=6_000)
    for _ in range(20):
        assert allowance.admits(who("shop", "box_office"), 300, NOON)
    assert not allowance.admits(who("shop", "box_office"), 300, NOON + timedelta(hours=11))
    assert not allowance.admits(who("ana"), 300, NOON)
    assert allowance.admits(who("ana"), 300, NOON + timedelta(days=1))
