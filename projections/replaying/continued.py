"""An export, and behind its end the log that it was taken from: so it reaches whatever the live tables hold."""

from collections.abc import Collection
from datetime import datetime

from eventstore.offline.lines import NotAnExport
from eventstore.postgres.log_pages import LogPage
from eventstore.postgres.store import PostgresStore
from projections.replaying.exported import Export
from projections.replaying.source import LiveLog


class Continued:
    """Raises `NotAnExport` where the log is not the one that was exported, or has not gone on from there."""

    def __init__(self, export: Export, log: LiveLog, store: PostgresStore) -> None:
        self._export = export
        self._log = log
        self._store = store

    async def head(self) -> int:
        return max(await self._export.head(), await self._log.head())

    async def position_at(self, moment: datetime) -> int:
        at = await self._export.position_at(moment)
        return at if at < await self._export.head() else await self._log.position_at(moment)

    async def page(self, after: int, unwanted: Collection[str], facts_max: int, to: int) -> LogPage:
        end = await self._export.head()
        if after >= end:
            return await self._log.page(after, unwanted, facts_max, to)
        page = await self._export.page(after, unwanted, facts_max, min(to, end))
        if page.reached == end < to:
            await self._check(end)
        return page

    async def _check(self, end: int) -> None:
        """By the hash of the export's last fact, which covers all of its stream before it."""
        found = await self._store.read_log(end - 1, 1)
        if not found or found[0].hash != self._export.last_hash:
            raise NotAnExport(f"this export is not of this log: they differ at position {end:,}")
