"""What is crowded is told to the connections: who asks for it is refused before anything is done for them."""

from collections.abc import Callable

from command_api.failed import failure_problem
from command_api.writing.failures import Overloaded
from runtime.http.connections.shedding import Shedding

BOOKINGS = "/api/v1/bookings"
"""Where crowds come: here a body names the event."""


def _all_for_here(_id: str, places: int | None) -> int | None:
    return places


class Crowding:
    """Over the `shedding` of this process. `spread` tells other processes whose requests come to the same writers, and
    gives how many of the places are left for this one.
    """

    def __init__(self, shedding: Shedding) -> None:
        self.spread: Callable[[str, int | None], int | None] = _all_for_here
        self._shedding = shedding
        shedding.declare(BOOKINGS, failure_problem(Overloaded()))

    def of(self, id: str) -> Callable[[int | None], None]:
        """What the writer of the aggregate with this `id` tells."""

        def tell(places: int | None) -> None:
            self.hear(id, self.spread(id, places))

        return tell

    def hear(self, id: str, places: int | None) -> None:
        """At the aggregate with this `id` there is room for so many who come here; None: for everybody."""
        name = id.encode()
        if places is None:
            self._shedding.release(BOOKINGS, name)
        else:
            self._shedding.hold(BOOKINGS, name, max(0, places))
