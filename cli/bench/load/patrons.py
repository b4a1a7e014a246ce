"""What somebody in an on-sale does: looks, chooses seats from what they saw, books them, pays or gives them back."""

from collections import defaultdict, deque
from random import Random
from typing import Any, NamedTuple

import orjson

from cli.bench.load.closed_loop import parts, percentile
from cli.bench.load.house import House, Kind
from cli.bench.load.job import Ask
from cli.bench.sides.side import PATH

EVENTS = "/api/v1/events"
AVAILABILITY, SEAT_MAP, HOLD, CONFIRM, CANCEL = "availability", "seat map", "hold", "confirm", "cancel"
MIX = {AVAILABILITY: 70, SEAT_MAP: 10, HOLD: 10, CONFIRM: 7, CANCEL: 3}
"""Of a hundred requests."""

ONLY_HOLDS = {HOLD: 1}

SEEN = 20
"""Seats that somebody has in mind when they have looked at the map. They try one after the other, and look again when
one of them is gone, or all are theirs."""

POPULAR = 2_000
"""Those seats are the best that are left, and everybody wants one of them."""

REFUSED = b'"seats-not-available"'


class Own(NamedTuple):
    """A booking that is not paid, and by whose token it was made."""

    booking: dict[str, Any]
    token: str

    @property
    def id(self) -> str:
        booking_id: str = self.booking["id"]
        return booking_id

    def paid(self) -> str:
        """The body of its confirmation."""
        payment = {"reference": self.booking["code"], **self.booking["total"]}
        return orjson.dumps({"payment": payment}).decode()


class Crowd:
    """What all patrons have in common: the house as it really is, and what has become of all that they asked."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.chance = Random(house.chance)  # noqa: S311 - nothing here is a secret
        self.free = house.seats()
        self.place = {seat: number for number, seat in enumerate(self.free)}
        self.unpaid: deque[Own] = deque()
        self.latencies: defaultdict[str, list[float]] = defaultdict(list)
        self.booked: list[str] = []
        self.confirmed: list[str] = []
        self.cancelled: list[str] = []
        self.conflicts = 0
        self.failure: str | None = None

    def look(self) -> list[str]:
        """Some good seats that are free at this moment."""
        best = min(POPULAR, len(self.free))
        return [self.free[number] for number in self.chance.sample(range(best), min(SEEN, best))]

    def is_gone(self, seat: str) -> None:
        """Nobody who looks from now on sees it."""
        number = self.place.pop(seat, None)
        if number is None:
            return
        last = self.free.pop()
        if last != seat:
            self.free[number] = last
            self.place[last] = number

    def kinds(self) -> dict[str, Kind]:
        return {
            name: Kind(len(latencies), percentile(latencies, 50), percentile(latencies, 99))
            for name, latencies in ((name, sorted(each)) for name, each in self.latencies.items())
        }


class Patron:
    """One of the crowd, who does one thing after the other in the proportions of `mix`."""

    def __init__(self, crowd: Crowd, token: str, mix: dict[str, int]) -> None:
        self._crowd = crowd
        self._token = token
        self._kinds, self._weights = list(mix), list(mix.values())
        self._in_mind: list[str] = []
        self._kind, self._seat = "", ""
        self._own = Own({}, "")

    def ask(self) -> bytes | None:
        crowd, event_id = self._crowd, self._crowd.house.event_id
        (kind,) = crowd.chance.choices(self._kinds, self._weights)
        if kind in (CONFIRM, CANCEL) and not crowd.unpaid:
            kind = HOLD
        self._kind = kind
        match kind:
            case "availability":
                return self._request(f"{EVENTS}/{event_id}/availability")
            case "seat map":
                return self._request(f"{EVENTS}/{event_id}/seat-map")
            case "hold":
                return self._hold()
            case _:
                self._own = crowd.unpaid.popleft()
                sent = self._own.paid() if kind == CONFIRM else "{}"
                return self._request(f"{PATH}/{self._own.id}/{kind}", sent, self._own.token)

    def _hold(self) -> bytes | None:
        self._in_mind = self._in_mind or self._crowd.look()
        if not self._in_mind:
            return None
        self._seat = self._in_mind.pop()
        body = {"event_id": self._crowd.house.event_id, "seats": [self._seat]}
        return self._request(PATH, orjson.dumps(body).decode())

    def _request(self, path: str, body: str | None = None, token: str = "") -> bytes:
        head, sent = parts(self._crowd.house.job, Ask(path, token or self._token, body))
        return b"%b\r\n%b" % (head, sent)

    def told(self, status: int, body: bytes, latency_ms: float) -> None:
        crowd = self._crowd
        crowd.latencies[self._kind].append(latency_ms)
        match self._kind, status:
            case "hold", 201:
                own = Own(orjson.loads(body), self._token)
                crowd.booked.append(own.id)
                crowd.unpaid.append(own)
                crowd.is_gone(self._seat)
            case "hold", 409 if REFUSED in body:
                crowd.conflicts += 1
                crowd.is_gone(self._seat)
                self._in_mind = []
            case "confirm", 200:
                crowd.confirmed.append(self._own.id)
            case "cancel", 200:
                crowd.cancelled.append(self._own.id)
            case _, 200:
                pass
            case _:
                crowd.failure = crowd.failure or f"{self._kind} was answered {status}: {body.decode()[:500]}"
