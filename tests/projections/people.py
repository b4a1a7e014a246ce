"""People with keys, for tests of whatever folds or shows what is about them."""

from collections.abc import Container

from asyncpg.pool import Pool, PoolConnectionProxy

from domain.personal import Person
from runtime.master_key import MasterKey
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import KnownPerson
from runtime.privacy.person_key import PersonKey

MASTER = MasterKey([bytes(range(32))])

BOB_KEY = PersonKey("01a201e2-0000-7000-8000-0000000000b1", b"b" * 32)
CARLA_KEY = PersonKey("01a201e2-0000-7000-8000-0000000000c1", b"c" * 32)
KEYS = {key.person_id: key for key in (BOB_KEY, CARLA_KEY)}
"""Of those whom no database need know: a keyring that is told of them never asks."""


def encrypted(key: PersonKey, name: str, email: str, account_id: str | None, contact_id: str) -> Person:
    """Somebody as facts have them."""
    return Person(key.encrypt(name), key.encrypt(email), account_id, key.person_id, contact_id)


def known(person: KnownPerson, name: str, email: str, account_id: str | None = None) -> Person:
    """The same of somebody in the database."""
    return encrypted(person.key, name, email, account_id, person.contact_id)


BOB = encrypted(
    BOB_KEY,
    "Bobbinger",
    "bob@example.org",
    "01a201e2-0000-7000-8000-00000000000b",
    "01a201e2-0000-7000-8000-0000000000b2",
)
CARLA = encrypted(CARLA_KEY, "Carla Nuñez", "Carla@example.org", None, "01a201e2-0000-7000-8000-0000000000c2")


def keyring_over(pool: "Pool | PoolConnectionProxy", without: Container[str] = ()) -> Keyring:
    """That of a process which remembers everybody of `KEYS`, but those who have been erased."""
    keyring = Keyring(pool, MASTER)
    for key in KEYS.values():
        if key.person_id not in without:
            keyring.remember(key)
    return keyring
