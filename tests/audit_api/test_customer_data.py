"""GET /customers/{id}/data: everything that is held about somebody, for them and for administrators."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from audit_api.customers import bookings as held_bookings
from audit_api.shapes.customer_data import CustomerData
from domain.personal import Person
from domain.show.facts import (
    BookingTransferred,
    HoldExtended,
    SeatsBooked,
    ShowScheduled,
    TicketHolderNamed,
)
from domain.show.ticket import NewTicket
from domain.user.facts import UserRegistered, UserRoleChanged
from runtime.ids import new_code, new_id
from runtime.privacy.people import KnownPerson, People
from tests.audit_api.conftest import CALLERS, TOKENS, serving
from tests.projections.conftest import log, people
from tests.projections.erasing import erase
from tests.projections.people import known
from tests.projections.season import booked, held, on_sale, scheduled, standing
from tests.projections.writing import MINUTE, NOON, LogWriter

__all__ = ["log", "people"]

ANA = CALLERS["ana"].id
NOBODY = "01a201e2-0000-7000-8000-0000000000ff"
NAME, EMAIL = 'Ana "Ruiz" \\ Peña', "ana@example.org"


@dataclass
class House:
    client: httpx.AsyncClient
    log: LogWriter
    people: People
    ana: KnownPerson
    person: Person
    show: ShowScheduled

    async def ask(self, id: str, who: str = "admin", path: str = "/customers/{id}/data") -> httpx.Response:
        headers = {"Authorization": f"Bearer {TOKENS.issue(CALLERS[who])}"}
        return await self.client.get(f"/api/v1{path.format(id=id)}", headers=headers)

    async def data(self, id: str, who: str = "admin") -> dict[str, Any]:
        answer = await self.ask(id, who)
        assert answer.status_code == 200, answer.text
        assert "pd1." not in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]
        CustomerData.model_validate(answer.json())
        body: dict[str, Any] = answer.json()
        return body

    async def happened(self, *facts: Any) -> None:
        await self.log.append(f"show-{self.show.show_id}", *facts)

    def booked(self, customer: Person | None = None) -> SeatsBooked:
        return booked(self.show, standing(), customer=customer or self.person)


@pytest.fixture
async def house(audit_pool: asyncpg.Pool, log: LogWriter, people: People) -> AsyncIterator[House]:
    ana = await people.of_account(ANA, EMAIL, NOON)
    person, show = known(ana, NAME, EMAIL, ANA), scheduled()
    registered = UserRegistered(ANA, person.email, person.name, "customer", NOON)
    await log.append(f"user-{ANA}", registered, UserRoleChanged(ANA, "box_office", NOON))
    await log.append(f"show-{show.show_id}", *on_sale(show))
    async with serving(audit_pool) as client:
        yield House(client, log, people, ana, person, show)


async def test_the_file_has_the_account_and_every_booking_with_its_history(house: House) -> None:
    booking, pending = house.booked(), held(house.show, standing(), customer=house.person)
    ticket = booking.tickets[0].id
    named = TicketHolderNamed(
        house.show.show_id, booking.booking_id, ticket, house.ana.key.encrypt("Ulf"), NOON
    )
    extended = HoldExtended(house.show.show_id, pending.booking_id, NOON + 20 * MINUTE, NOON)
    await house.happened(booking, pending, named, extended)
    data = await house.data(ANA)
    assert (data["person_id"], data["account_id"]) == (house.ana.person_id, ANA)
    assert data["account"] == {
        "id": ANA,
        "email": EMAIL,
        "name": NAME,
        "role": "box_office",
        "created_at": "2027-03-01T12:00:00Z",
    }
    assert set(data["covers"]) == {"account", "bookings", "refusals"}
    first, second = data["bookings"]
    assert first["booking"]["customer"] == {
        "id": ANA,
        "person_id": house.ana.person_id,
        "name": NAME,
        "email": EMAIL,
    }
    assert first["booking"]["tickets"][0]["holder"] == "Ulf"
    assert [each["fact"] for each in first["history"]] == ["SeatsBooked", "TicketHolderNamed"]
    assert first["history"][0]["data"]["customer"]["name"] == NAME
    assert [each["fact"] for each in second["history"]] == ["SeatsHeld", "HoldExtended"]
    assert second["booking"]["status"] == "pending"


async def test_whoever_it_is_about_reads_the_same_and_nobody_else_learns_that_they_are_there(
    house: House,
) -> None:
    await house.happened(house.booked())
    assert await house.data(ANA, "ana") == await house.data(ANA)
    for who in ("clerk", "auditor"):
        answer = await house.ask(ANA, who)
        assert (answer.status_code, answer.json()["code"]) == (404, "customer-not-found")
    for nobody in (NOBODY, "no-id"):
        assert (await house.ask(nobody)).status_code == 404


async def test_a_booking_is_in_the_file_for_as_long_as_it_was_theirs(house: House) -> None:
    bob = await house.people.guest("bob@example.org", NOON)
    other = known(bob, "Bob Away", "bob@example.org")
    given, got = house.booked(), house.booked(other)
    codes = {each.booking_id: (NewTicket(each.tickets[0].id, new_code()),) for each in (given, got)}
    show_id = house.show.show_id
    await house.happened(
        given,
        got,
        BookingTransferred(show_id, given.booking_id, other, codes[given.booking_id], NOON),
        TicketHolderNamed(show_id, given.booking_id, given.tickets[0].id, bob.key.encrypt("Hanne"), NOON),
        BookingTransferred(show_id, got.booking_id, house.person, codes[got.booking_id], NOON),
    )
    answer = await house.ask(ANA)
    assert "Bob Away" not in answer.text
    assert "Hanne" not in answer.text
    bookings = {each["booking"]["id"]: each for each in (await house.data(ANA))["bookings"]}
    assert bookings[given.booking_id]["until"] == "2027-03-01T12:00:00.000000Z"
    assert [each["fact"] for each in bookings[given.booking_id]["history"]] == ["SeatsBooked"]
    assert bookings[got.booking_id]["until"] is None
    assert [each["fact"] for each in bookings[got.booking_id]["history"]] == ["BookingTransferred"]
    theirs = {each["booking"]["id"]: each for each in (await house.data(bob.person_id))["bookings"]}
    assert [each["fact"] for each in theirs[given.booking_id]["history"]] == [
        "BookingTransferred",
        "TicketHolderNamed",
    ]
    assert theirs[got.booking_id]["until"] is not None


async def test_somebody_without_an_account_has_a_file_under_their_own_id(house: House) -> None:
    gwen = await house.people.guest("gwen@example.net", NOON)
    await house.happened(house.booked(known(gwen, "Gwen", "gwen@example.net")))
    data = await house.data(gwen.person_id)
    assert (data["person_id"], data["account_id"], data["account"]) == (gwen.person_id, None, None)
    assert [each["booking"]["customer"]["name"] for each in data["bookings"]] == ["Gwen"]


async def test_an_account_from_before_there_were_keys_has_one_too(house: House) -> None:
    old = new_id()
    person = Person("Olga Old", "olga@example.org", old)
    await house.log.append(f"user-{old}", UserRegistered(old, person.email, person.name, "customer", NOON))
    await house.happened(house.booked(person))
    data = await house.data(old)
    assert (data["person_id"], data["account"]["name"]) == (None, "Olga Old")
    assert len(data["bookings"]) == 1


async def test_the_account_of_an_identity_provider_has_one_of_its_bookings(house: House) -> None:
    abroad = new_id()
    person = await house.people.of_account(abroad, "nora@example.net", NOON)
    await house.happened(house.booked(known(person, "Nora", "nora@example.net", abroad)))
    data = await house.data(abroad)
    assert (data["account_id"], data["account"], len(data["bookings"])) == (abroad, None, 1)


async def test_who_is_erased_is_not_found_and_audits_say_so(house: House) -> None:
    booking = house.booked()
    await house.happened(booking)
    audits = ("/audit/facts?limit=1000", f"/audit/bookings/{booking.booking_id}")
    for path in audits:
        answer = await house.ask("", "auditor", path)
        assert answer.json()
        assert NAME in str(answer.json()).replace("\\\\", "\\"), path
        assert "pd1." not in answer.text
        assert (
            "pd1."
            in (await house.ask("", "auditor", f"{path}{'&' if '?' in path else '?'}as_hashed=true")).text
        )
    await erase(house.people, house.log, house.ana, ANA)
    for whose in (ANA, house.ana.person_id):
        assert (await house.ask(whose)).status_code == 404
    for path in audits:
        answer = await eventually_without(house, path)
        assert "[erased]" in answer.text
        assert "pd1." not in answer.text
    history = (await house.ask("", "auditor", audits[1])).json()
    assert history["chain"] == "verified"


async def eventually_without(house: House, path: str) -> httpx.Response:
    async with asyncio.timeout(60):
        while EMAIL in (answer := await house.ask("", "auditor", path)).text:  # noqa: ASYNC110 - in the server
            await asyncio.sleep(0.05)
    return answer


async def test_a_file_is_written_some_bookings_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_bookings, "AT_A_TIME", 3)
    bookings = [house.booked() for _ in range(8)]
    await house.happened(*bookings)
    found = (await house.data(ANA))["bookings"]
    assert [each["booking"]["id"] for each in found] == [each.booking_id for each in bookings]
