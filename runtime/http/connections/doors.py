"""Who may come in: so many connections together, and so many from one address."""

from runtime.http.client_address import ClientAddress, limited_as
from runtime.http.connections.limits import ConnectionLimits


class Doors:
    """Counts the connections of a process. An address has an entry only while it has a connection."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._proxies = ClientAddress(limits.trusted_proxies)
        self._by_address: dict[str, int] = {}
        self._inside = 0

    def enter(self, address: str) -> bool:
        """Whether there is room for one more from there; if so it counts until it leaves."""
        place = limited_as(address)
        here = self._by_address.get(place, 0)
        crowded = here >= self._limits.connections_per_address_max and not self._proxies.is_proxy(address)
        if crowded or self._inside >= self._limits.connections_max:
            return False
        self._by_address[place] = here + 1
        self._inside += 1
        return True

    def is_proxy(self, address: str) -> bool:
        """Whether many come through it."""
        return self._proxies.is_proxy(address)

    def leave(self, address: str) -> None:
        place = limited_as(address)
        left = self._by_address.pop(place) - 1
        if left:
            self._by_address[place] = left
        self._inside -= 1
