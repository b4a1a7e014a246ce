"""Under which key, and on what condition, a request is made."""

from starlette.requests import Request

from command_api.keys import command_id
from runtime.http.header import header
from runtime.identity import Caller
from runtime.ids import new_id
from runtime.privacy.people import People
from runtime.privacy.person_key import ENCRYPTED
from runtime.problems import Problem, ProblemDetail

KEY_MAX_CHARS = 255

BAD_KEY = ProblemDetail(
    422,
    "validation-failed",
    "The request is not valid",
    extras={
        "errors": [
            {
                "in": "header",
                "path": "/Idempotency-Key",
                "message": f"Give 1 to {KEY_MAX_CHARS} visible ASCII characters",
                "type": "idempotency_key",
            }
        ]
    },
)


class Conditions:
    """`command_id` stands for the `key` and who made it up; without one it is new, and there is no `fingerprint`.

    `versions` are those that If-Match admits; None when any will do. `asked_for` is what the fingerprint is of.
    """

    __slots__ = ("asked_for", "command_id", "fingerprint", "key", "versions")

    def __init__(self, request: Request, people: People, caller: Caller, raw: bytes) -> None:
        headers = request.scope["headers"]
        self.versions = versions_of(header(headers, b"if-match"))
        self.key = header(headers, b"idempotency-key")
        self.asked_for = b""
        self.fingerprint: bytes | None = None
        if self.key is None:
            self.command_id = new_id()
        else:
            self.command_id = command_id(caller.id, checked_key(self.key))
            self.asked_for = f"{request.method} {request.scope['path']}\n".encode() + raw
            self.fingerprint = people.fingerprint(self.asked_for)


def checked_key(key: str) -> str:
    """An idempotency key as it may be. Raises Problem 422."""
    visible = 1 <= len(key) <= KEY_MAX_CHARS and key.isascii() and key.isprintable()
    # It is told to auditors with what it was used for, where encrypted text would be opened.
    if not visible or ENCRYPTED.search(key):
        raise Problem(BAD_KEY)
    return key


def versions_of(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match admits; None when any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(","))
    return frozenset(int(tag) for tag in tags if tag.isascii() and tag.isdecimal() and len(tag) < 19)
