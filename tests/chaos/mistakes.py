"""Mistakes that can be built into programs, to see that the checks find them.

Each takes one care away that the product takes. A mistake patches the process it is made in, before anything that it
patches is imported by the program.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

Patch = Callable[[Any, str, Any], None]
"""Sets an attribute of an object: `setattr`, or a test's `monkeypatch.setattr`."""


class Mistake(NamedTuple):
    is_what: str
    make: Callable[[Patch], None]


def _seats_are_not_looked_at(patch: Patch) -> None:
    from domain.show.choosing import Pick

    patch(Pick, "take_seat", lambda _pick, _seat: True)


def _places_are_not_counted(patch: Patch) -> None:
    from domain.show import book, taking
    from domain.show.choosing import Pick, Place

    patch(Pick, "choose", lambda _pick, parts, quantity: [Place(None, parts[0])] * quantity)
    for module in (book, taking):
        if hasattr(module, "require_stock"):
            patch(module, "require_stock", lambda *_args, **_more: None)


def _holds_end_early(patch: Patch) -> None:
    from domain.show import decide

    on_time = decide.lapse
    patch(decide, "lapse", lambda show, now: on_time(show, now + timedelta(seconds=5)))


def _holds_last_for_ever(patch: Patch) -> None:
    from domain.show import decide

    on_time = decide.lapse

    def never(show: Any, now: datetime) -> list[Any]:
        return on_time(show, now - timedelta(hours=1))

    patch(decide, "lapse", never)


def _keys_are_forgotten(patch: Patch) -> None:
    from command_api import keys
    from runtime.ids import new_id

    patch(keys, "command_id", lambda _caller, _key: new_id())


def _noes_are_not_kept(patch: Patch) -> None:
    from command_api.writing import appender

    patch(appender, "no_to_keep", lambda _decided: None)


def _answers_come_before_the_commit(patch: Patch) -> None:
    from command_api.writing.writer import Writer

    decide = Writer.decide

    def hasty(writer: Any, clock: float, room: int, share: int) -> Any:
        item, doubtful = decide(writer, clock, room, share)
        for decided in writer._batch.decided if item is not None else ():
            if not isinstance(decided.answer, Exception):
                decided.pending.reply(decided.answer, writer._position + decided.facts_end)
        return item, doubtful

    patch(Writer, "decide", hasty)


def _a_no_is_said_from_an_old_state(patch: Patch) -> None:
    from command_api.writing.writer import Writer

    put = Writer.put

    def put_as_seen(writer: Any, pending: Any, clock: float) -> None:
        put(writer, pending, clock)
        writer._seen = pending.number

    patch(Writer, "put", put_as_seen)


def _facts_and_answers_are_stored_apart(patch: Patch) -> None:
    from eventstore.appending import Appended, Item
    from eventstore.postgres.store import PostgresStore

    append = PostgresStore.append

    async def in_two_steps(store: Any, items: Sequence[Item], recorded_at: datetime) -> Any:
        outcomes = await append(store, [item._replace(commands=()) for item in items], recorded_at)
        rest = [
            Item(item.stream, outcome.head, (), [each._replace(facts_end=0) for each in item.commands])
            for item, outcome in zip(items, outcomes, strict=True)
            if isinstance(outcome, Appended) and item.commands
        ]
        if rest:
            await append(store, rest, recorded_at)
        return outcomes

    patch(PostgresStore, "append", in_two_steps)


def _reads_do_not_wait(patch: Patch) -> None:
    from query_api import min_position

    patch(min_position, "min_position", lambda _request: 0)


def _cancellations_are_not_projected(patch: Patch) -> None:
    from domain.show.facts import BookingCancelled
    from projections.bookings import PROJECTOR

    PROJECTOR.folds.pop(BookingCancelled, None)  # type: ignore[attr-defined]


def _too_much_is_paid_back(patch: Patch) -> None:
    from domain.money import Money
    from domain.show import cancel

    refund = cancel._refund

    def twice(*given: Any) -> Money:
        right = refund(*given)
        return Money(2 * right.amount, right.currency)

    patch(cancel, "_refund", twice)


MISTAKES = {
    "seats-not-looked-at": Mistake("a seat is sold whoever has it", _seats_are_not_looked_at),
    "places-not-counted": Mistake("more places are sold than there are", _places_are_not_counted),
    "holds-end-early": Mistake("a hold is over five seconds before it says so", _holds_end_early),
    "holds-for-ever": Mistake("a hold that has run out keeps its seats", _holds_last_for_ever),
    "keys-forgotten": Mistake("a retry is another command", _keys_are_forgotten),
    "noes-forgotten": Mistake("a retry after a no is decided anew", _noes_are_not_kept),
    "answer-before-commit": Mistake("done is said before it is", _answers_come_before_the_commit),
    "old-no": Mistake("a no is said without looking what others wrote", _a_no_is_said_from_an_old_state),
    "stored-apart": Mistake(
        "facts in one commit, their answer in the next", _facts_and_answers_are_stored_apart
    ),
    "reads-do-not-wait": Mistake("a read answers before it has got there", _reads_do_not_wait),
    "not-projected": Mistake("the read model forgets cancellations", _cancellations_are_not_projected),
    "too-much-back": Mistake("twice the price is paid back", _too_much_is_paid_back),
}
