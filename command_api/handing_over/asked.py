"""A command, put into a frame by whoever was asked for it and taken out by its owner."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import msgspec

from command_api.errand import Errand, ErrandCommand
from command_api.handing_over.framing import BadFrame
from command_api.handing_over.wire import Asked
from command_api.no_answer import no_answer
from command_api.writing.pending import Pending

ENCODE = msgspec.msgpack.Encoder().encode

_DECODERS: dict[str, "msgspec.msgpack.Decoder[Any]"] = {
    command.__name__: msgspec.msgpack.Decoder(command) for command in get_args(ErrandCommand)
}


def asked(number: int, errand: Errand, pending: Pending, clock: float) -> Asked:
    """`clock` is that of the event loop which `pending` has its deadline from. Raises one of `UNSPEAKABLE`."""
    command = errand.command
    return Asked(
        number,
        type(command).__name__,
        msgspec.Raw(ENCODE(command)),
        errand.only_for,
        errand.request_id,
        pending.command_id,
        pending.fingerprint,
        pending.metadata,
        None if pending.versions is None else tuple(pending.versions),
        pending.deadline - clock,
    )


def pending_of(
    frame: Asked, loop: asyncio.AbstractEventLoop, has_left: Callable[[], bool]
) -> tuple[str, Pending]:
    """The id of its show, and the command as if it had been asked for here.

    Raises `BadFrame` for what is none.
    """
    decoder = _DECODERS.get(frame.name)
    if decoder is None:
        raise BadFrame(f"a command called {frame.name}")
    try:
        command = decoder.decode(frame.command)
    except msgspec.DecodeError as error:
        raise BadFrame(str(error)) from None
    errand = Errand(command, frame.only_for, frame.request_id)
    versions = None if frame.versions is None else frozenset(frame.versions)
    pending = Pending(
        command=command,
        command_id=frame.command_id,
        fingerprint=frame.fingerprint,
        metadata=frame.metadata,
        check=errand.check(versions),
        render=errand.render(),
        future=loop.create_future(),
        deadline=loop.time() + frame.seconds,
        has_left=has_left,
        versions=versions,
        answer_no=partial(no_answer, frame.request_id),
    )
    return command.show_id, pending
