"""What is told and what comes back when bookings are read at once. Both travel as one JSON object."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BookAndRead:
    """`per_second` bookings, spread evenly over `seconds` and over `connections`, each read by its maker at the
    position that the answer has named.
    """

    host: str
    port: int
    event_id: str
    tokens: list[str]
    connections: int
    per_second: float
    seconds: float


@dataclass(frozen=True)
class Seen:
    """Milliseconds, in the order of the bookings: from asking to 201, and from 201 to the answer of the read.

    `late` bookings were sent after their time because all connections were waiting for answers.
    """

    booked_ms: list[float]
    visible_ms: list[float]
    late: int
    failure: str | None = None
