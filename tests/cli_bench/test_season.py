"""The season that reads are measured over is a true log: its chain holds, and the domain agrees with its books."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import islice

import asyncpg
import pytest

from cli.bench.season.codes import Codes
from cli.bench.season.season import Season, write_season
from cli.bench.season.size import size_of
from cli.people import people
from domain.codec import CODEC
from domain.show.evolve import evolve
from domain.show.state import Show
from domain.tags import tags
from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Verifier
from tests.command_api.served import MASTER

TODAY = datetime(2027, 3, 1, 12, tzinfo=UTC)
TAGS_INDEX = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'eventstore' AND indexname = 'events_tags'"


@pytest.fixture
async def connection(database: str) -> AsyncIterator[asyncpg.Connection]:
    """As the benchmark has it: somebody who may do anything."""
    made = await asyncpg.connect(database)
    yield made
    await made.close()


@pytest.fixture
async def season(database: str, connection: asyncpg.Connection) -> Season:
    async with people(database, MASTER) as known:
        return await write_season(connection, known, size_of(0.002), TODAY)


@pytest.fixture
async def facts(season: Season, connection: asyncpg.Connection) -> list[RecordedFact]:
    """The log that `season` has made."""
    return [fact async for page in whole_log(PostgresStore(connection)) for fact in page]


@pytest.fixture
def shows(facts: list[RecordedFact]) -> dict[str, Show]:
    """Every show as the domain folds it."""
    folded: dict[str, Show] = {}
    for fact in facts:
        if fact.stream.startswith("show-"):
            show_id = fact.stream.removeprefix("show-")
            decoded = CODEC.decode(fact.name, fact.schema_version, fact.data)
            folded[show_id] = evolve(folded.get(show_id) or Show(), decoded)
    return folded


def test_its_chain_holds_and_its_tags_are_those_of_its_facts(
    season: Season, facts: list[RecordedFact]
) -> None:
    verifier = Verifier()
    for fact in facts:
        verifier.check(fact)
        assert fact.tags == tags(CODEC.decode(fact.name, fact.schema_version, fact.data))
    assert verifier.first_bad is None
    assert verifier.facts == season.kept.facts
    assert [fact.recorded_at for fact in facts] == sorted(fact.recorded_at for fact in facts)


def test_the_domain_counts_the_same_tickets_and_bookings(season: Season, shows: dict[str, Show]) -> None:
    kept, held, sold, statuses = season.kept, Counter[str](), Counter[str](), Counter[str]()
    for show_id, show in shows.items():
        for booking in show.bookings.values():
            statuses[booking.status] += 1
            if booking.is_live:
                counts = held if booking.status == "pending" else sold
                counts[show_id] += len(booking.live_tickets)
    assert statuses == +kept.statuses
    assert statuses.total() == kept.bookings == season.size.bookings
    assert (held, sold) == (+kept.held, +kept.sold)


def test_no_place_is_sold_twice_and_no_more_than_there_are(season: Season, shows: dict[str, Show]) -> None:
    for show in season.sold:
        taken = Counter(
            ticket.seat or ticket.area
            for booking in shows[show.show_id].bookings.values()
            for ticket in booking.tickets
        )
        areas = {area.name: area.capacity for area in show.house.plan.areas}
        assert all(number <= areas.get(place or "", 1) for place, number in taken.items())


def test_its_money_is_what_was_paid_and_has_to_be_paid_back(season: Season, shows: dict[str, Show]) -> None:
    taken, refunded = Counter[str](), Counter[str]()
    for show in shows.values():
        for booking in show.bookings.values():
            taken[booking.paid.currency] += booking.paid.amount
            refunded[booking.refunded.currency] += booking.refunded.amount
    assert (+taken, +refunded) == (+season.kept.taken, +season.kept.refunded)


def test_its_samples_are_bookings_of_their_owners(season: Season, shows: dict[str, Show]) -> None:
    assert season.kept.sampled
    for each in season.kept.sampled:
        booking = shows[each.show_id].bookings[each.booking_id]
        assert (booking.customer.id, len(booking.tickets)) == (each.owner_id, each.places)


def test_holds_that_are_left_outlast_a_measurement(season: Season, shows: dict[str, Show]) -> None:
    pending = [
        booking
        for show in shows.values()
        for booking in show.bookings.values()
        if booking.status == "pending"
    ]
    assert pending
    assert all(booking.expires_at is not None and booking.expires_at > TODAY for booking in pending)


async def test_the_log_has_its_index_by_tag_again(season: Season, connection: asyncpg.Connection) -> None:
    assert season.kept.facts
    assert await connection.fetchval(TAGS_INDEX) == 1


def test_there_is_one_series_and_much_else(season: Season) -> None:
    names = Counter(show.name for show in season.programme)
    assert names.most_common(1) == [("Museum of Clocks", season.size.dates)]
    assert len(season.programme) == season.size.shows
    assert len(names) > (season.size.shows - season.size.dates) / 2


def test_no_code_comes_twice() -> None:
    codes = Codes()
    assert len(set(islice(iter(codes.next, None), 50_000))) == 50_000
