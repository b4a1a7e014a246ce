"""Requests that are refused before anybody looks at them, because what they ask for is crowded already.

A refusal that climbs through all layers costs as much as the work that it refuses, so a crowd would leave no time for
work. Whoever does the work says of what there is no room, and for how many there is room again; connections look for
its name in the body before they start anything. It is a shortcut and no more: what gets past it is let in or refused
as ever.
"""

from collections.abc import Callable
from time import monotonic

from prometheus_client import Counter

from runtime.http.envelope import NOT_STORED, NOTHING_LOADED, STANDING_HEADERS
from runtime.ids import new_id
from runtime.metrics import REGISTRY
from runtime.problems import MEDIA_TYPE, ProblemDetail, problem_body

NAMES_MAX = 64
"""Each body is searched for each name."""

HELD_SECONDS_MAX = 1.0
"""Nobody is refused longer on the word of somebody who has said nothing since."""

SHED = Counter("http_shed", "Requests refused before they were looked at", ("route",), registry=REGISTRY)


class Shedding:
    """What is crowded, by the path that it is asked for at."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._crowded: dict[str, dict[bytes, Room]] = {}
        self._answers: dict[str, _Answer] = {}

    def declare(self, path: str, answer: ProblemDetail) -> None:
        """Requests to `path` may be shed; this is what they hear."""
        self._answers[path] = _Answer(answer, SHED.labels(path))
        self._crowded[path] = {}

    def hold(self, path: str, name: bytes, places: int) -> None:
        """For what has this `name` there is room for so many more, until something else is said."""
        crowded = self._crowded[path]
        if name in crowded or len(crowded) < NAMES_MAX:
            crowded[name] = Room(places, self._now() + HELD_SECONDS_MAX)

    def release(self, path: str, name: bytes) -> None:
        """There is room for whoever comes."""
        self._crowded[path].pop(name, None)

    def concerns(self, path: str) -> bool:
        """Whether anything is crowded there. Most often nothing is, and that is all a request has to do with this."""
        return bool(self._crowded.get(path))

    def looked_at(self, path: str, body: bytes | bytearray) -> "bytes | Room | None":
        """The whole answer for a request with this body, if it is refused. Else the room in which it has taken a place,
        None where it needs none.

        It gives the place back when it is answered: nobody has looked yet whether it may take one at all, and strangers
        must not keep others out. For those who wait for their turn something else has been said of the room by then.
        """
        crowded = self._crowded[path]
        for name, room in crowded.items():
            if name in body:
                if room.places:
                    room.places -= 1
                    return room
                if self._now() >= room.until:
                    del crowded[name]
                    return None
                return self._answers[path].written()
        return None


class Room:
    """Places left, and until when that can be relied on. What is said next makes another."""

    __slots__ = ("places", "until")

    def __init__(self, places: int, until: float) -> None:
        self.places = places
        self.until = until


class _Answer:
    """An answer that differs only in its request id: made once, written often."""

    def __init__(self, answer: ProblemDetail, counter: Counter) -> None:
        self._counter = counter
        sample = new_id()
        body = problem_body(answer, sample)
        self._before, _, self._after = body.partition(sample.encode())
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
            *STANDING_HEADERS,
            NOTHING_LOADED,
            NOT_STORED,
        ]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self._head = b"HTTP/1.1 503 Service Unavailable\r\n" + lines + b"x-request-id: "

    def written(self) -> bytes:
        self._counter.inc()
        request_id = new_id().encode()
        return b"".join((self._head, request_id, b"\r\n\r\n", self._before, request_id, self._after))
