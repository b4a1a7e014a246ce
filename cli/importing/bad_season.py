"""A season file that cannot be imported, told in one line with the place and the way out."""

from collections.abc import Iterable, Mapping
from typing import Any

from cli.stopped import Stopped

PROBLEM_MAX_CHARS = 400


class BadSeason(Stopped):
    """`place` is a JSON path such as `$.events[3].starts_at`; `problem` says what to do about it."""

    def __init__(self, place: str, problem: str, more: int = 0) -> None:
        others = f" ({more} more {'problem' if more == 1 else 'problems'} after this one)" if more else ""
        super().__init__(f"{place}: {problem[:PROBLEM_MAX_CHARS]}{others}; nothing was imported")


def json_path(steps: Iterable[object]) -> str:
    """`("events", 3, "starts_at")` is `$.events[3].starts_at`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def in_words(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors, as advice to whoever wrote the file."""
    match error["type"]:
        case "missing":
            return "this field is missing"
        case "extra_forbidden":
            return "there is no such field: take it out, or correct its name"
        case "literal_error":
            return f"this must be {error['ctx']['expected']}"
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            # The bodies are the API's; in a file, keys stand where the API has ids.
            message = message.replace("ticket_type_id", "ticket_type").replace("venue_id", "venue")
            return message[:1].lower() + message[1:]
