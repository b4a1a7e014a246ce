"""Public lists are answered from memory for as long as they would be the same, and no longer."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from query_api.memory import ENTRY_BYTES, Answer, Memory
from query_api.reading import Read
from tests.projections.season import on_sale, scheduled, venue
from tests.query_api.conftest import World, bearer

LISTS = (
    "/events",
    "/events?limit=1&sort=name",
    "/events/available",
    "/events/search?q=boh",
    "/events/calendar?month=2027-03",
    "/venues",
    "/ticket-types",
)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query that is run."""
    found: list[str] = []
    run = Read.rows

    async def counted(self: Read, query: str, *arguments: Any) -> list[asyncpg.Record]:
        found.append(query)
        return await run(self, query, *arguments)

    monkeypatch.setattr(Read, "rows", counted)
    return found


@pytest.fixture
async def house(world: World) -> World:
    its, show = venue(), scheduled()
    await world.log.append(f"venue-{its.venue_id}", its)
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    return world


async def test_the_same_question_is_asked_of_the_database_once(house: World, queries: list[str]) -> None:
    for path in LISTS:
        first = await house.get(path)
        assert first.status_code == 200, path
        asked = len(queries)
        second = await house.get(path)
        assert (second.content, len(queries)) == (first.content, asked), path
        assert second.headers["Seatledger-Position"] == first.headers["Seatledger-Position"]
        for header, value in (("Vary", "Authorization"), ("Cache-Control", "no-cache")):
            assert value in second.headers[header]


async def test_who_has_the_answer_already_hears_so_without_a_query(house: World, queries: list[str]) -> None:
    for path in LISTS:
        tag = (await house.get(path)).headers["ETag"]
        assert tag.startswith('W/"')
        asked = len(queries)
        for sent in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
            answer = await house.client.get(f"/api/v1{path}", headers={"If-None-Match": sent})
            assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
        assert len(queries) == asked
        other = await house.client.get(f"/api/v1{path}", headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200


async def test_another_fact_or_another_minute_makes_another_answer(house: World) -> None:
    tag = (await house.get("/events")).headers["ETag"]
    show = scheduled("Tosca")
    await house.happened(f"show-{show.show_id}", *on_sale(show))
    answer = await house.get("/events")
    assert answer.headers["ETag"] != tag
    assert len(answer.json()["items"]) == 2
    house.now = show.starts_at + timedelta(minutes=1)
    assert await house.names("/events") == []


async def test_staff_and_public_never_share_an_answer(house: World) -> None:
    draft = scheduled("Secret")
    await house.happened(f"show-{draft.show_id}", draft)
    for path in ("/events", "/events/search?q=secret"):
        staff, public = await house.get(path, "clerk"), await house.get(path)
        assert "Secret" in staff.text
        assert "Secret" not in public.text
        assert staff.headers["ETag"] != public.headers["ETag"]
        headers = {"If-None-Match": staff.headers["ETag"]}
        assert (await house.client.get(f"/api/v1{path}", headers=headers)).status_code == 200
        customer = await house.client.get(f"/api/v1{path}", headers=bearer("ana"))
        assert customer.content == public.content


async def test_a_bad_token_is_refused_whatever_is_remembered(house: World) -> None:
    tag = (await house.get("/events")).headers["ETag"]
    headers = {"Authorization": "Bearer nonsense", "If-None-Match": tag}
    assert (await house.client.get("/api/v1/events", headers=headers)).status_code == 401


async def test_an_error_is_not_remembered(house: World) -> None:
    for _ in range(2):
        assert (await house.get("/events?limit=0")).status_code == 422
        assert (await house.get("/events?cursor=nonsense")).json()["code"] == "bad-cursor"


async def test_a_page_further_on_is_remembered_like_the_first(house: World, queries: list[str]) -> None:
    show = scheduled("Tosca")
    await house.happened(f"show-{show.show_id}", *on_sale(show))
    cursor = (await house.get("/events", limit=1)).json()["next"]
    first = await house.get("/events", limit=1, cursor=cursor)
    asked = len(queries)
    assert (await house.get("/events", limit=1, cursor=cursor)).content == first.content
    assert len(queries) == asked


def answer(tag: str, size: int = 1) -> Answer:
    return Answer(tag, b"x" * size, "1")


async def test_many_who_ask_at_once_share_one_answer() -> None:
    memory, made = Memory(), 0
    go = asyncio.Event()

    async def make() -> Answer:
        nonlocal made
        made += 1
        await go.wait()
        return answer("t")

    key = ("/", b"", False)
    asking = [asyncio.create_task(memory.answer(key, "t", make)) for _ in range(20)]
    await asyncio.sleep(0)
    # The first one goes away: the others still get theirs.
    asking[0].cancel()
    await asyncio.sleep(0)
    go.set()
    answers = await asyncio.gather(*asking[1:])
    assert (made, {each.tag for each in answers}) == (1, {"t"})


async def test_a_failure_is_everybodys_and_nobodys_afterwards() -> None:
    memory, key = Memory(), ("/", b"", False)

    async def fail() -> Answer:
        raise ValueError("no")

    async def succeed() -> Answer:
        return answer("t")

    found = await asyncio.gather(*(memory.answer(key, "t", fail) for _ in range(3)), return_exceptions=True)
    assert [str(each) for each in found] == ["no"] * 3
    assert (await memory.answer(key, "t", succeed)).tag == "t"


async def test_memory_is_bounded_and_forgets_what_is_used_least() -> None:
    memory, made = Memory(bytes_max=3 * (ENTRY_BYTES + 1 + 100)), []

    async def ask(path: str, size: int = 100) -> None:
        async def make() -> Answer:
            made.append(path)
            return answer("t", size)

        await memory.answer((path, b"", False), "t", make)

    for path in ("a", "b", "c", "a", "d", "a", "b"):
        await ask(path)
    assert made == ["a", "b", "c", "d", "b"]
    await ask("huge", 3 * (ENTRY_BYTES + 1 + 100))
    await ask("huge", 3 * (ENTRY_BYTES + 1 + 100))
    assert made[-2:] == ["huge", "huge"]
    await ask("a")
    assert made[-1] == "huge"


async def test_a_million_long_questions_with_short_answers_fill_no_memory() -> None:
    memory, asked, long = Memory(bytes_max=10 * 50_000), 0, b"x" * 40_000

    async def make() -> Answer:
        nonlocal asked
        asked += 1
        return answer("t")

    # A parameter that nobody knows is as good as any: the question is another one, the answer the same.
    for number in range(100):
        await memory.answer(("/", b"%d" % number + long, False), "t", make)
    for number in range(100):
        await memory.answer(("/", b"%d" % number + long, False), "t", make)
    assert asked == 200
