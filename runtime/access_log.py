"""One line for each request, written without the logging machinery.

A log record costs 12 microseconds to make, pass on and format, a fifth of a small request; the same line put together
from what is known of its route costs 3. Lines are written in blocks: a call to the system for each was a sixth of a
small request. Whoever looks sees a line a twentieth of a second after its answer; a process that is killed may take the
lines of that time with it, one that stops writes them all.
"""

import asyncio
import atexit
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

import orjson

from runtime.settings import LogFormat, LogLevel

BLOCK_CHARS_MAX = 4_000
"""Processes that share a pipe write up to 4,096 bytes as a whole: what is longer could end within another's line."""
DELAY_SECONDS = 0.05
TEMPLATES_MAX = 4_096
"""A client may make up methods, so there is a bound."""

Line = Callable[[str, str, int, float, str], str]

_line: Line | None = None
_block: list[str] = []
_block_chars = 0


def configure_access_log(level: LogLevel | str, log_format: LogFormat | str) -> None:
    """Write access lines to standard error when `level` is info or debug; the last call holds."""
    global _line  # noqa: PLW0603 - like the loggers beside it, there is one for the process
    write_block()
    if LogLevel(level) not in (LogLevel.INFO, LogLevel.DEBUG):
        _line = None
    else:
        _line = _json_line if LogFormat(log_format) is LogFormat.JSON else _text_line


def log_request(method: str, route: str, status: int, seconds: float, request_id: str) -> None:
    """Tell of one request. `route` is the template and never the URL: paths and queries hold ids and names."""
    global _block_chars  # noqa: PLW0603 - of the one block
    if _line is None:
        return
    line = _line(method, route, status, seconds, request_id)
    if _block_chars + len(line) > BLOCK_CHARS_MAX:
        write_block()
    _block.append(line)
    _block_chars += len(line)
    if len(_block) == 1:
        _write_soon()


def _write_soon() -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        write_block()
    else:
        loop.call_later(DELAY_SECONDS, write_block)


def write_block() -> None:
    """Write what has gathered."""
    global _block_chars  # noqa: PLW0603 - of the one block
    if _block:
        text = "".join(_block)
        _block.clear()
        _block_chars = 0
        sys.stderr.write(text)
        sys.stderr.flush()


atexit.register(write_block)


def _json_line(method: str, route: str, status: int, seconds: float, request_id: str) -> str:
    before, after = _json_template(method, route, status)
    # orjson writes a time in a fifth of what `isoformat` takes.
    at = orjson.dumps(datetime.now(UTC)).decode()  # noqa: TID251 - when a line was written is no decision
    return f'{{"at":{at},{before}{request_id}{after}{round(seconds * 1000, 3)}}}\n'


@lru_cache(TEMPLATES_MAX)
def _json_template(method: str, route: str, status: int) -> tuple[str, str]:
    """What stands before the request's id, and between that and its time: the same for a route's every answer."""
    line = {
        "level": "info",
        "logger": "access",
        "message": f"{method} {route} {status}",
        "request_id": "",
        "method": method,
        "route": route,
        "status": status,
        "ms": 0,
    }
    before, id_begins, after = orjson.dumps(line).decode().partition('"request_id":"')
    return before.removeprefix("{") + id_begins, after.removesuffix("0}")


def _text_line(method: str, route: str, status: int, seconds: float, request_id: str) -> str:
    at = datetime.now(UTC).strftime("%H:%M:%S.%f")[:-3]  # noqa: TID251 - when a line was written is no decision
    return f"{at} info    access: {method} {route} {status} {round(seconds * 1000, 3)} ms [{request_id}]\n"
