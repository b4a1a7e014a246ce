"""One seat, a hundred buyers at once, one process."""

import asyncio
from pathlib import Path

from tests.system.events import event_with_seats
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.servers import buyer, command_api

BUYERS = 100


async def test_the_last_seat_goes_to_exactly_one_of_a_hundred(database: str, tmp_path: Path) -> None:
    async with command_api(database, tmp_path) as server:
        show = await event_with_seats(server, 1, 1)
        body = {"event_id": show["id"], "seats": ["S/1/1"]}
        answers = await asyncio.gather(
            *(server.send("POST", "/api/v1/bookings", body, by=buyer(number)) for number in range(BUYERS))
        )
    won = [answer.json()["id"] for answer in answers if answer.status == 201]
    lost = [answer.json()["code"] for answer in answers if answer.status == 409]
    found = await found_in(database)
    tell(
        f"last seat: {BUYERS} buyers, acknowledged {len(won)}, refused {len(lost)}, found {found.bookings.total()}"
    )
    assert len(won) == 1
    assert len(lost) == BUYERS - 1
    assert set(lost) <= {"seats-not-available", "sold-out"}
    assert list(found.bookings.elements()) == won
    assert found.is_whole
