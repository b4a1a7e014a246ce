"""How many places of a show are taken and kept back, and of which types the tickets are: counts and nothing else."""

from collections import Counter
from collections.abc import Iterator

from domain.show.allotment import Allotment
from projections.watching.booking import WatchedTicket

Share = tuple[str, str]
"""Of an allotment, in an area."""


class WatchedStock:
    """`seats` says how many live tickets each seat has: more than one is what must never be."""

    def __init__(self) -> None:
        self.seats: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.keepers: dict[str, str] = {}
        self.shares: dict[Share, int] = {}
        self.used_shares: Counter[Share] = Counter()
        self._kept_seats: Counter[str] = Counter()
        self._allotments: dict[str, Allotment] = {}

    def kept(self, part: str) -> int:
        """Places of a section or area that allotments keep and nobody has."""
        shares = sum(
            left - self.used_shares[share] for share, left in self.shares.items() if share[1] == part
        )
        return self._kept_seats[part] + shares

    def used(self, part: str) -> int:
        """Held, sold or kept back."""
        return self.taken[part] + self.kept(part)

    def take(self, ticket: WatchedTicket) -> None:
        self._count(ticket, 1)

    def give_back(self, ticket: WatchedTicket) -> None:
        self._count(ticket, -1)

    def _count(self, ticket: WatchedTicket, by: int) -> None:
        self.kinds[ticket.kind] += by
        self.taken[ticket.part] += by
        if ticket.seat is None:
            if ticket.allotment is not None:
                self.used_shares[ticket.allotment, ticket.part] += by
            return
        before, self.seats[ticket.seat] = self.seats[ticket.seat], self.seats[ticket.seat] + by
        after = self.seats[ticket.seat]
        if ticket.seat in self.keepers and (before == 0) != (after == 0):
            self._kept_seats[ticket.part] -= 1 if before == 0 else -1
        if after == 0:
            del self.seats[ticket.seat]

    def keep(self, allotment: Allotment) -> None:
        """Its places are kept back from now on, as far as nobody has them."""
        self._allotments[allotment.id] = allotment
        for seat, part in _seats(allotment):
            self.keepers[seat] = allotment.id
            self._kept_seats[part] += self.seats[seat] == 0
        for share in allotment.areas:
            self.shares[allotment.id, share.area] = share.quantity

    def let_go(self, allotment_id: str) -> bool:
        """What it keeps is on general sale; False when there is no such allotment."""
        allotment = self._allotments.pop(allotment_id, None)
        if allotment is None:
            return False
        for seat, part in _seats(allotment):
            if self.keepers.pop(seat, None) is not None:
                self._kept_seats[part] -= self.seats[seat] == 0
        for share in allotment.areas:
            self.shares.pop((allotment_id, share.area), None)
        return True


def _seats(allotment: Allotment) -> Iterator[tuple[str, str]]:
    """Each seat with its section."""
    return ((seat, seat.split("/")[0]) for seat in allotment.seats)
