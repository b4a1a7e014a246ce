"""Which show a booking belongs to: clients name a booking by its id alone."""

from command_api.failed import UNAVAILABLE
from domain.tags import booking_tag
from eventstore.store import EventStore, StoreUnavailable
from runtime.bounded import Bounded
from runtime.problems import Problem

REMEMBERED_MAX = 50_000
_PREFIX = "show-"


class BookingStreams:
    """Asks the log's tag index, and remembers: most bookings are asked about soon after they were made."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._shows: Bounded[str, str] = Bounded(REMEMBERED_MAX)

    def remember(self, booking_id: str, show_id: str) -> None:
        self._shows.put(booking_id, show_id)

    async def show_of(self, booking_id: str) -> str | None:
        """The show's id; None when there is no such booking. Raises Problem 503 while the log is out of reach."""
        show_id = self._shows.get(booking_id)
        if show_id is None:
            try:
                stream = await self._store.stream_of_tag(booking_tag(booking_id))
            except StoreUnavailable:
                raise Problem(UNAVAILABLE) from None
            if stream is None:
                return None
            show_id = stream.removeprefix(_PREFIX)
            self.remember(booking_id, show_id)
        return show_id
