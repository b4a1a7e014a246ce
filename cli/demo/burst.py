"""The first thousands: as if the season had been on sale for a while."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from cli.demo.box_office import BoxOffice, Outcome
from cli.demo.programme import Attraction
from cli.demo.visits import Visit, draw_visit
from cli.importing.in_flight import each
from cli.importing.write_path import WritePath
from command_api.writing.failures import CommandFailed
from domain.personal import Person

AT_ONCE = 64
"""Visits under way: enough for group commit, few enough to leave the server its turn."""
TAIL = 100


async def burst(
    path: WritePath,
    programme: Sequence[Attraction],
    customers: Sequence[Person],
    seed: str,
    stop: asyncio.Event,
) -> Counter[Outcome]:
    """How the visits ended; none when the burst has been before. One that was cut short is made whole."""
    visits = crowd(programme, customers, seed)
    ended: Counter[Outcome] = Counter()
    # Visits are served in their order, a few at once, so any of the last ones tells that all were served. Not just
    # the very last one: it may have been refused, and a refusal leaves no trace.
    if await path.carried_out(visit.key for visit in visits[-TAIL:]):
        return ended
    office = BoxOffice(path)

    async def serve(visit: Visit) -> None:
        try:
            ended[await office.serve(visit)] += 1
        except CommandFailed:
            ended[Outcome.REFUSED] += 1

    await each(_until(stop, visits), serve, AT_ONCE)
    return ended


def crowd(programme: Sequence[Attraction], customers: Sequence[Person], seed: str) -> list[Visit]:
    """The visits to all events, mixed."""
    chance = Random(f"{seed} crowd")  # noqa: S311 - what customers want is no secret
    events = [event for event in programme for _ in range(round(event.crowd))]
    chance.shuffle(events)
    return [
        draw_visit(chance, f"burst {number}", event, customers)
        for number, event in enumerate(events, start=1)
    ]


def _until(stop: asyncio.Event, visits: Sequence[Visit]) -> Iterator[Visit]:
    for visit in visits:
        if stop.is_set():
            return
        yield visit
