"""The customers of a season: accounts, each with a key."""

from datetime import datetime
from random import Random
from typing import NamedTuple

import asyncpg

from cli.bench.season.words import FIRST_NAMES, LAST_NAMES
from command_api.customers import person
from domain.personal import Person
from runtime.ids import new_id
from runtime.privacy.people import People


class Customer(NamedTuple):
    """`person` is what facts have; the name and the address are what answers must have."""

    person: Person
    id: str
    name: str
    email: str


async def customers(
    database: asyncpg.Connection, people: People, number: int, now: datetime, chance: Random
) -> list[Customer]:
    """So many, whom nobody has seen before. `database` may do as it likes."""
    accounts = {new_id(): f"customer{each}@example.org" for each in range(number)}
    known = await people.enrol_strangers(database, accounts, now)
    names = (f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}" for _ in range(number))
    return [
        Customer(person(each, name, email, account_id), account_id, name, email)
        for each, name, (account_id, email) in zip(known, names, accounts.items(), strict=True)
    ]
