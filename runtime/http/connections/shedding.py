"""Requests that are refused before anybody looks at them, because what they ask for is crowded already.

A refusal that climbs through all layers costs as much as the work that it refuses, so a crowd would leave no time for
work. Whoever does the work says of what there is a crowd, and for how many there is room yet; connections look for
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
        self._crowded: dict[str, dict[bytes, Crowd]] = {}
        self._answers: dict[str, _Answer] = {}

    def declare(self, path: str, answer: ProblemDetail) -> None:
        """Requests to `path` may be shed; this is what they hear."""
        self._answers[path] = _Answer(answer, SHED.labels(path))
        self._crowded[path] = {}

    def hold(self, path: str, name: bytes, places: int) -> None:
        """For what has this `name` there is room for so many more, until something else is said."""
        crowded = self._crowded[path]
        crowd = crowded.get(name)
        if crowd is None and len(crowded) < NAMES_MAX:
            crowd = crowded[name] = Crowd()
        if crowd is not None:
            crowd.places = max(0, places - crowd.coming)
            crowd.said += 1
            crowd.until = self._now() + HELD_SECONDS_MAX

    def release(self, path: str, name: bytes) -> None:
        """There is room for whoever comes."""
        self._crowded[path].pop(name, None)

    def concerns(self, path: str) -> bool:
        """Whether anything is crowded there. Most often nothing is, and that is all a request has to do with this."""
        return bool(self._crowded.get(path))

    def judged(self, path: str, body: bytes | bytearray) -> "bytes | Crowd | None":
        """For a request with this body: the whole answer when it is refused, the crowd to which it belongs when it has
        taken a place there, None when it is nobody's.

        It gives the place back when it is answered: nobody has looked yet whether it may take one at all, and strangers
        must not keep others out. For those who wait for their turn something else has been said by then.
        """
        crowded = self._crowded[path]
        for name, crowd in crowded.items():
            if name in body:
                if crowd.places:
                    crowd.places -= 1
                    return crowd
                if self._now() >= crowd.until:
                    del crowded[name]
                    return None
                return self._answers[path].written()
        return None


class Crowd:
    """Who asks for one and the same: `places` left, until when that can be relied on, and how many have got a place and
    have yet to take it. `said` counts how often something was said of the places.
    """

    __slots__ = ("coming", "places", "said", "until")

    def __init__(self) -> None:
        self.coming = 0
        self.places = 0
        self.said = 0
        self.until = 0.0

    def give_back(self, said: int) -> None:
        """A place, unless something else was said of the places since it was taken: in that it is counted."""
        if said == self.said:
            self.places += 1


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
