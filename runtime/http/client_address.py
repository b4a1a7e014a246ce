"""Where a request comes from: the peer's address or, behind proxies of ours, the one that they vouch for."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

Network = IPv4Network | IPv6Network

CACHED_MAX = 4096
IPV6_SITE_BITS = 64
"""What one customer of a provider has at least; within it addresses cost nothing."""


class ClientAddress:
    """Believes `X-Forwarded-For` of peers in `trusted` networks only, and of it only what those have written.

    Each proxy adds whom it was asked by at the right end, so the rightmost address that is no proxy of ours is the
    client's; whatever stands left of it is the client's own invention.
    """

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)
        self._is_trusted = lru_cache(CACHED_MAX)(self._look_up)

    def of(self, scope: Scope) -> str:
        """The address in text; empty where there is none, on a Unix socket."""
        client = scope.get("client")
        address = client[0] if client else ""
        if not self._trusted or not self._is_trusted(address):
            return address
        forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        for hop in reversed(forwarded.split(b",")):
            vouched = _without_port(hop.decode("latin-1").strip())
            if _parsed(vouched) is None:
                break
            address = vouched
            if not self._is_trusted(address):
                break
        return address

    def is_proxy(self, address: str) -> bool:
        """Whether it is one of ours, who speaks for many."""
        return bool(self._trusted) and self._is_trusted(address)

    def _look_up(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)


@lru_cache(CACHED_MAX)
def limited_as(address: str) -> str:
    """What counts as one client: an IPv4 address, or all of an IPv6 /64."""
    if ":" not in address:
        return address
    parsed = _parsed(address)
    if not isinstance(parsed, IPv6Address):
        return address if parsed is None else str(parsed)
    return str(IPv6Address(int(parsed) >> IPV6_SITE_BITS << IPV6_SITE_BITS)) + "/64"


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    bare, zone, _ = address.partition("%")
    try:
        parsed = ip_address(bare)
    except ValueError:
        return None
    if zone and parsed.version == 4:
        # Only addresses of IPv6 have one: with any text for a zone, one address would be counted as many.
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
