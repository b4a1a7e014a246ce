"""GET /audit/customers/{id}: what happened to somebody's account, and that they were erased."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from domain.show.facts import BookingTransferred, SeatsBooked, ShowScheduled, TicketHolderNamed
from domain.show.ticket import NewTicket
from domain.user.facts import ApiKeyMade, UserDisabled, UserErased, UserRegistered, UserRoleChanged
from runtime.ids import new_id
from runtime.privacy.people import KnownPerson, People
from tests.audit_api.conftest import CALLERS, serving
from tests.audit_api.reading import ask, whole
from tests.projections.conftest import log, people
from tests.projections.erasing import erase
from tests.projections.people import known
from tests.projections.season import booked, on_sale, scheduled, seat, standing
from tests.projections.writing import NOON, LogWriter

__all__ = ["log", "people"]

ANA = CALLERS["ana"].id
NAME, EMAIL = 'Ana "Ruiz", =1+1', "ana@example.org"


@dataclass
class House:
    client: httpx.AsyncClient
    log: LogWriter
    people: People
    ana: KnownPerson
    show: ShowScheduled
    booking: SeatsBooked


@pytest.fixture
async def house(audit_pool: asyncpg.Pool, log: LogWriter, people: People) -> AsyncIterator[House]:
    """Ana's account with a booking."""
    ana = await people.of_account(ANA, EMAIL, NOON)
    person, show = known(ana, NAME, EMAIL, ANA), scheduled()
    booking = booked(show, seat("A/1"), standing(), customer=person)
    registered = UserRegistered(ANA, person.email, person.name, "customer", NOON)
    await log.append(f"user-{ANA}", registered, UserRoleChanged(ANA, "box_office", NOON))
    await log.append(f"show-{show.show_id}", *on_sale(show), booking)
    async with serving(audit_pool) as client:
        yield House(client, log, people, ana, show, booking)


def changed(item: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (change["before"], change["after"]) for name, change in item["changes"].items()}


async def test_what_happened_to_the_account_is_told_with_the_bookings(house: House) -> None:
    key = new_id()
    made = ApiKeyMade(ANA, key, "box_office", None, None, NOON)
    await house.log.append(f"user-{ANA}", made, UserDisabled(ANA, NOON), UserErased(ANA, NOON))
    for whose in (ANA, house.ana.person_id):
        items = await whole(house.client, f"/customers/{whose}", limit=2)
        assert [item["fact"] for item in items] == [
            "UserRegistered", "UserRoleChanged", "SeatsBooked", "ApiKeyMade", "UserDisabled", "UserErased",
        ]  # fmt: skip
        registered, promoted, bought, keyed, disabled, erased = map(changed, items)
        assert registered == {
            "email": (None, EMAIL), "name": (None, NAME), "role": (None, "customer"), "disabled": (None, False),
            "erased": (None, False), "keys": (None, []),
        }  # fmt: skip
        assert promoted == {"role": ("customer", "box_office")}
        assert bought["status"] == (None, "confirmed")
        assert keyed == {"keys": ([], [key])}
        assert disabled == {"disabled": (False, True), "keys": ([key], [])}
        assert erased["erased"] == (False, True)
        assert erased["email"] == (EMAIL, None)


async def test_what_made_a_booking_somebody_elses_happened_to_both(house: House) -> None:
    bob = await house.people.guest("bob@example.org", NOON)
    other, booking = known(bob, "Bob Away", "bob@example.org"), house.booking
    tickets = tuple(NewTicket(ticket.id, "ABCD-EFGH") for ticket in booking.tickets)
    show_id = house.show.show_id
    await house.log.append(
        f"show-{show_id}",
        BookingTransferred(show_id, booking.booking_id, other, tickets, NOON),
        TicketHolderNamed(show_id, booking.booking_id, tickets[0].id, bob.key.encrypt("Hanne"), NOON),
    )
    of_ana = [item["fact"] for item in await whole(house.client, f"/customers/{ANA}")]
    of_bob = [item["fact"] for item in await whole(house.client, f"/customers/{bob.person_id}")]
    assert of_ana == ["UserRegistered", "UserRoleChanged", "SeatsBooked", "BookingTransferred"]
    assert of_bob == ["BookingTransferred", "TicketHolderNamed"]


@pytest.mark.parametrize("form", ["json", "csv", "ndjson"])
async def test_who_is_erased_is_still_found_and_reads_erased(house: House, form: str) -> None:
    show = house.show.show_id
    paths = [
        f"/customers/{ANA}", f"/customers/{house.ana.person_id}", f"/events/{show}?bookings=true", "/facts",
        f"/bookings/{house.booking.booking_id}",
    ]  # fmt: skip
    for path in paths:
        told = await _told(house, path, form)
        assert EMAIL in told, path
        assert "pd1." not in told
    await erase(house.people, house.log, house.ana, ANA)
    await _forgotten(house)
    for path in paths:
        told = await _told(house, path, form)
        assert EMAIL not in told, path
        assert "Ruiz" not in told
        assert "pd1." not in told
        assert "[erased]" in told
    for path in paths[:2]:
        items = await whole(house.client, path)
        assert items[-1]["fact"] == "PersonErased"
        assert changed(items[-1]) == {"erased": (False, True)}
    (sold,) = await whole(house.client, f"/seats/{show}/Stalls/A/1")
    assert changed(sold)["booking_id"] == (None, house.booking.booking_id)


async def _told(house: House, path: str, form: str) -> str:
    path, _, more = path.partition("?")
    answer = await ask(house.client, path, "auditor", format=form, **dict([more.split("=")] if more else []))
    assert answer.status_code == 200, answer.text
    return answer.text


async def _forgotten(house: House) -> None:
    """The key has left the memory of the server."""
    async with asyncio.timeout(60):
        while EMAIL in await _told(house, "/facts", "json"):  # noqa: ASYNC110 - in the server
            await asyncio.sleep(0.05)


ALTERATIONS = [
    "data = '{}'", "data = '1e999'", "data = '\"x\"'", "name = 'Nonsense'", "tags = '{NULL}'", "metadata = '[]'",
    "tags = '{{a,b},{c,d}}'", "recorded_at = 'infinity'", "version = 77", "hash = ''",
]  # fmt: skip


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_no_alteration_keeps_a_history_from_being_shown(
    house: House, superuser: asyncpg.Connection, alteration: str
) -> None:
    show = house.show.show_id
    await superuser.execute("ALTER TABLE eventstore.events DROP CONSTRAINT events_pkey CASCADE")
    for position in (1, 3, 5):
        async with superuser.transaction():
            await superuser.execute(f"UPDATE eventstore.events SET {alteration} WHERE position = {position}")
    for path in (f"/customers/{ANA}", f"/events/{show}", "/facts", f"/seats/{show}/Stalls/A/1"):
        for form in ("json", "csv", "ndjson"):
            answer = (
                await ask(house.client, path, "auditor", format=form, bookings=True)
                if "events" in path
                else (await ask(house.client, path, "auditor", format=form))
            )
            assert answer.status_code in (200, 404), (path, form, answer.text)
