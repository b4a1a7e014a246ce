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
"""Looks at one thing the process needs and returns figures about it (say `{"lag_facts": 3}`). A `warning` among them is
words about what somebody should look at, though the process can do its work. It raises Unhealthy with words anybody may
read, or anything else, of which only the log gets the details."""

OK = "ok"
WARNING = "warning"
FAILING = "failing"

LEAVING = {
    "status": FAILING,
    "checks": {"process": {"status": FAILING, "reason": "it was told to stop"}},
}
NOT_STORED = {"Cache-Control": "no-store"}

_log = logging.getLogger(__name__)


class Unhealthy(Exception):
    """A check's "no"; the message is shown on /health."""


async def livez(_request: Request) -> Response:
    """The event loop turns: that it answers at all is the answer."""
    return json_answer({"status": OK})


def _here_to_stay() -> bool:
    return False


def readiness(
    checks: Mapping[str, Check],
    seconds_max: float = CHECK_SECONDS_MAX,
    is_leaving: Callable[[], bool] = _here_to_stay,
) -> Any:
    """The handler of /readyz and /health: 200 when every check passes within `seconds_max`, warnings or not, else
    503. While the process `is_leaving` nothing else counts.
    """

    async def readyz(_request: Request) -> Response:
        """Every check with its figures. What fails says why, in words that anybody may read."""
        if is_leaving():
            return json_answer(LEAVING, 503, NOT_STORED)
        found = await asyncio.gather(*(_outcome(name, check, seconds_max) for name, check in checks.items()))
        said = {one["status"] for one in found}
        status = next((worst for worst in (FAILING, WARNING) if worst in said), OK)
        return json_answer(
            {"status": status, "checks": dict(zip(checks, found, strict=True))},
            503 if status == FAILING else 200,
            NOT_STORED,
        )

    return readyz


async def _outcome(name: str, check: Check, seconds_max: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(seconds_max):
            figures = await check()
            return {**figures, "status": WARNING if "warning" in figures else OK}
    except TimeoutError:
        return {"status": FAILING, "reason": f"no answer within {seconds_max:g} seconds"}
    except Unhealthy as no:
        return {"status": FAILING, "reason": str(no)}
    except Exception:  # noqa: BLE001 - whatever a check dies of, /health answers
        _log.exception("the health check %s failed", name)
        return {"status": FAILING, "reason": "the check itself failed; the log says why"}
