"""What one connection may take, and how many there may be."""

from dataclasses import dataclass
from typing import Self

from runtime.http.client_address import Network
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Of one process. Times are in seconds."""

    connections_max: int = 20_000
    connections_per_address_max: int = 4_096
    trusted_proxies: tuple[Network, ...] = ()
    """They speak for many, so the limit for one address is not for them."""
    head_max_bytes: int = 65_536
    headers_max: int = 100
    url_max_bytes: int = 49_152
    head_seconds_max: float = 10.0
    body_seconds_max: float = 60.0
    stall_seconds_max: float = 30.0
    keep_alive_seconds: float = 75.0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(**{name: getattr(settings, name) for name in cls.__slots__})
