"""What the policies' statements do, told over simulated rows. Each is known by its own text, so that a changed one is
missed and not guessed.
"""

from collections.abc import Callable, Collection
from typing import Any

from command_api.policies import cancelled_shows, open_holds
from eventstore.memory import MemoryStore
from eventstore.postgres import subscriptions
from eventstore.postgres.named import READ_NAMED
from eventstore.postgres.store import READ_LOG
from tests.simulation.rows import Transaction

HOLDS, CANCELLED, CHECKPOINTS = "open_holds", "cancelled_shows", "checkpoints"

Statement = Callable[..., list[tuple[Any, ...]]]


def opened(t: Transaction, bookings: list[str], shows: list[str], expiries: list[Any]) -> list[Any]:
    for booking_id, show_id, expires_at in zip(bookings, shows, expiries, strict=True):
        known = t.get(HOLDS, booking_id)
        t.put(HOLDS, booking_id, (known[0] if known else show_id, expires_at))
    return []


def ended(t: Transaction, bookings: list[str]) -> list[Any]:
    for booking_id in bookings:
        t.remove(HOLDS, booking_id)
    return []


def due(t: Transaction, now: Any, shows_max: int) -> list[Any]:
    shows = {show_id: None for _, (show_id, expires_at) in t.all(HOLDS) if expires_at < now}
    return [(show_id,) for show_id in shows][:shows_max]


def released(t: Transaction, show_id: str, now: Any) -> list[Any]:
    for booking_id, (show, expires_at) in list(t.all(HOLDS)):
        if show == show_id and expires_at < now:
            t.remove(HOLDS, booking_id)
    return []


def next_expiry(t: Transaction) -> list[Any]:
    return [(min((expires_at for _, (_, expires_at) in t.all(HOLDS)), default=None),)]


def cancelled(t: Transaction, show_id: str, at: Any) -> list[Any]:
    if t.get(CANCELLED, show_id) is None:
        t.put(CANCELLED, show_id, at)
    return []


def unfinished(t: Transaction) -> list[Any]:
    return [(show_id,) for show_id, _ in sorted(t.all(CANCELLED), key=lambda row: (row[1], row[0]))]


def finished(t: Transaction, show_id: str) -> list[Any]:
    t.remove(CANCELLED, show_id)
    return []


def ensure(t: Transaction, _log_id: int, name: str) -> list[Any]:
    if t.get(CHECKPOINTS, name) is None:
        t.put(CHECKPOINTS, name, 0)
    return []


def lease(t: Transaction, _log_id: int, name: str) -> list[Any]:
    # No log is restored here, so each checkpoint stands.
    return [(t.get(CHECKPOINTS, name), True)] if t.lock(CHECKPOINTS, name) else []


def advance(t: Transaction, _log_id: int, name: str, position: int, _recorded_at: Any) -> list[Any]:
    t.put(CHECKPOINTS, name, position)
    return []


def policies_statements(log: MemoryStore) -> dict[str, Statement]:
    """By their text."""

    def read_log(_t: Transaction, _log_id: int, after: int, limit: int) -> list[Any]:
        return list(log.log[after : after + limit])

    def read_named(t: Transaction, log_id: int, after: int, limit: int, names: Collection[str]) -> list[Any]:
        facts = read_log(t, log_id, after, limit)
        return [fact for fact in facts if fact.name in names or fact is facts[-1]]

    return {
        open_holds.OPENED: opened,
        open_holds.ENDED: ended,
        open_holds.DUE: due,
        open_holds.RELEASED: released,
        open_holds.NEXT: next_expiry,
        cancelled_shows.CANCELLED: cancelled,
        cancelled_shows.UNFINISHED: unfinished,
        cancelled_shows.FINISHED: finished,
        subscriptions.ENSURE: ensure,
        subscriptions.LEASE: lease,
        subscriptions.ADVANCE: advance,
        READ_LOG: read_log,
        READ_NAMED: read_named,
    }
