"""Clients by the seed: they book, cancel, retry with and without keys, leave early, and note what they were told."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any

from command_api.aggregates import SHOW
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import CommandFailed, KeyReused, OutcomeUnknown, Overloaded
from domain.refusal import Refused
from domain.show.commands import BookSeats
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.words import book, cancel, schedule


class Tripped(Exception):
    """A mistake of ours, made on purpose."""


def trip(_state: Any, _facts: list[Any]) -> Answer:
    raise Tripped


@dataclass
class Told:
    """What clients were told, by command id."""

    acknowledged: dict[str, list[Reply]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    asked: int = 0

    def note(self, asked: "asyncio.Task[Reply]") -> BaseException | None:
        """Take down one outcome; an exception that no client may see is raised."""
        self.asked += 1
        if asked.cancelled():
            self.unknown.add(asked.get_name())
            return None
        error = asked.exception()
        match error:
            case None:
                self.acknowledged.setdefault(asked.get_name(), []).append(asked.result())
            case Refused() | Overloaded() | Tripped() | KeyReused():
                self.refused.add(asked.get_name())
            case OutcomeUnknown():
                self.unknown.add(asked.get_name())
            case _:
                raise error
        return error


class Crowd:
    """`clients` buyers at several desks of one house."""

    def __init__(self, desks: list[Desk], shows: list[str], chance: Random) -> None:
        self.told = Told()
        self._desks = desks
        self._shows = shows
        self._chance = chance

    async def open_shows(self, places: int) -> None:
        for show in self._shows:
            while isinstance(await self._ask(schedule(places, show), None, 30.0), CommandFailed):
                pass

    async def client(self, commands: int) -> None:
        mine: list[BookSeats] = []
        for _ in range(commands):
            await asyncio.sleep(self._chance.uniform(0, 0.05))
            draw = self._chance.random()
            if draw < 0.25 and mine:
                await self._ask(cancel(mine.pop()), self._key_perhaps())
            elif draw < 0.30:
                await self._ask(self._booking(), None, render=trip)
            elif draw < 0.36:
                await self._leave_early()
            elif draw < 0.40:
                await self._change_ones_mind()
            else:
                booking = await self._book()
                if booking is not None:
                    mine.append(booking)

    async def _book(self) -> BookSeats | None:
        """With a key one may try again, at any desk, whatever was heard; each try would be another booking."""
        booking, key = self._booking(), self._key_perhaps()
        error = await self._ask(booking, key)
        while key and (isinstance(error, OutcomeUnknown | Overloaded) or self._chance.random() < 0.2):
            error = await self._ask(self._like(booking), key)
        return booking if error is None and not key else None

    async def _leave_early(self) -> None:
        key = self._key_perhaps()
        asked = self._desk().ask(self._booking(), key=key)
        await asyncio.sleep(self._chance.uniform(0, 0.1))
        asked.cancel()
        await asyncio.wait([asked])
        self.told.note(asked)
        if key:
            await self._ask(self._booking(), key)

    async def _change_ones_mind(self) -> None:
        """Two different bodies under one key, at once and at two desks: one of them at most is carried out."""
        key = self._key()
        asked = [
            self._desk().ask(self._booking(), key=key, body=body) for body in (b"this", b"that", b"this")
        ]
        await asyncio.wait(asked)
        for each in asked:
            self.told.note(each)

    async def _ask(
        self, command: Any, key: str | None, wait: float | None = None, **how: Any
    ) -> BaseException | None:
        patience = self._chance.choice((0.02, 0.3, 5.0, 10.0)) if wait is None else wait
        asked = self._desk().ask(command, key=key, wait=patience, aggregate=SHOW, **how)
        await asyncio.wait([asked])
        return self.told.note(asked)

    def _booking(self) -> BookSeats:
        return book(self._chance.randint(1, 3), self._chance.choice(self._shows))

    def _like(self, booking: BookSeats) -> BookSeats:
        return book(len(booking.new_tickets), booking.show_id)

    def _desk(self) -> Desk:
        return self._chance.choice(self._desks)

    def _key(self) -> str:
        return f"key-{self._chance.getrandbits(64)}"

    def _key_perhaps(self) -> str | None:
        return self._key() if self._chance.random() < 0.6 else None
