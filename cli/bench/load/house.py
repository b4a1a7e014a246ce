"""What visitors who look at a house of numbered seats are told, and what they tell. Both travel as one JSON object."""

from dataclasses import dataclass

from cli.bench.load.job import Job, Outcome


@dataclass(frozen=True)
class House:
    """Everybody books named seats of one event: `rows` of so many `row_seats` in one section, all free.

    `chance` begins their random numbers. Nobody has asks in the `job`: they make up their own.
    """

    job: Job
    event_id: str
    section: str
    rows: int
    row_seats: int
    chance: int

    @property
    def seconds(self) -> float:
        return self.job.seconds

    def seats(self) -> list[str]:
        """The names of all of them."""
        return [
            f"{self.section}/{row + 1}/{seat + 1}"
            for row in range(self.rows)
            for seat in range(self.row_seats)
        ]


@dataclass(frozen=True)
class Kind:
    """Requests of one kind, stragglers included, and how long they took."""

    requests: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Visited:
    """`load` is all of it. The ids are of bookings: what was acknowledged. `conflicts` were refused for a seat that
    somebody else had been quicker to take.
    """

    load: Outcome
    kinds: dict[str, Kind]
    booked: list[str]
    confirmed: list[str]
    cancelled: list[str]
    conflicts: int
    failure: str | None = None
    """The first answer that nobody expected."""
