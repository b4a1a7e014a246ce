"""Older clients end their paths with a slash: each read is served there too, without a redirect."""

import re
from typing import Any

from runtime.ids import new_id
from tests.projections.season import booked, on_sale, scheduled, standing
from tests.query_api.conftest import World, bearer
from tests.query_api.test_document import operations_by_path


def said(answer: Any) -> Any:
    """What an answer says, but for the number of the request."""
    if "json" not in answer.headers["content-type"]:
        return answer.content
    body = answer.json()
    return {name: value for name, value in body.items() if name != "request_id"}


async def test_every_read_is_served_with_a_slash_at_the_end(world: World) -> None:
    show = scheduled()
    made = booked(show, standing())
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    ids = {"event_id": show.show_id, "booking_id": made.booking_id, "ticket_id": made.tickets[0].id}
    found = 0
    for path, methods in operations_by_path().items():
        if "get" not in methods or "stream" in path:
            continue
        filled = re.sub(r"{(\w+)}", lambda name: ids.get(name[1]) or new_id(), path)
        plain, slashed = [
            await world.client.get(each, headers=bearer("admin")) for each in (filled, f"{filled}/")
        ]
        assert (slashed.status_code, said(slashed)) == (plain.status_code, said(plain)), path
        found += slashed.status_code == 200
    assert found >= 20
