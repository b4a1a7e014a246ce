"""Every address that shows people opens what is about them, and says `[erased]` where their key is gone."""

import asyncio
import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any

import httpx
import pytest

from domain.personal import Person
from domain.show.facts import SeatsBooked, ShowScheduled, TicketHolderNamed
from projections.rebuilding.rebuild import rebuild
from runtime.privacy.people import KnownPerson, People
from tests.projections.conftest import people
from tests.projections.erasing import erase
from tests.projections.people import keyring_over, known
from tests.projections.season import ANA, booked, on_sale, scheduled, standing
from tests.projections.writing import NOON
from tests.query_api.conftest import CALLERS, World, bearer

__all__ = ["people"]

DEADLINE_SECONDS = 60.0
BOB_NAME, BOB_EMAIL = '=Bob "Quux", \\ Łuk', "bob@example.org"
GUEST_NAME, GUEST_EMAIL = "Gwén Pérez", "Gwen@Example.net"


@dataclass
class House:
    """Bob has an account, Gwen has none; Ana's booking is from before there were keys."""

    world: World
    show: ShowScheduled
    bob: KnownPerson
    gwen: KnownPerson
    bobs: SeatsBooked
    gwens: SeatsBooked
    anas: SeatsBooked
    position: int


@pytest.fixture
async def house(world: World, people: People) -> House:
    account = CALLERS["bob"].id
    bob = await people.of_account(account, BOB_EMAIL, NOON)
    gwen = await people.guest(GUEST_EMAIL.lower(), NOON)
    show, anas = scheduled(), Person("Ana Ruiz", "ana@example.org", ANA.id)
    bobs = booked(show, standing(), customer=known(bob, BOB_NAME, BOB_EMAIL, account))
    gwens = booked(show, standing(), standing(), customer=known(gwen, GUEST_NAME, GUEST_EMAIL))
    old = booked(show, standing(), customer=anas)
    ticket = bobs.tickets[0].id
    named = TicketHolderNamed(show.show_id, bobs.booking_id, ticket, bob.key.encrypt("Hugo Holder"), NOON)
    position = await world.happened(f"show-{show.show_id}", *on_sale(show), bobs, gwens, old, named)
    return House(world, show, bob, gwen, bobs, gwens, old, position)


def addresses(house: House) -> list[tuple[str, str]]:
    """Each with who asks: all that show Bob."""
    show, booking, ticket = house.show.show_id, house.bobs.booking_id, house.bobs.tickets[0].id
    return [
        ("/bookings", "bob"),
        ("/bookings?expand=event", "bob"),
        (f"/bookings/{booking}", "bob"),
        (f"/bookings/{booking}?expand=event", "clerk"),
        (f"/bookings/{booking}?as_of={house.position}", "clerk"),
        ("/bookings/all", "clerk"),
        ("/bookings/all?expand=event", "clerk"),
        (f"/events/{show}/bookings", "clerk"),
        (f"/bookings/event/{show}", "clerk"),
        (f"/ticket-types/{house.bobs.tickets[0].ticket_type_id}/bookings", "clerk"),
        (f"/bookings/{booking}/tickets", "bob"),
        (f"/bookings/{booking}/tickets/{ticket}", "bob"),
        ("/statistics/customers", "clerk"),
        ("/statistics/customers?format=csv", "clerk"),
    ]


NO_PERSON = ("/bookings/{booking}/calendar.ics", "/bookings/{booking}/tickets/{ticket}/qr.svg")


async def ask(world: World, path: str, who: str) -> httpx.Response:
    headers = {"Seatledger-Min-Position": str(world.position), **bearer(who)}
    answer = await world.client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    assert "pd1." not in answer.text, path
    assert "content-length" not in answer.headers or int(answer.headers["content-length"]) == len(
        answer.content
    )
    return answer


async def shows_bob(world: World) -> bool:
    return BOB_EMAIL in (await ask(world, "/bookings/all", "clerk")).text


