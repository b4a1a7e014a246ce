"""A season written, and what must be found in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

import asyncpg

from cli.bench.season.box_office import HAVE_SECOND_THOUGHTS, PAY, PAYMENT_WINDOW, RUN_OUT, BoxOffice, Desk
from cli.bench.season.customers import customers
from cli.bench.season.kept import SAMPLED_MAX, Kept
from cli.bench.season.programme import YEAR, House, Show, houses, opened, shows, ticket_types
from cli.bench.season.size import Size
from cli.bench.season.slices import slices
from cli.bench.season.writing import Writing, batches, in_bulk
from runtime.privacy.people import People

SEED = 20_261_122
STREAMS_AT_ONCE = 400
# Shows that sell take place in houses that a season can fill by half; the largest ones wait for their on-sale.
SOLD_CAPACITY_MAX = 6_000
BETWEEN = timedelta(seconds=0.05)


@dataclass(frozen=True)
class Season:
    """What was written. `programme` begins with the dates of the series; `sold` are those shows that sell."""

    size: Size
    today: datetime
    houses: list[House]
    programme: list[Show]
    sold: list[Show]
    kept: Kept
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        """How big it is and how fast it was written, for whoever reads the figures."""
        return {
            **asdict(self.size),
            "facts": self.kept.facts,
            "written_facts_per_second": round(self.kept.facts / self.seconds),
        }


async def write_season(database: asyncpg.Connection, people: People, size: Size, today: datetime) -> Season:
    """Three years of shows around `today`, one year of sales before it. `database` may do as it likes."""
    began = perf_counter()
    async with in_bulk(database):
        season = await _written(database, people, size, today)
    return replace(season, seconds=perf_counter() - began)


async def _written(database: asyncpg.Connection, people: People, size: Size, today: datetime) -> Season:
    chance, kept = Random(SEED), Kept()  # noqa: S311 - nothing here is a secret
    writing = Writing(database)
    begins = today - YEAR
    built, types = houses(size, chance), ticket_types(begins)
    facts = {f"venue-{house.venue_id}": (opened(house, begins),) for house in built}
    await writing.write(
        {**facts, **{f"ticket-type-{kind.ticket_type_id}": (kind,) for kind in types}}, begins
    )
    programme = list(shows(size, built, types, today, chance))
    for batch in batches(((show.stream, show.facts(begins)) for show in programme), STREAMS_AT_ONCE):
        await writing.write(batch, begins)
    sold = _sold(size, programme, begins)
    await writing.done()
    desk = Desk(
        await customers(database, people, size.customers, begins, chance),
        today,
        chance,
        kept,
        sample_every=max(1, size.bookings // (2 * SAMPLED_MAX)),
    )
    await _sell(writing, [BoxOffice(show, desk) for show in sold], size, today, chance)
    kept.facts = writing.facts
    return Season(size, today, built, programme, sold, kept)


async def _sell(
    writing: Writing, offices: list[BoxOffice], size: Size, today: datetime, chance: Random
) -> None:
    for at, sales in slices([office.show for office in offices], size.bookings, today, chance):
        batch = _second_thoughts([offices[number] for number in sales], at)
        for office, sold_at in _customers_in_turn(offices, sales, at):
            batch.setdefault(office.show.stream, []).append(office.sell(sold_at))
        await writing.write(batch, at)
        # Those who hold places pay in time, or lose them the moment their time is up.
        pending = [office for office in offices if office.begun]
        for lives, later in ((PAY, PAYMENT_WINDOW / 2), (RUN_OUT, PAYMENT_WINDOW)):
            facts = {office.show.stream: office.come_back(lives, at + later) for office in pending}
            await writing.write({stream: each for stream, each in facts.items() if each}, at + later)
    await writing.write(_second_thoughts(offices, today), today)
    await writing.done()


def _second_thoughts(offices: Iterable[BoxOffice], at: datetime) -> dict[str, list[Any]]:
    found = {office.show.stream: office.come_back(HAVE_SECOND_THOUGHTS, at) for office in offices}
    return {stream: facts for stream, facts in found.items() if facts}


def _customers_in_turn(
    offices: list[BoxOffice], sales: Counter[int], at: datetime
) -> Iterator[tuple[BoxOffice, datetime]]:
    """Who sells next and when: one after another up to `at`. Where nothing is left they go where most is."""
    moment = at - BETWEEN * sales.total()
    for number, wanted in sales.items():
        for _ in range(wanted):
            office = offices[number]
            moment += BETWEEN
            yield office if office.places_left else max(offices, key=lambda each: each.places_left), moment


def _sold(size: Size, programme: list[Show], begins: datetime) -> list[Show]:
    """Shows of small houses that leave time to sell; not the series."""
    fit = [
        show
        for show in programme[size.dates :]
        if show.house.capacity <= SOLD_CAPACITY_MAX and show.starts_at - begins > YEAR / 6
    ]
    return fit[: size.sold]
