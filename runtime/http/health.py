"""Is it alive, is it ready, what is it: the standing pages for operators and their machines."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from runtime.http.json_answer import json_answer

CHECK_SECONDS_MAX = 2.0

Check = Callable[[], Awaitable[Mapping[str, Any]]]
"""Looks at one thing the process needs and returns figures about it (say `{"lag_facts": 3}`). It raises Unhealthy
with words anybody may read, or anything else, of which only the log gets the details."""

_log = logging.getLogger(__name__)


class Unhealthy(Exception):
    """A check's "no"; the message is shown on /health."""


async def livez(_request: Request) -> Response:
    """The event loop turns: that it answers at all is the answer."""
    return json_answer({"status": "ok"})


def readiness(checks: Mapping[str, Check], seconds_max: float = CHECK_SECONDS_MAX) -> Any:
    """The handler of /readyz and /health: 200 when every check passes within `seconds_max`, else 503."""

    async def readyz(_request: Request) -> Response:
        """Every check with its figures. What fails says why, in words that anybody may read."""
        found = await asyncio.gather(*(_outcome(name, check, seconds_max) for name, check in checks.items()))
        ready = all(one["status"] == "ok" for one in found)
        return json_answer(
            {"status": "ok" if ready else "failing", "checks": dict(zip(checks, found, strict=True))},
            200 if ready else 503,
            {"Cache-Control": "no-store"},
        )

    return readyz


async def _outcome(name: str, check: Check, seconds_max: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(seconds_max):
            return {**await check(), "status": "ok"}
    except TimeoutError:
        return {"status": "failing", "reason": f"no answer within {seconds_max:g} seconds"}
    except Unhealthy as no:
        return {"status": "failing", "reason": str(no)}
    except Exception:  # noqa: BLE001 - whatever a check dies of, /health answers
        _log.exception("the health check %s failed", name)
        return {"status": "failing", "reason": "the check itself failed; the log says why"}
