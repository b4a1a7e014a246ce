"""What a holder of connections is told, and what it tells. Both travel as one line of JSON."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Crowd:
    """So many that have asked once and ask no more, that listen to a stream, and that send a byte of a head, or of a
    body, now and then.
    """

    host: str
    port: int
    stream_path: str
    idle: int = 0
    streams: int = 0
    slow: int = 0


@dataclass(frozen=True)
class Held:
    """How many of each kind are open."""

    idle: int
    streams: int
    slow_heads: int
    slow_bodies: int
