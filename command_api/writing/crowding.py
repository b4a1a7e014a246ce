"""What is crowded is told to the connections: who asks for it is refused before anything is done for them."""

from collections.abc import Callable

from command_api.failed import failure_problem
from command_api.writing.failures import Overloaded
from runtime.http.connections.shedding import Shedding

BOOKINGS = "/api/v1/bookings"
"""Where crowds come: here a body names the event."""


class Crowding:
    """Over the `shedding` of this process."""

    def __init__(self, shedding: Shedding) -> None:
        self._shedding = shedding
        shedding.declare(BOOKINGS, failure_problem(Overloaded()))

    def of(self, id: str) -> Callable[[int | None], None]:
        """What the writer of the aggregate with this `id` tells."""
        name, shedding = id.encode(), self._shedding

        def tell(places: int | None) -> None:
            if places is None:
                shedding.release(BOOKINGS, name)
            else:
                shedding.hold(BOOKINGS, name, max(0, places))

        return tell
