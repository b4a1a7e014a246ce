"""From then on: somebody comes by every now and then."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import accumulate, count
from random import Random

from cli.demo.box_office import BoxOffice
from cli.demo.programme import Attraction
from cli.demo.visits import draw_visit
from cli.importing.write_path import WritePath
from command_api.writing.failures import CommandFailed
from domain.personal import Person
from eventstore.store import StoreUnavailable

log = logging.getLogger(__name__)

PER_SECOND = 2.0
PAUSE_AFTER_FAILURE_SECONDS = 5.0


async def trickle(
    path: WritePath,
    programme: Sequence[Attraction],
    customers: Sequence[Person],
    seed: str,
    stop: asyncio.Event,
) -> None:
    """Serve customers until `stop` is set. While the log is out of reach nobody comes."""
    # By the log's position as well, or every start would bring the same people to the same seats.
    position = await path.store.last_position()
    chance = Random(f"{seed} {position}")  # noqa: S311 - what customers want is no secret
    crowds = list(accumulate(event.crowd for event in programme))
    office = BoxOffice(path)
    for number in count(1):
        if not programme or await stopped_within(stop, chance.expovariate(PER_SECOND)):
            return
        [event] = chance.choices(programme, cum_weights=crowds)
        try:
            await office.serve(draw_visit(chance, f"trickle {position} {number}", event, customers))
        except (CommandFailed, StoreUnavailable) as failure:
            log.warning("the demo's customers wait: %s", failure)
            if await stopped_within(stop, PAUSE_AFTER_FAILURE_SECONDS):
                return


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait, but no longer than until `stop`; whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
