"""However few connections an operator allows, those who hold one never wait for ever for another."""

import asyncio
from pathlib import Path

from tests.system.events import event_with_places
from tests.system.servers import buyer, serving, settings_for


async def test_a_process_with_a_pool_of_one_sells_and_answers(database: str, tmp_path: Path) -> None:
    settings = {**settings_for(tmp_path, database), "SEATLEDGER_POOL_MAX_CONNECTIONS": "1"}
    async with serving("serve", "command-api", settings=settings) as server:
        show = await event_with_places(server, 100, payment_window_seconds=600)
        body = {"event_id": show["id"], "quantity": 1}
        answers = await asyncio.gather(
            *(
                server.send("POST", "/api/v1/bookings", body, by=buyer(number), key="k")
                for number in range(20)
            )
        )
        assert {answer.status for answer in answers} == {201}
        assert (await server.send("GET", "/readyz")).status == 200
