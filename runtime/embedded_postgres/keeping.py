"""Starts the embedded server again when it has died by itself, as after a disk that was full."""

import logging
from threading import Event, Thread
from types import TracebackType
from typing import Self

from runtime.embedded_postgres.errors import EmbeddedPostgresError
from runtime.embedded_postgres.server import EmbeddedPostgres

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
AGAIN_SECONDS_MIN = 0.5
AGAIN_SECONDS_MAX = 10.0


class Kept:
    """Used as a context within that of a started server, by whoever started it; nobody else stops or starts it."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        self._stopping = Event()
        self._thread = Thread(target=self._keep, name="embedded server's keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.wait(LOOK_SECONDS):
            if self._server.is_running:
                failures = 0
                continue
            log.error(
                "the embedded PostgreSQL has ended by itself and is started again (%s)", self._server.log.path
            )
            try:
                self._server.start_again()
            except EmbeddedPostgresError as error:
                failures += 1
                log.error("the embedded PostgreSQL cannot be started: %s", error)  # noqa: TRY400 - the line says it all
                self._stopping.wait(min(AGAIN_SECONDS_MAX, AGAIN_SECONDS_MIN * 2**failures))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
