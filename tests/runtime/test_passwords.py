"""Passwords are hashed off the loop, few at a time."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from runtime.passwords import Passwords
from runtime.problems import Problem

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(1, waiting_max=1, hasher=QUICK)
    yield made
    made.close()


async def test_the_password_that_was_hashed_is_the_one_that_verifies(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "wrong horse")
    assert not passwords.needs_rehash(stored)


async def test_nobodys_password_is_never_right(passwords: Passwords) -> None:
    assert not await passwords.verify_nobody("nobody's password")


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$", "$2b$12$abc"])
async def test_a_stored_value_that_is_no_hash_matches_nothing(passwords: Passwords, stored: str) -> None:
    assert not await passwords.verify(stored, "x")


async def test_beyond_the_queue_the_answer_is_503_and_later_it_goes_on(passwords: Passwords) -> None:
    gate = threading.Event()
    passwords._pool.submit(gate.wait)
    under_way = [asyncio.create_task(passwords.verify_nobody("x")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as refusal:
        await passwords.verify_nobody("x")
    assert (refusal.value.answer.status, refusal.value.answer.headers["Retry-After"]) == (503, "1")
    gate.set()
    assert await asyncio.gather(*under_way) == [False, False]
    assert not await passwords.verify_nobody("x")


def test_the_default_parameters_are_the_recommended_ones() -> None:
    made = Passwords(1)
    assert "$m=19456,t=2,p=1$" in made._nobody
    made.close()
