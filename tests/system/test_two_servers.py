"""A thousand buyers, a hundred places, two processes that serve the same event."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.system.events import event_with_places, event_with_seats
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.servers import buyer, command_api

BUYERS, PLACES = 1_000, 100
AT_ONCE = 400
"""Connections open at one time: half of what the servers' queues hold, so that nobody is told to come back."""


@pytest.mark.parametrize("named_seats", [False, True], ids=["any place", "named seats"])
async def test_exactly_as_many_places_are_sold_as_there_are(
    named_seats: bool, database: str, tmp_path: Path
) -> None:
    async with command_api(database, tmp_path) as first, command_api(database, tmp_path) as second:
        servers, room = (first, second), asyncio.Semaphore(AT_ONCE)
        show = await (event_with_seats(first, 10, 10) if named_seats else event_with_places(first, PLACES))

        async def buy(number: int) -> tuple[int, str]:
            # Ten buyers for each seat, five at each server.
            seat = (
                {"seats": [f"S/{number // 10 % 10 + 1}/{number % 10 + 1}"]}
                if named_seats
                else {"quantity": 1}
            )
            server = servers[number // PLACES % 2]
            async with room:
                answer = await server.send(
                    "POST", "/api/v1/bookings", {"event_id": show["id"], **seat}, by=buyer(number)
                )
            return answer.status, answer.json()["id" if answer.status == 201 else "code"]

        answers = await asyncio.gather(*(buy(number) for number in range(BUYERS)))
    acknowledged = Counter(told for status, told in answers if status == 201)
    refused = Counter(told for status, told in answers if status != 201)
    found = await found_in(database)
    tell(
        f"two servers, {'named seats' if named_seats else 'any place'}: {BUYERS} buyers for {PLACES}, "
        f"acknowledged {acknowledged.total()}, refused {dict(refused)}, found {found.bookings.total()} in the log"
    )
    assert acknowledged.total() == found.bookings.total() == PLACES
    assert acknowledged == found.bookings, "each acknowledged booking once, and nothing else"
    assert set(refused) <= {"sold-out", "seats-not-available"}
    assert found.places.total() == PLACES
    if named_seats:
        assert set(found.places.values()) == {1}
    assert found.is_whole


async def test_a_client_may_book_at_one_and_go_on_at_the_other(database: str, tmp_path: Path) -> None:
    """As behind a load balancer: what the one has acknowledged the other knows at once."""
    async with command_api(database, tmp_path) as first, command_api(database, tmp_path) as second:
        show = await event_with_places(first, 1, status="draft")
        body, bookings = {"event_id": show["id"], "quantity": 1}, "/api/v1/bookings"
        draft = await second.send("POST", bookings, body)
        assert (draft.status, draft.json()["code"]) == (409, "not-on-sale")
        await first.done("POST", f"/api/v1/events/{show['id']}/publish")
        for _ in range(10):
            made = await second.done("POST", bookings, body)
            again = await first.send("POST", bookings, body)
            assert (again.status, again.json()["code"]) == (409, "sold-out")
            await first.done("DELETE", f"{bookings}/{made['id']}")
            made = await second.done("POST", bookings, body)
            await first.done("DELETE", f"{bookings}/{made['id']}")


async def test_a_request_that_slept_in_a_frozen_process_hears_the_no_that_its_retry_was_told(
    database: str, tmp_path: Path
) -> None:
    """When it wakes there is a place again. Whoever asked has been refused by then, and it must stay so."""
    async with command_api(database, tmp_path) as first, command_api(database, tmp_path) as second:
        show = await event_with_places(first, 1)
        body, bookings = {"event_id": show["id"], "quantity": 1}, "/api/v1/bookings"
        taken = await second.done("POST", bookings, body, by=buyer(1))
        with first.frozen():
            asked = asyncio.create_task(first.send("POST", bookings, body, by=buyer(2), key="k"))
            retried = await second.send("POST", bookings, body, by=buyer(2), key="k")
            assert (retried.status, retried.json()["code"]) == (409, "sold-out")
            await second.done("DELETE", f"{bookings}/{taken['id']}")
            assert not asked.done()
        late = await asked
        assert (late.status, late.body) == (409, retried.body)
        assert late.headers["idempotent-replayed"] == "true"
        await second.done("POST", bookings, body, by=buyer(3), key="k")
