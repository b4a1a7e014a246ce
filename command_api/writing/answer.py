"""What a command is answered with, and how an answer is kept for a retry."""

from typing import NamedTuple

import orjson


class Answer(NamedTuple):
    """An HTTP answer as far as the decision determines it. `body` is JSON; `headers` are for example ETag, Location."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Reply(NamedTuple):
    """An answer that stands: what it says is in the log at `position`. `replayed` when a retry gets it again."""

    answer: Answer
    position: int
    replayed: bool = False


def stored(answer: Answer) -> bytes:
    """An answer as JSON, to be kept with the command."""
    body = orjson.Fragment(answer.body) if answer.body else None
    return orjson.dumps({"status": answer.status, "headers": answer.headers, "body": body})


def restored(text: str) -> Answer:
    """The answer that was kept."""
    kept = orjson.loads(text)
    headers = tuple((name, value) for name, value in kept["headers"])
    return Answer(kept["status"], b"" if kept["body"] is None else orjson.dumps(kept["body"]), headers)
