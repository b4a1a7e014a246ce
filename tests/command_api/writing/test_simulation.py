"""A simulated day at the box office: three processes, bad lines, impatient crowds, and every law at once.

The same seed gives the same day. `SEATLEDGER_HYPOTHESIS=thorough` tries many more of them.
"""

import asyncio
import os
from collections import Counter
from random import Random

import pytest

from domain.codec import CODEC
from domain.show.facts import BookingCancelled, SeatsBooked, ShowScheduled
from eventstore.facts import RecordedFact
from eventstore.verify import Verifier
from tests.command_api.writing.crowd import Crowd, Told
from tests.command_api.writing.desk import Desk, told
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.weather import Database, Line
from tests.command_api.writing.words import book

DAYS = 400 if os.environ.get("SEATLEDGER_HYPOTHESIS") == "thorough" else 8
CLIENTS, COMMANDS, PLACES = 40, 12, 120


@pytest.mark.parametrize("seed", range(DAYS))
@in_virtual_time
async def test_whatever_happens_every_law_holds(seed: int) -> None:
    chance, database = Random(seed), Database()
    lines = [Line(database, chance) for _ in range(3)]
    desks = [
        Desk(line, flights_max=chance.randint(1, 3), queue_max=25, batch_facts_max=15, writers_max=2)
        for line in lines
    ]
    shows = ["rigoletto", "tosca", "norma"]
    crowd = Crowd(desks, shows, chance)
    await crowd.open_shows(PLACES)
    await asyncio.gather(*(crowd.client(COMMANDS) for _ in range(CLIENTS)))
    for line in lines:
        line.calm()
    await asyncio.sleep(10)
    log = database.store.log
    check_chain(log)
    check_stock(log)
    check_promises(log, crowd.told)
    assert crowd.told.asked > CLIENTS * COMMANDS
    assert len(crowd.told.acknowledged) > 50
    assert crowd.told.unknown
    for desk in desks:
        for show in shows:
            # The state in memory is the log's: the next decision is about what is really left.
            left = PLACES - sold(log, show)
            await asyncio.wait([asked := desk.ask(book(left + 1, show))])
            assert getattr(asked.exception(), "reason").available == left  # noqa: B009 - a Refused has it
        await desk.writers.close()


def check_chain(log: list[RecordedFact]) -> None:
    verifier = Verifier()
    for fact in log:
        verifier.check(fact)
    assert verifier.first_bad is None
    assert verifier.facts == len(log)


def check_stock(log: list[RecordedFact]) -> None:
    """Counted by hand, fact by fact: never more sold than there is, no booking made or cancelled twice."""
    free: dict[str, int] = {}
    live: dict[str, int] = {}
    for recorded in log:
        fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
        match fact:
            case ShowScheduled():
                assert fact.show_id not in free
                free[fact.show_id] = fact.plan.capacity
            case SeatsBooked():
                assert fact.booking_id not in live
                live[fact.booking_id] = len(fact.tickets)
                free[fact.show_id] -= len(fact.tickets)
                assert free[fact.show_id] >= 0
            case BookingCancelled():
                free[fact.show_id] += live[fact.booking_id]
                live[fact.booking_id] = 0
            case _:
                pass


def sold(log: list[RecordedFact], show: str) -> int:
    facts = [
        CODEC.decode(fact.name, fact.schema_version, fact.data)
        for fact in log
        if fact.stream == f"show-{show}"
    ]
    booked = {fact.booking_id: len(fact.tickets) for fact in facts if isinstance(fact, SeatsBooked)}
    for fact in facts:
        if isinstance(fact, BookingCancelled):
            del booked[fact.booking_id]
    return sum(booked.values())


def check_promises(log: list[RecordedFact], crowd: Told) -> None:
    """What each client was told is so; what nobody was promised is there at most once."""
    by_command: dict[str, list[RecordedFact]] = {}
    for fact in log:
        by_command.setdefault(fact.command_id, []).append(fact)
    for command_id, replies in crowd.acknowledged.items():
        facts = by_command[command_id]
        for reply in replies:
            assert [fact.name for fact in facts] == [name for name, _ in told(reply)]
            assert reply.position == facts[-1].position
            assert reply.answer == replies[0].answer
        assert sum(not reply.replayed for reply in replies) <= 1
    for command_id in crowd.refused - set(crowd.acknowledged) - crowd.unknown:
        assert command_id not in by_command
    for command_id in crowd.unknown:
        names = Counter(fact.name for fact in by_command.get(command_id, []))
        assert names["SeatsBooked"] <= 1
        assert names["BookingCancelled"] <= 1
