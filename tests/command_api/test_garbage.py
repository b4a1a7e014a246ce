"""What a command leaves behind goes at once: circles would wait for the garbage collector, and everybody for that."""

import gc

import httpx
from starlette.types import Receive, Scope, Send

from command_api.asking import Asking
from command_api.writing.pending import Pending
from domain.refusal import Refused
from runtime.http.client_gone import LEFT
from tests.command_api.people import ANA
from tests.command_api.requests import book_call, event
from tests.command_api.served import Served
from tests.command_api.shop import Shop

OURS = (Asking, Pending, Refused)


async def test_neither_a_yes_nor_a_no_leaves_a_circle(command_side: Served, shop: Shop) -> None:
    async def as_a_server_calls_it(scope: Scope, receive: Receive, send: Send) -> None:
        await command_side({**scope, LEFT: lambda: False}, receive, send)

    show = await event(shop)
    body, token = book_call(show, seats=["Stalls/A/1"]).json, command_side.tokens.issue(ANA)
    statuses = []
    # What earlier tests have left may need several rounds to go: a finalizer may let go of more.
    while gc.collect():
        pass
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(as_a_server_calls_it), base_url="http://test"
        ) as client:
            for _ in range(3):
                answer = await client.post(
                    "/api/v1/bookings", json=body, headers={"Authorization": f"Bearer {token}"}
                )
                statuses.append(answer.status_code)
        gc.collect()
        left = [type(each).__name__ for each in gc.garbage if isinstance(each, OURS)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert statuses == [201, 409, 409]
    assert left == []
