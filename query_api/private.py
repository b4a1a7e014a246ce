"""Answers about people: what is encrypted is opened here, where it leaves us, and no cache on the way keeps it."""

from starlette.responses import Response

from runtime.privacy.keyring import Keyring

PRIVATE = {"Cache-Control": "private, no-store"}


def private(answer: Response) -> Response:
    """The same answer, marked: no cache on the way or in the browser keeps it."""
    answer.headers.update(PRIVATE)
    return answer


async def opened(keyring: Keyring, answer: Response) -> Response:
    """The same answer, JSON, with what it says about people in the clear, marked."""
    body = bytes(answer.body)
    clear = await keyring.opened_json(body)
    if clear is not body:
        answer.body = clear
        answer.headers["Content-Length"] = str(len(clear))
    return private(answer)
