"""What two workers say to each other: each frame its length in four bytes, then an array in MessagePack.

Whoever asks greets, and asks once it has been greeted back. Names of commands and refusals are those of their classes,
which both sides have in the same release; `RELEASE` tells whether they do.
"""

from hashlib import blake2b
from typing import get_args

import msgspec

from command_api.errand import ErrandCommand
from command_api.refused import REFUSALS


class Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What stands on the wire; each kind has its number."""


class Greeting(Frame, frozen=True, tag=0):
    """First, from either side. Whoever has another `release` is not talked to."""

    release: bytes


class Asked(Frame, frozen=True, tag=1):
    """A command: the `name` of its class and the rest of what a `Pending` has. `seconds` are left to its deadline.

    What comes of it is told under the same `number`.
    """

    number: int
    name: str
    command: msgspec.Raw
    only_for: str | None
    request_id: str
    command_id: str
    fingerprint: bytes | None
    metadata: bytes
    versions: tuple[int, ...] | None
    seconds: float


class Forget(Frame, frozen=True, tag=2):
    """Nobody waits for that any more."""

    number: int


class Ping(Frame, frozen=True, tag=3):
    """Is anybody there?"""


class Replied(Frame, frozen=True, tag=4):
    """Carried out: what a `Reply` has."""

    number: int
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    position: int
    replayed: bool


class Said(Frame, frozen=True, tag=5):
    """Refused: the `name` of the refusal's class, and the refusal."""

    number: int
    name: str
    reason: msgspec.Raw


class Failed(Frame, frozen=True, tag=6):
    """No decision: the `name` of the failure's class, and the one number that some of them have."""

    number: int
    name: str
    about: int = 0


class NotTaken(Frame, frozen=True, tag=7):
    """Nothing was done about it, and nothing will be."""

    number: int


class Leaving(Frame, frozen=True, tag=8):
    """Ask nothing more. What was taken is still answered."""


class Pong(Frame, frozen=True, tag=9):
    """There is."""


class Crowded(Frame, frozen=True, tag=10):
    """For so many more there is room at that show; None when there is room for everybody again."""

    show_id: str
    places: int | None


FromAsker = Greeting | Asked | Forget | Ping
FromOwner = Greeting | Replied | Said | Failed | NotTaken | Leaving | Pong | Crowded


def _release() -> bytes:
    """A hash of the shape of everything that goes over the wire, so that no number has to be kept by hand."""
    kinds = (*get_args(FromAsker), *get_args(FromOwner), *get_args(ErrandCommand), *REFUSALS)
    shapes = msgspec.json.schema_components(kinds)
    return blake2b(msgspec.json.encode(shapes, order="sorted"), digest_size=16).digest()


RELEASE = _release()
