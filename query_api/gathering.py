"""Group commit, for reads: look-ups that come while a statement is out are answered together by the next one.

A point read costs a statement, a round trip and a turn of the event loop, whoever asks for whatever key. Under load
these are shared by all that wait; when nobody waits, a look-up leaves at once: there is no timer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")

FLIGHTS_MAX = 2
"""One under way while the next one gathers, and one more so that the database is never idle in between."""

KEYS_MAX = 200


class Gathering(Generic[Key, Found]):
    """`fetch` finds many keys at once, and leaves out what is not there.

    A look-up never joins a flight that has left: what it is told was read after it asked. What goes wrong in a flight
    goes wrong for everybody in it, and for nobody else; who stops waiting disturbs nobody.
    """

    def __init__(
        self,
        fetch: Callable[[list[Key]], Awaitable[Mapping[Key, Found]]],
        flights_max: int = FLIGHTS_MAX,
        keys_max: int = KEYS_MAX,
    ) -> None:
        self._fetch = fetch
        self._flights_max = flights_max
        self._keys_max = keys_max
        self._waiting: dict[Key, list[asyncio.Future[Found | None]]] = {}
        self._pilots: set[asyncio.Task[None]] = set()
        self._boarding = False

    async def get(self, key: Key) -> Found | None:
        """What `fetch` found for `key`, None where there is nothing. Raises what `fetch` raised."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Found | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(told)
        if not self._boarding and len(self._pilots) < self._flights_max:
            # A task begins at the next turn of the loop: whoever asks within this turn is still on board.
            self._boarding = True
            pilot = loop.create_task(self._fly())
            self._pilots.add(pilot)
            pilot.add_done_callback(self._pilots.discard)
        return await told

    async def close(self) -> None:
        """End what is under way; whoever still waits is cancelled."""
        for pilot in self._pilots:
            pilot.cancel()
        await asyncio.gather(*self._pilots, return_exceptions=True)

    async def _fly(self) -> None:
        """One flight after the other, for as long as anybody waits."""
        self._boarding = False
        while self._waiting:
            on_board = self._board()
            try:
                found = await self._fetch(list(on_board))
            except Exception as error:  # noqa: BLE001 - it is for those who asked to handle, whatever it is
                for told in _waiting_for(on_board):
                    told.set_exception(error)
            else:
                for key, askers in on_board.items():
                    for told in askers:
                        if not told.done():
                            told.set_result(found.get(key))
            finally:
                for told in _waiting_for(on_board):
                    told.cancel()

    def _board(self) -> dict[Key, list[asyncio.Future[Found | None]]]:
        """Those who have waited longest, as many as one statement takes."""
        if len(self._waiting) <= self._keys_max:
            on_board, self._waiting = self._waiting, {}
            return on_board
        return {key: self._waiting.pop(key) for key in list(self._waiting)[: self._keys_max]}


def _waiting_for(
    on_board: Mapping[Key, list[asyncio.Future[Found | None]]],
) -> list[asyncio.Future[Found | None]]:
    return [told for askers in on_board.values() for told in askers if not told.done()]
