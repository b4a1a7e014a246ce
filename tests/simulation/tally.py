"""A read model that shows any fact applied twice, left out, or applied in another order: it counts, and that is all.

Its versions keep each step. Facts about some bookings are poison, for as long as nobody has mended them.
"""

from hashlib import blake2b
from typing import Any

import msgspec

from domain.show import facts as f
from projections.batch import Batch
from projections.projector import On, Projector
from projections.table import Table


class Tally(msgspec.Struct, gc=False):
    """How many facts of a show were folded, the last position, and a digest over all of them in their order."""

    show_id: str
    facts: int
    position: int
    digest: str


class PoisonedFact(Exception):
    """This fact cannot be folded until the code is mended."""


class Poison:
    """Which bookings' facts cannot be folded: one in `every`, None for none."""

    def __init__(self, every: int | None) -> None:
        self.every = every

    def befalls(self, fact: Any) -> bool:
        booking_id = getattr(fact, "booking_id", None)
        if self.every is None or booking_id is None:
            return False
        return blake2b(booking_id.encode(), digest_size=2).digest()[0] % self.every == 0


TALLIES = Table("tallies", Tally, key="show_id", versions="tally_versions")

COUNTED = (
    f.ShowScheduled, f.SeatsHeld, f.SeatsBooked, f.HoldExtended, f.BookingConfirmed, f.BookingCancelled,
    f.BookingExpired, f.PaymentCameTooLate, f.PaymentCameTwice, f.PlacesReplaced, f.TicketsAdded,
)  # fmt: skip


class TallyProjector(Projector):
    """Without tables of its own in the real database."""

    ddl = "CREATE TABLE tallies ()"


def tally(poison: Poison) -> Projector:
    """The read model, with what it cannot fold."""

    def count(batch: Batch, fact: Any) -> None:
        if poison.befalls(fact):
            raise PoisonedFact(fact.booking_id)
        rows = batch[TALLIES]
        if fact.show_id not in rows:
            rows.put(fact.show_id, Tally(fact.show_id, 0, 0, ""))
        row = rows.change(fact.show_id)
        row.facts += 1
        row.position = batch.position
        told = f"{row.digest}{batch.position}{type(fact).__name__}"
        row.digest = blake2b(told.encode(), digest_size=8).hexdigest()

    folds: dict[type, On] = {fact: On(count, reads={TALLIES: "show_id"}) for fact in COUNTED}
    return TallyProjector("tally", 1, (TALLIES,), folds)
