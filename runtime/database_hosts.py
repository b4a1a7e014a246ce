"""Connections to whichever of several servers is there and takes writes.

The driver tries hosts one after the other too, but within one limit for all of them: a host that swallows packets would
use it up, and the one that has taken over would never be asked.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import asyncpg

from runtime.database_wire import notice_when_lost

HOST_SECONDS_MAX = 3.0
"""For one of several hosts to answer. A server that is there does so in milliseconds."""

CANNOT_CONNECT_NOW = "57"
TOO_MANY_CONNECTIONS = "53"


class Hosts:
    """The servers of one DSN. The one that answered last is asked first."""

    def __init__(self, dsn: str) -> None:
        """Raises ValueError for a DSN that is no URL."""
        self._each = each_host(dsn)
        self._first = 0

    @property
    def are_many(self) -> bool:
        return len(self._each) > 1

    async def connect(self, *_dsn: Any, **terms: Any) -> asyncpg.Connection:
        """As a pool asks for it. Raises what the driver raises: of several failures the most telling."""
        seconds_max: float = terms.pop("timeout")
        if not self.are_many:
            return await connected(self._each[0], seconds_max, terms)
        failures: list[Exception] = []
        for number in islice(cycle(range(len(self._each))), self._first, self._first + len(self._each)):
            try:
                connection = await connected(self._each[number], min(seconds_max, HOST_SECONDS_MAX), terms)
            except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
                if not may_be_elsewhere(error):
                    raise
                failures.append(error)
            else:
                self._first = number
                return connection
        told = [one for one in failures if not isinstance(one, asyncpg.TargetServerAttributeNotMatched)]
        raise (told or failures)[-1]


async def connected(dsn: str, seconds_max: float, terms: dict[str, Any]) -> asyncpg.Connection:
    """A connection whose loss is noticed soon, also where nobody says goodbye."""
    connection: asyncpg.Connection = await asyncpg.connect(dsn, timeout=seconds_max, **terms)
    notice_when_lost(connection)
    return connection


def may_be_elsewhere(error: Exception) -> bool:
    """Whether another host may fare better: not where a password is wrong or a database missing."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(("08", CANNOT_CONNECT_NOW, TOO_MANY_CONNECTIONS))
    return True


def each_host(dsn: str) -> list[str]:
    """A DSN for each host that `dsn` names, in order; of several, only one that takes writes is wanted."""
    url = urlsplit(dsn)
    terms = dict(parse_qsl(url.query, keep_blank_values=True))
    hosts = url.netloc.rpartition("@")[2].split(",") if "host" not in terms else terms["host"].split(",")
    if len(hosts) < 2:
        return [dsn]
    terms.setdefault("target_session_attrs", "read-write")
    if "host" not in terms:
        user = url.netloc.rpartition("@")
        return [
            url._replace(netloc=f"{user[0]}{user[1]}{host}", query=written(terms)).geturl() for host in hosts
        ]
    each = zip(hosts, ports(terms.get("port", ""), len(hosts)), strict=True)
    return [
        url._replace(query=written({**terms, "host": host, **({"port": port} if port else {})})).geturl()
        for host, port in each
    ]


def ports(listed: str, count: int) -> Iterator[str]:
    """One for each host: as many as are listed, or one for all. Raises ValueError for any other number."""
    found = listed.split(",")
    if len(found) not in (1, count):
        raise ValueError("as many ports as hosts are wanted, or one")
    return iter(found * count if len(found) == 1 else found)


def written(terms: dict[str, str]) -> str:
    """As the query of a URL."""
    return urlencode(terms, safe="/", quote_via=quote)
