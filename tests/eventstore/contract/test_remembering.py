"""An answer without facts is kept under its command, and then no append that brings the command can be carried out."""

import asyncio

from eventstore.appending import Duplicate, KnownCommand
from eventstore.store import EventStore
from tests.eventstore.words import NOON, append, append_one, command, command_id, everything, item, names


async def test_what_is_kept_is_found_at_the_position_where_the_log_stood(store: EventStore) -> None:
    await append_one(store, item("a", "A1", "A2"))
    assert await store.remember([command(1, 0, b'{"no":1}'), command(2, 0, b"null")], NOON) == {}
    assert await store.find_commands([command_id(1), command_id(2)]) == {
        command_id(1): KnownCommand(command_id(1), b"print-1", '{"no":1}', 2),
        command_id(2): KnownCommand(command_id(2), b"print-2", "null", 2),
    }


async def test_what_was_known_stays_and_is_given_and_the_others_are_kept(store: EventStore) -> None:
    await append_one(store, item("a", "A1", commands=(command(1, 1, b"1"),)))
    await store.remember([command(2, 0, b"2")], NOON)
    again = [command(number, 0, b"0") for number in (1, 2, 3)]
    known = {
        command_id(1): KnownCommand(command_id(1), b"print-1", "1", 1),
        command_id(2): KnownCommand(command_id(2), b"print-2", "2", 1),
    }
    assert await store.remember(again, NOON) == known
    third = {command_id(3): KnownCommand(command_id(3), b"print-3", "0", 1)}
    assert await store.find_commands([command_id(number) for number in (1, 2, 3)]) == known | third


async def test_an_append_that_brings_the_command_afterwards_is_not_carried_out(store: EventStore) -> None:
    first = await append_one(store, item("a", "A1"))
    await store.remember([command(1, 0)], NOON)
    outcomes = await append(
        store, item("a", "Late", after=first, commands=(command(1),)), item("b", "B1", commands=(command(2),))
    )
    assert outcomes[0] == Duplicate((command_id(1),))
    assert names(await everything(store)) == ["A1", "B1"]


async def test_keeping_nothing_keeps_nothing(store: EventStore) -> None:
    assert await store.remember([], NOON) == {}


async def test_of_many_who_keep_an_answer_under_one_command_one_does_and_the_others_get_it(
    store: EventStore,
) -> None:
    mine = [command(1, 0, str(number).encode()) for number in range(20)]
    found = await asyncio.gather(*(store.remember([each], NOON) for each in mine))
    [kept] = [number for number, known in enumerate(found) if not known]
    told = {known[command_id(1)].answer for number, known in enumerate(found) if number != kept}
    assert told == {str(kept)}
