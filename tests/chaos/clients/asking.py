"""Requests of clients: with a deadline each, under one key until there is an answer."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

from runtime.identity import Caller
from tests.chaos.clients.call import Attempt, Call, Said
from tests.chaos.world.clocks import true_time
from tests.chaos.world.wire import Wire
from tests.signing import SignedTokens
from tests.system.http import Answer, ask

TOKENS = SignedTokens(access_seconds=7 * 86_400)
ATTEMPT_SECONDS_MAX = 2.5
"""Longer than a read waits for its position before it says that it is behind."""
PAUSE_SECONDS = (0.02, 0.3)


async def answered(
    door: Wire, method: str, path: str, body: Any, *, by: Caller, headers: Mapping[str, str] | None = None
) -> Answer | None:
    """None when no answer came in time, or nobody was there."""
    sent = {"Authorization": f"Bearer {TOKENS.issue(by)}", **(headers or {})}
    with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError):
        async with asyncio.timeout(ATTEMPT_SECONDS_MAX):
            return await ask(door.port, method, path, body, sent)
    return None


class Asking:
    """Asks any of the doors that are there for commands, and notes it."""

    def __init__(self, doors: Mapping[str, Wire], chance: Random) -> None:
        self._doors = doors
        self._chance = chance

    async def until_known(self, call: Call, by: Caller, seconds_max: float) -> Said:
        """Try under the same key until it is known what became of it, or for so long."""
        end = true_time() + seconds_max
        while True:
            await self.once(call, by)
            if call.said is not Said.UNKNOWN or true_time() > end:
                return call.said
            await asyncio.sleep(self._chance.uniform(*PAUSE_SECONDS))

    async def once(self, call: Call, by: Caller) -> Answer | None:
        door = self._chance.choice(sorted(self._doors))
        invoked = true_time()
        answer = await answered(
            self._doors[door], "POST", call.path, call.body, by=by, headers={"Idempotency-Key": call.key}
        )
        call.answer = json_of(answer)
        code = str(call.answer.get("code", "")) if answer is not None and answer.status >= 400 else ""
        call.attempts.append(
            Attempt(invoked, true_time(), door, None if answer is None else answer.status, code)
        )
        if answer is not None and call.said is Said.DONE:
            call.position = int(answer.headers.get("seatledger-position", "0"))
        return answer


def json_of(answer: Answer | None) -> dict[str, Any]:
    with suppress(json.JSONDecodeError):
        return dict(answer.json()) if answer is not None and answer.body else {}
    return {}
