"""The keys of an OIDC provider as this process knows them. While the provider is away, those go on counting."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from runtime.authentication.oidc_fetching import KeyFetching, NoKeys
from runtime.authentication.problems import CANNOT_TELL
from runtime.authentication.verifying_key import VerifyingKey
from runtime.problems import Problem

ASK_SECONDS_MIN = 30.0
"""However many unknown names arrive, the provider is asked no more often than this."""

FRESH_SECONDS = 600.0
"""After which the keys are fetched again beside the requests, so that one it has withdrawn is forgotten."""

GIVE_UP_SECONDS = 12.0
"""For two documents, however slowly they drip."""

_log = logging.getLogger(__name__)


class ProviderKeys:
    """Fetched when first needed. `clock` is monotonic, in seconds."""

    def __init__(self, fetching: KeyFetching, clock: Callable[[], float] = monotonic) -> None:
        self._fetching = fetching
        self._clock = clock
        self._keys: dict[str, VerifyingKey] | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that name. Raises Problem 503 while no key of the provider has ever been had."""
        found = None if self._keys is None else self._keys.get(kid)
        since = self._clock() - self._asked_at
        if found is not None:
            if since >= FRESH_SECONDS:
                self._ask()
            return found
        if self._asking is None and since >= ASK_SECONDS_MIN:
            self._ask()
        if self._asking is not None:
            await asyncio.shield(self._asking)
        if self._keys is None:
            raise Problem(CANNOT_TELL)
        return self._keys.get(kid)

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._fetching.close()

    def _ask(self) -> None:
        if self._asking is None:
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                self._keys = await self._fetching.keys()
        except NoKeys as error:
            _log.warning("the OIDC provider's keys were not renewed: %s", error)
        except TimeoutError:
            _log.warning("the OIDC provider's keys were not renewed: no answer in time")
        finally:
            self._asking = None
