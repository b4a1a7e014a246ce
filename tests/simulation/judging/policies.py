"""Once the trouble is over, the policies come to their end: what is due is written down, nothing waits for them."""

from datetime import datetime

from command_api.aggregates import SHOW
from domain.codec import CODEC
from domain.show.state import Show
from eventstore.memory import MemoryStore
from tests.simulation.judging.broken import require
from tests.simulation.rows import Rows
from tests.simulation.statements_of_policies import CANCELLED, CHECKPOINTS


def check_policies(store: MemoryStore, rows: Rows, over: datetime) -> None:
    """`over` is a moment by which every hold that ran out before must have been written down. Raises `Broken`."""
    followed = rows.committed.get((CHECKPOINTS, "policies"))
    require(followed == len(store.log), "policies follow", f"{followed} of {len(store.log)}")
    waiting = [key for key in rows.committed if key[0] == CANCELLED]
    require(not waiting, "cancelled shows are finished", waiting)
    for stream, facts in store._streams.items():
        show = Show()
        for fact in facts:
            show = SHOW.evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
        due = [booking.id for booking in show.overdue(over)]
        require(not due, "holds expire", f"{stream}: {due}")
        standing = [booking.id for booking in show.bookings.values() if booking.is_live]
        require(
            show.status != "cancelled" or not standing,
            "cancelled shows are finished",
            f"{stream}: {standing}",
        )
