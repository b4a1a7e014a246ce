"""Commands are remembered for ever with the facts they caused, and carried out once."""

from eventstore.appending import Appended, Conflict, Duplicate, KnownCommand
from eventstore.store import EventStore
from tests.eventstore.words import append, append_one, appended, command, command_id, everything, item, names


async def test_a_command_is_remembered_with_its_print_its_answer_and_its_last_facts_position(
    store: EventStore,
) -> None:
    await append_one(store, item("z", "Z1"))
    one, two = command(1, 2, b'{"a":1}'), command(2, 3, b"null")
    await append_one(store, item("a", "A1", "A2", "A3", commands=(one, two)))
    assert await store.find_commands([command_id(1), command_id(2), command_id(3)]) == {
        command_id(1): KnownCommand(command_id(1), b"print-1", '{"a":1}', 3),
        command_id(2): KnownCommand(command_id(2), b"print-2", "null", 4),
    }


async def test_only_those_that_are_asked_for_are_found(store: EventStore) -> None:
    await append_one(store, item("a", "A1", commands=(command(1), command(2))))
    assert (await store.find_commands([command_id(2)])).keys() == {command_id(2)}


async def test_asking_for_no_commands_finds_none(store: EventStore) -> None:
    assert await store.find_commands([]) == {}


async def test_a_command_that_caused_no_facts_is_remembered_at_the_position_where_it_was_asked(
    store: EventStore,
) -> None:
    first = await append_one(store, item("a", "A1"))
    await append_one(store, item("a", after=first, commands=(command(1, 0),)))
    assert (await store.find_commands([command_id(1)]))[command_id(1)].position == 1


async def test_positions_of_commands_are_right_in_every_item_of_a_batch(store: EventStore) -> None:
    await append_one(store, item("lost", "L1"))
    await append(
        store,
        item("b", "B1", "B2", commands=(command(1, 1), command(2, 2))),
        item("lost", "L1", "L2", commands=(command(3, 1),)),
        item("empty", commands=(command(4, 0),)),
        item("a", "A1", commands=(command(5, 0), command(6, 1))),
    )
    found = await store.find_commands([command_id(n) for n in range(1, 7)])
    assert {known: each.position for known, each in found.items()} == {
        command_id(1): 2, command_id(2): 3, command_id(4): 3, command_id(5): 3, command_id(6): 4,
    }  # fmt: skip


async def test_a_known_command_leaves_its_whole_item_unwritten_and_other_items_written(
    store: EventStore,
) -> None:
    first = await append_one(store, item("a", "A1", commands=(command(1),)))
    outcomes = await append(
        store,
        item("a", "Lost", "Lost", after=first, commands=(command(2), command(1), command(3))),
        item("b", "B1", commands=(command(4),)),
    )
    assert outcomes[0] == Duplicate((command_id(1),))
    assert isinstance(outcomes[1], Appended)
    assert names(await everything(store)) == ["A1", "B1"]
    assert (await store.find_commands([command_id(n) for n in (1, 2, 3, 4)])).keys() == {
        command_id(1),
        command_id(4),
    }


async def test_a_known_command_is_known_on_every_stream_and_at_every_version(store: EventStore) -> None:
    await append_one(store, item("a", "A1", commands=(command(1),)))
    for stream in ("a", "b"):
        assert await append_one(store, item(stream, "Lost", commands=(command(1),))) == Duplicate(
            (command_id(1),)
        )
    assert names(await everything(store)) == ["A1"]


async def test_all_known_commands_of_an_item_are_told(store: EventStore) -> None:
    await append_one(store, item("a", "A1", "A2", commands=(command(1, 1), command(2, 2))))
    outcome = await append_one(store, item("b", "Lost", commands=(command(2), command(3), command(1))))
    assert isinstance(outcome, Duplicate)
    assert set(outcome.command_ids) == {command_id(1), command_id(2)}


async def test_a_command_of_an_item_that_conflicted_was_not_carried_out(store: EventStore) -> None:
    first = await append_one(store, item("a", "A1"))
    assert await append_one(store, item("a", "Lost", commands=(command(1),))) == Conflict(1)
    assert isinstance(await append_one(store, item("a", "A2", after=first, commands=(command(1),))), Appended)


async def test_one_command_in_two_items_of_a_batch_is_carried_out_by_the_first(store: EventStore) -> None:
    """Two requests with one key arrive together and make two things: one of them must not be made."""
    outcomes = await append(
        store,
        item("a", "A1", commands=(command(1),)),
        item("b", "Lost", commands=(command(2), command(1))),
        item("c", "C1", commands=(command(3),)),
    )
    assert [type(each) for each in outcomes] == [Appended, Duplicate, Appended]
    assert outcomes[1] == Duplicate((command_id(1),))
    assert names(await everything(store)) == ["A1", "C1"]
    assert appended(outcomes[2]).base == 1


async def test_a_command_goes_to_the_first_item_that_is_written(store: EventStore) -> None:
    """An item that conflicts, or is itself a duplicate, carries nothing out and so takes no command away."""
    await append_one(store, item("a", "A1"))
    outcomes = await append(
        store,
        item("a", "Lost", commands=(command(1),)),
        item("b", "B1", commands=(command(1), command(2))),
        item("c", "Lost", commands=(command(2), command(3))),
        item("d", "D1", commands=(command(3),)),
    )
    assert [type(each) for each in outcomes] == [Conflict, Appended, Duplicate, Appended]
    assert outcomes[2] == Duplicate((command_id(2),))
    assert names(await everything(store)) == ["A1", "B1", "D1"]
