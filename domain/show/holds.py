"""Which holds run out next."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

from domain.journal import Journal


class Holds:
    """A heap of (expires_at, booking id). Entries are hints: one whose booking has moved on is dropped when met.

    So an entry too many does no harm, and `add` needs no undoing when tentative facts are rolled back. An entry too few
    would be a hold that never ends: what is dropped is remembered, as the booking may have moved on only tentatively.
    """

    __slots__ = ("_heap", "_journal")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._heap: list[tuple[datetime, str]] = []

    def add(self, expires_at: datetime, booking_id: str) -> None:
        heappush(self._heap, (expires_at, booking_id))

    def may_be_overdue(self, now: datetime) -> bool:
        """Whether an entry, which may be one that no longer counts, lies before `now`."""
        return bool(self._heap) and self._heap[0][0] < now

    def overdue(self, now: datetime, is_live: Callable[[str, datetime], bool]) -> list[str]:
        """The bookings whose hold ran out before `now`, earliest first; a hold lasts through its last instant."""
        found: dict[str, datetime] = {}
        while self._heap and self._heap[0][0] < now:
            expires_at, booking_id = heappop(self._heap)
            if is_live(booking_id, expires_at):
                found[booking_id] = expires_at
            else:
                self._journal.popped(self._heap, (expires_at, booking_id))
        for booking_id, expires_at in found.items():
            heappush(self._heap, (expires_at, booking_id))
        return list(found)

    @property
    def next_expiry(self) -> datetime | None:
        """When the next hold may run out; None without holds."""
        return self._heap[0][0] if self._heap else None