async def gone(world: World) -> None:
    """Once the serving process has heard of the erasure."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while await shows_bob(world):  # noqa: ASYNC110 - what is waited for is in the server, and sets no event
            await asyncio.sleep(0.05)


def texts(value: Any) -> set[str]:
    """Every text in a JSON document."""
    if isinstance(value, dict):
        return {text for each in value.values() for text in texts(each)}
    if isinstance(value, list):
        return {text for each in value for text in texts(each)}
    return {value} if isinstance(value, str) else set()


async def test_every_address_opens_what_is_about_people(house: House) -> None:
    for path, who in addresses(house):
        answer = await ask(house.world, path, who)
        if "csv" in path:
            continue
        found = texts(answer.json())
        shown = {"Hugo Holder"} if "tickets" in path else {BOB_NAME, BOB_EMAIL}
        assert shown <= found, path
        assert answer.headers["Cache-Control"] == "private, no-store", path
    for path in NO_PERSON:
        place = path.format(booking=house.bobs.booking_id, ticket=house.bobs.tickets[0].id)
        assert BOB_EMAIL not in (await ask(house.world, place, "bob")).text


async def test_once_erased_every_address_says_so(house: House, people: People) -> None:
    for path, who in addresses(house):
        await ask(house.world, path, who)
    await erase(people, house.world.log, house.bob, CALLERS["bob"].id)
    await house.world.project()
    await gone(house.world)
    for path, who in addresses(house):
        answer = await ask(house.world, path, who)
        assert "[erased]" in answer.text, path
        for mark in ("Quux", BOB_EMAIL, "Hugo", "Łuk"):
            assert mark not in answer.text, path
    everybody = (await ask(house.world, "/bookings/all", "clerk")).text
    assert GUEST_NAME in everybody
    assert "Ana Ruiz" in everybody


@pytest.mark.parametrize(
    "query", ["name=quux", "name=luk", "name=hugo", "email=bob@example", "q=bob@example.org", "q=holder"]
)
async def test_people_are_found_by_name_and_address_until_they_are_erased(
    house: House, people: People, query: str
) -> None:
    def found(answer: httpx.Response) -> list[str]:
        return [each["id"] for each in answer.json()["items"]]

    path = f"/bookings/search?{query}"
    assert found(await ask(house.world, path, "clerk")) == [house.bobs.booking_id]
    await erase(people, house.world.log, house.bob)
    await house.world.project()
    assert found(await ask(house.world, path, "clerk")) == []
    (gwens,) = (await ask(house.world, "/bookings/search?name=gwen+perez", "clerk")).json()["items"]
    assert gwens["customer"] == {
        "id": None,
        "person_id": house.gwen.person_id,
        "name": GUEST_NAME,
        "email": GUEST_EMAIL,
    }
    await rebuild("booking_search", house.world.pool, keyring_over(house.world.pool))
    assert found(await ask(house.world, path, "clerk")) == []


async def test_a_csv_cell_is_opened_before_it_is_quoted_and_begins_no_formula(house: House) -> None:
    answer = await ask(house.world, "/statistics/customers?format=csv", "clerk")
    names = {row["name"] for row in csv.DictReader(StringIO(answer.text, newline=""))}
    assert names == {f"'{BOB_NAME}", GUEST_NAME, "Ana Ruiz"}


async def test_statistics_are_the_same_before_and_after_but_for_the_names(
    house: House, people: People
) -> None:
    show = house.show.show_id
    paths = [
        "/statistics/overview",
        "/statistics/customers?period=day",
        "/statistics/revenue?group_by=event&period=day",
        "/statistics/sales?period=hour",
        f"/events/{show}/statistics",
        f"/events/{show}/revenue",
    ]
    before = {path: (await ask(house.world, path, "clerk")).json() for path in paths}
    csv_before = (await ask(house.world, "/statistics/customers?format=csv", "clerk")).text
    await erase(people, house.world.log, house.bob)
    await erase(people, house.world.log, house.gwen)
    await house.world.project()
    await gone(house.world)
    for path in paths:
        after = (await ask(house.world, path, "clerk")).json()
        assert unnamed(after) == unnamed(before[path]), path
    csv_after = (await ask(house.world, "/statistics/customers?format=csv", "clerk")).text
    assert "[erased],[erased]" in csv_after
    assert len(csv_after.splitlines()) == len(csv_before.splitlines())


def unnamed(value: Any) -> Any:
    """Without names and addresses of customers, and without the position, which goes on."""
    if isinstance(value, list):
        return [unnamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    left = {name: unnamed(each) for name, each in value.items() if name != "as_of_position"}
    if "customer" in left:
        left["customer"] = left["customer"]["id"]
    return left


async def test_customers_are_told_by_account_person_or_the_address_of_old(house: House) -> None:
    answer = await ask(house.world, "/statistics/customers", "clerk")
    customers = {each["customer"]["email"]: each for each in answer.json()["items"]}
    assert customers[BOB_EMAIL]["customer"] == {"id": CALLERS["bob"].id, "name": BOB_NAME, "email": BOB_EMAIL}
    assert customers[GUEST_EMAIL]["customer"] == {"id": None, "name": GUEST_NAME, "email": GUEST_EMAIL}
    assert customers[GUEST_EMAIL]["tickets"] == 2
    assert customers["ana@example.org"]["customer"]["id"] == ANA.id


async def test_a_guest_of_old_is_told_by_their_address(world: World) -> None:
    show = scheduled()
    old = booked(show, standing(), customer=Person("Dora", "Dora@Example.org"))
    await world.happened(f"show-{show.show_id}", *on_sale(show), old)
    ((one,)) = (await ask(world, "/statistics/customers", "clerk")).json()["items"]
    assert one["customer"] == {"id": None, "name": "Dora", "email": "dora@example.org"}
