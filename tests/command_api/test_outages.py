"""While the database is out of reach every operation says so with a 503, and when to come back."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest

from command_api.app import ROLE
from command_api.writing.failures import CommandFailed, OutcomeUnknown, Overloaded
from runtime.passwords import TOO_MANY_LOGINS
from runtime.problems import Problem
from tests.command_api.people import ANA
from tests.command_api.requests import COMMANDS, OF_ACCOUNTS, PASSWORD, REQUESTS, account
from tests.command_api.served import Served, served
from tests.command_api.shop import Call, Shop
from tests.conftest import copied, database_on

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


class Failing:
    """Writers that are out of luck."""

    def __init__(self, failure: CommandFailed) -> None:
        self._failure = failure

    async def carry_out(self, *_: Any, **__: Any) -> None:
        raise self._failure

    async def first_reply(self, *_: Any) -> None:
        raise self._failure


@contextmanager
def failing(running: Served, failure: CommandFailed) -> Iterator[None]:
    before = running.services
    running.services = replace(before, writers=Failing(failure))  # type: ignore[arg-type]
    try:
        yield
    finally:
        running.services = before


@pytest.mark.parametrize("operation", sorted(set(COMMANDS) - OF_ACCOUNTS))
async def test_a_command_that_found_no_room_or_no_outcome_may_be_tried_again(
    operation: str, shop: Shop
) -> None:
    call = await REQUESTS[operation](shop)
    with failing(shop.served, Overloaded(3)):
        assert (await shop.refused(call, 503, "overloaded"))["retry_after"] == 3
    with failing(shop.served, OutcomeUnknown()):
        await shop.refused(call, 503, "unavailable")
    assert (await shop.send(call)).is_success


@pytest.fixture(scope="module")
async def out_of_reach(
    postgres: str, template: str, administrator: asyncpg.Connection
) -> AsyncIterator[Shop]:
    async with copied(administrator, template) as name, gone(database_on(postgres, name)) as running:
        running.services = replace(running.services, wait_seconds=0.1)
        transport = httpx.ASGITransport(running.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Shop(running, client)


@asynccontextmanager
async def gone(database: str) -> AsyncIterator[Served]:
    """A command side whose database was there when it started."""
    pool = await asyncpg.create_pool(database, min_size=0, max_size=2, server_settings={"role": ROLE})
    async with served(pool) as running:
        pool.set_connect_args(NOWHERE)
        await pool.expire_connections()
        yield running
    pool.terminate()


@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without a key"])
@pytest.mark.parametrize("operation", sorted(set(REQUESTS) - {"RequestPasswordReset"}))
async def test_without_a_database_every_operation_answers_503(
    operation: str, keyed: bool, shop: Shop, out_of_reach: Shop
) -> None:
    call = await REQUESTS[operation](shop)
    response = await out_of_reach.send(call, key="k" if keyed and operation in COMMANDS else None)
    assert response.status_code == 503, response.text


async def test_bad_requests_are_told_so_also_without_a_database(out_of_reach: Shop) -> None:
    await out_of_reach.refused(Call("BookSeats", json={}, by=ANA), 422, "validation-failed")
    await out_of_reach.refused(Call("BookSeats", json={}, by=None), 401, "not-authenticated")


@pytest.mark.parametrize("operation", ["RegisterUser", "Login"])
async def test_too_many_passwords_at_once_are_told_to_come_back(
    operation: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise Problem(TOO_MANY_LOGINS)

    passwords = shop.served.services.accounts._passwords
    for name in ("hash", "verify", "verify_nobody"):
        monkeypatch.setattr(passwords, name, full)
    body = account() if operation == "RegisterUser" else {"email": "a@example.org", "password": PASSWORD}
    await shop.refused(Call(operation, json=body, by=None), 503, "too-many-logins")
