"""Mistakes made on purpose, each at one seam of the product: what a simulation is worth is what it catches.

Each takes `patch`, a MonkeyPatch, and leaves the product wrong in one way.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from command_api.policies import when_show_is_cancelled_cancel_bookings as cancelling
from command_api.writing.batch import TIME_COMMAND_ID, Batch
from command_api.writing.deadlines import Deadlines
from command_api.writing.failures import Overloaded
from command_api.writing.found import Found
from command_api.writing.noes import Noes, _Waiting
from command_api.writing.pending import Pending
from command_api.writing.room import Room
from command_api.writing.writer import Writer
from command_api.writing.writers import Writers
from domain.show.commands import CancelBookingsOfShow
from domain.show.state import Show
from eventstore.appending import Item, KnownCommand, NewCommand, Outcome
from eventstore.memory import MemoryStore
from eventstore.postgres import subscriptions
from projections.parked.parking import Parking
from tests.simulation import statements_of_policies as statements
from tests.simulation import statements_of_projectors
from tests.simulation.rows import Transaction

Mistake = Callable[[pytest.MonkeyPatch], None]


def answered_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    decide = Writer.decide

    def hasty(writer: Writer[Any], clock: float, room: int, share: int) -> Any:
        item, doubtful = decide(writer, clock, room, share)
        for pending, answer, end, _ in writer._batch.decided:
            if item is not None and not isinstance(answer, Exception):
                pending.reply(answer, writer._position + end)
        return item, doubtful

    patch.setattr(Writer, "decide", hasty)


def nothing_taken_back_after_a_conflict(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Show, "restored", lambda show: show)


def a_key_not_recognised(patch: pytest.MonkeyPatch) -> None:
    append_one = MemoryStore._append_one

    def forgetful(store: MemoryStore, item: Item, at: Any) -> Outcome:
        for command in item.commands:
            store._commands.pop(command.id, None)
        return append_one(store, item, at)

    patch.setattr(MemoryStore, "_append_one", forgetful)


def a_version_not_compared(patch: pytest.MonkeyPatch) -> None:
    append_one = MemoryStore._append_one

    def trusting(store: MemoryStore, item: Item, at: Any) -> Outcome:
        stream = store._streams.get(item.stream, [])
        here = item.after._replace(version=len(stream), hash=stream[-1].hash if stream else item.after.hash)
        return append_one(store, item._replace(after=here), at)

    patch.setattr(MemoryStore, "_append_one", trusting)


def refused_from_a_state_that_may_be_old(patch: pytest.MonkeyPatch) -> None:
    put = Writer.put

    def trusting(writer: Writer[Any], pending: Pending, clock: float) -> None:
        put(writer, pending, clock)
        pending.number = 0

    patch.setattr(Writer, "put", trusting)


def doubt_forgotten(patch: pytest.MonkeyPatch) -> None:
    settle = Writer.settle

    def forgetful(writer: Writer[Any], outcome: Outcome | None) -> Any:
        duplicates = settle(writer, outcome)
        writer._in_doubt.clear()
        return duplicates

    patch.setattr(Writer, "settle", forgetful)


def lost_appends_taken_for_dead(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Writer, "_may_still_land", lambda _writer, _decided: False)


def found_before_its_last_fact(patch: pytest.MonkeyPatch) -> None:
    def hasty(writer: Writer[Any], pending: Pending, facts: list[Any]) -> None:
        if pending.fingerprint is None:
            found = Found(pending)
            found.facts += facts
            found.answer(writer._state, writer._position)

    patch.setattr(Writer, "_find", hasty)


def found_under_a_key(patch: pytest.MonkeyPatch) -> None:
    def trusting(writer: Writer[Any], pending: Pending, facts: list[Any]) -> None:
        writer._found = writer._found or Found(pending)
        writer._found.facts += facts

    patch.setattr(Writer, "_find", trusting)


def a_no_from_before_the_retry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Writers, "_under_way", lambda writers, pending: writers._keyed.get(pending.command_id))


def a_no_said_before_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    async def hasty(noes: Noes, answered: Sequence[NewCommand]) -> dict[str, KnownCommand]:
        mine = _Waiting(answered, asyncio.get_running_loop().create_future())
        mine.known.add_done_callback(lambda done: done.exception())
        noes._waiting.append(mine)
        noes._calling = noes._calling or asyncio.create_task(noes._call_while_any_wait())
        return {}

    patch.setattr(Noes, "keep", hasty)


def deadlines_not_watched(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Deadlines, "watch", lambda _deadlines, _pending: None)


def a_queue_that_grows(patch: pytest.MonkeyPatch) -> None:
    left = Room.left
    patch.setattr(Room, "left", lambda room, waiting, _aboard, clock: left(room, waiting, 0, clock))


def writers_never_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Writers, "_forget_idle", lambda _writers: None)


def time_left_out_of_the_log(patch: pytest.MonkeyPatch) -> None:
    record = Batch.record

    def silent(batch: Batch, facts: Any, command_id: str, metadata: bytes) -> None:
        if command_id != TIME_COMMAND_ID:
            record(batch, facts, command_id, metadata)

    patch.setattr(Batch, "record", silent)


def no_said_as_overload(patch: pytest.MonkeyPatch) -> None:
    """That nothing was done, of what was sent and may be done."""

    def late(_writer: Writer[Any], pending: Pending, clock: float) -> bool:
        if pending.deadline >= clock:
            return False
        pending.fail(Overloaded())
        return True

    patch.setattr(Writer, "_is_late", late)


def one_batch_of_a_cancelled_show(patch: pytest.MonkeyPatch) -> None:
    async def once(sending: Any, show_id: str, now: Any) -> None:
        command = CancelBookingsOfShow(show_id, now(), cancelling.BOOKINGS_MAX)
        await sending.send(cancelling.NAME, show_id, command)

    patch.setattr(cancelling, "_cancel_bookings", once)


def a_checkpoint_apart_from_its_rows(patch: pytest.MonkeyPatch) -> None:
    def advance(t: Transaction, _log_id: int, name: str, position: int, _at: Any) -> list[Any]:
        t._rows.committed[statements.CHECKPOINTS, name] = position
        return []

    known = statements.policies_statements
    patch.setattr(
        "tests.simulation.schedule.policies_statements",
        lambda log: {**known(log), subscriptions.ADVANCE: advance},
    )


def rows_apart_from_their_checkpoint(patch: pytest.MonkeyPatch) -> None:
    def advance(t: Transaction, name: str, position: int, *_: Any) -> list[Any]:
        t._rows.committed[statements.CHECKPOINTS, name] = position
        return [(None,)]

    patch.setattr(statements_of_projectors, "advance", advance)


def a_parked_stream_not_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Parking, "_free", lambda _parking, facts: facts)


MISTAKES: tuple[Mistake, ...] = (
    answered_before_the_commit,
    nothing_taken_back_after_a_conflict,
    a_key_not_recognised,
    a_version_not_compared,
    refused_from_a_state_that_may_be_old,
    doubt_forgotten,
    lost_appends_taken_for_dead,
    found_before_its_last_fact,
    found_under_a_key,
    a_no_from_before_the_retry,
    a_no_said_before_it_is_kept,
    deadlines_not_watched,
    a_queue_that_grows,
    writers_never_forgotten,
    time_left_out_of_the_log,
    no_said_as_overload,
    one_batch_of_a_cancelled_show,
    a_checkpoint_apart_from_its_rows,
    rows_apart_from_their_checkpoint,
    a_parked_stream_not_left_out,
)
