"""Server settings, given on the command line of every start: they live in this file, not in the data folder."""

from collections.abc import Mapping
from types import MappingProxyType

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        # Private by construction: no network, and a socket folder that only its owner may enter.
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        # Given although it is the default, because PGPORT in the environment would change it.
        "port": "5432",
        # A machine of two cores that the programs share with the server.
        "max_connections": "200",
        "shared_buffers": "128MB",
        "effective_cache_size": "1GB",
        "random_page_cost": "1.1",
        # The log is written all the time: fewer checkpoints mean fewer full pages written again.
        "wal_buffers": "16MB",
        "min_wal_size": "256MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        # Our statements take a millisecond; compiling one takes fifty.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
)

THROW_AWAY: Mapping[str, str] = MappingProxyType(
    {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
)
"""For a cluster whose data nobody will miss: a test's, never anyone else's."""


def command_line(settings: Mapping[str, str]) -> list[str]:
    """`-c name=value` for each."""
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
