"""Log lines on standard error: JSON for machines, text for people, each with the id of its request."""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
from typing_extensions import override

from runtime.access_log import configure_access_log
from runtime.database import is_unavailable
from runtime.request_id import REQUEST_ID
from runtime.settings import LogFormat, LogLevel

# Whatever a library puts into a message, nobody's credentials reach the disk, and nobody's data either.
CREDENTIAL = re.compile(
    r"(?i:bearer)\s+\S+"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"
    # API keys, and refresh tokens: 43 signs with at least a digit and a capital among them.
    r"|\bslk_[\w.-]+"
    r"|(?<![\w-])(?=[\w-]{0,42}\d)(?=[\w-]{0,42}[A-Z])[\w-]{43}(?![\w-])"
    # E-mail addresses.
    r"|[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    # What PostgreSQL, asyncpg and pydantic quote of the values they complain of.
    r"|(?<=DETAIL:)[^\n]*"
    r"|(?<=invalid input for query argument )\$\d+: [^\n]*"
    r"|(?<=input_value=)[^\n]*(?=, input_type=)"
)
HIDDEN = "[hidden]"


class JsonLines(logging.Formatter):
    """One JSON object per record; `extra={"fields": {...}}` adds members of the caller's own."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_credentials(record.getMessage()),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        for name, value in getattr(record, "fields", {}).items():
            line[name] = without_credentials(value) if isinstance(value, str) else value
        if record.exc_info:
            line["trace"] = without_credentials(self.formatException(record.exc_info))
        try:
            return orjson.dumps(line, default=repr).decode()
        except TypeError:
            # Half a surrogate pair, or a number no JSON reader takes: shown as Python shows it.
            return orjson.dumps({key: ascii(value) for key, value in line.items()}).decode()


class TextLines(logging.Formatter):
    """`12:00:00.123 warning runtime.x: message [request id]`, and the trace below."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        line = f"{at} {record.levelname.lower():7} {record.name}: {record.getMessage()}"
        if request_id := REQUEST_ID.get():
            line += f" [{request_id}]"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return without_credentials(line)


def without_credentials(text: str) -> str:
    """`text` without tokens, keys, passwords in URLs, e-mail addresses and values that libraries quote."""
    return CREDENTIAL.sub(HIDDEN, text)


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not the tries of a pool to be whole again while the database is away, each with its trace: whoever needs
    a connection says that there is none.
    """
    error = record.exc_info[1] if record.exc_info else None
    return error is None or not is_unavailable(error)


def configure_logging(level: LogLevel | str, log_format: LogFormat | str) -> None:
    """Send every logger of the process, uvicorn's included, through one handler on standard error.

    May be called again; the last call holds.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if LogFormat(log_format) is LogFormat.JSON else TextLines())
    logging.basicConfig(level=LogLevel(level).upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.propagate = True
        # Its start and stop are told by whoever starts the server; what matters is what goes wrong.
        theirs.setLevel(max(logging.WARNING, logging.getLogger().level))
    for name in ("httpx", "httpcore"):
        # They tell of every request we send, with its URL.
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("asyncpg.pool").addFilter(is_worth_a_line)
    logging.getLogger("uvicorn.access").disabled = True
    configure_access_log(level, log_format)
