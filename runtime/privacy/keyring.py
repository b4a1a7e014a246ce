"""The keys of people, as far as this process has needed them lately."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from runtime.bounded import Bounded
from runtime.master_key import MasterKey
from runtime.patience import within
from runtime.privacy.person_key import ENCRYPTED, ERASED, PersonKey

KEYS_MAX = 20_000
LOOK_UP_SECONDS_MAX = 3.0
"""Longer nobody waits for a key: TimeoutError, as when the database is away."""
ENCRYPTED_BYTES = re.compile(ENCRYPTED.pattern.encode())

KEYS = "SELECT person_id::text, wrapped_key FROM privacy.people WHERE person_id = ANY ($1::uuid[])"

Keys = Mapping[str, PersonKey]
"""By person, as the encrypted text names them: 32 hexadecimal digits."""


class Keyring:
    """Reads keys over `pool` and remembers `keys_max` of them.

    That somebody has none is not remembered: it is seldom asked, and only the database knows.
    """

    def __init__(
        self, pool: "asyncpg.Pool | PoolConnectionProxy", master_key: MasterKey, keys_max: int = KEYS_MAX
    ) -> None:
        self._pool = pool
        self._master_key = master_key
        self._keys_max = keys_max
        self._known: Bounded[str, PersonKey] = Bounded(keys_max)

    def over(self, connection: PoolConnectionProxy) -> "Keyring":
        """A keyring of its own for one transaction, which may still see keys that are destroyed: it ends with that."""
        return Keyring(connection, self._master_key, self._keys_max)

    def remembered(self, person_id: str) -> PersonKey | None:
        """The key, if it has been needed lately."""
        return self._known.get(_whose(person_id))

    def remember(self, key: PersonKey) -> None:
        """`key` has been made, or found."""
        self._known.put(_whose(key.person_id), key)

    def forget(self, person_id: str) -> None:
        """They have been erased."""
        self._known.drop(_whose(person_id))

    def unwrapped(self, person_id: str, wrapped: bytes) -> PersonKey:
        """The key as its row has it. Raises `MasterKeyMissing`."""
        return PersonKey(person_id, self._master_key.unwrap(context_of(person_id), wrapped))

    async def keys(
        self, people: Iterable[str], over: PoolConnectionProxy | None = None
    ) -> dict[str, PersonKey]:
        """The keys of `people`, named as encrypted text names them. Who is missing has been erased.

        Who holds a connection of the pool has them read `over` this one: to wait for another could take for ever.
        """
        asked = set(people)
        found = {whose: key for whose in asked if (key := self._known.get(whose)) is not None}
        missing = asked - found.keys()
        if missing:
            ids = [UUID(whose) for whose in missing]
            # A connection of the caller's cannot be left alone with a question that was given up.
            rows = await (
                within(LOOK_UP_SECONDS_MAX, self._pool.fetch(KEYS, ids))
                if over is None
                else over.fetch(KEYS, ids)
            )
            for person_id, wrapped in rows:
                key = self.unwrapped(person_id, wrapped)
                self.remember(key)
                found[_whose(person_id)] = key
        return found

    async def key(self, person_id: str) -> PersonKey | None:
        """One person's key; None when they have been erased."""
        whose = _whose(person_id)
        return (await self.keys([whose])).get(whose)

    @staticmethod
    def is_needed_for(body: bytes | memoryview) -> bool:
        """Whether there is anything in `body` to be opened."""
        return b"pd1." in bytes(body)

    def opened_at_once(self, body: bytes) -> bytes | None:
        """As `opened_json`, where all keys are remembered; otherwise None."""
        try:
            return ENCRYPTED_BYTES.sub(self._opened_in_json, body)
        except LookupError:
            return None

    def _opened_in_json(self, found: re.Match[bytes]) -> bytes:
        key = self._known.get(found[1].decode())
        if key is None:
            raise LookupError("this key is not remembered")
        text = key.decrypt(found[2].decode())
        return orjson.dumps(ERASED if text is None else text)[1:-1]

    async def opened_json(self, body: bytes) -> bytes:
        """`body` with all encrypted text in its strings opened; what cannot be opened reads `[erased]`."""
        if not self.is_needed_for(body):
            return body
        parts = ENCRYPTED_BYTES.split(body)
        # Between what was not encrypted: whose it is, then the text.
        people, texts = [each.decode() for each in parts[1::3]], parts[2::3]
        keys = await self.keys(people)
        for place, (whose, text) in enumerate(zip(people, texts, strict=True)):
            parts[3 * place + 1] = orjson.dumps(_opened(whose, text.decode(), keys))[1:-1]
            parts[3 * place + 2] = b""
        return b"".join(parts)

    async def opened(self, text: str) -> str:
        """`text` with all encrypted text in it opened."""
        return opened_with(await self.keys(people_in(text)), text) if "pd1." in text else text


def _whose(person_id: str) -> str:
    """As encrypted text names them. Ids come as the database or we write them, so nothing has to be parsed."""
    return person_id.replace("-", "")


def people_in(text: str) -> set[str]:
    """Whose encrypted text there is in `text`."""
    return {found[1] for found in ENCRYPTED.finditer(text)}


def opened_with(keys: Keys, text: str) -> str:
    """`text` with all encrypted text in it opened; what `keys` do not open reads `[erased]`."""
    return ENCRYPTED.sub(lambda found: _opened(found[1], found[2], keys), text)


def context_of(person_id: str) -> bytes:
    """What a person's key is bound to while it is wrapped."""
    return b"person " + person_id.encode()


def _opened(whose: str, body: str, keys: Keys) -> str:
    key = keys.get(whose)
    text = None if key is None else key.decrypt(body)
    return ERASED if text is None else text
