"""What became of a command, put into frames by its owner and taken out of them by whoever asked."""

import logging
from functools import cache
from typing import Any

import msgspec

from command_api.handing_over.framing import UNSPEAKABLE, BadFrame
from command_api.handing_over.wire import Failed, Frame, Replied, Said
from command_api.refused import REFUSALS
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import (
    ClientLeft,
    CommandFailed,
    KeyReused,
    OutcomeUnknown,
    Overloaded,
    PreconditionFailed,
)
from domain.refusal import Refusal, Refused
from eventstore.store import StoreUnavailable

log = logging.getLogger(__name__)

ENCODE = msgspec.msgpack.Encoder().encode

MISTAKE = "Mistake"
_CLASSES: dict[str, type[Refusal]] = {refusal.__name__: refusal for refusal in REFUSALS}
_BARE: dict[str, type[CommandFailed]] = {
    failure.__name__: failure for failure in (OutcomeUnknown, ClientLeft, KeyReused)
}


class OwnerFailed(Exception):
    """A mistake of ours in another worker, whose log has it."""


def replied(number: int, reply: Reply) -> Frame:
    """What was carried out."""
    answer = reply.answer
    return Replied(number, answer.status, answer.body, answer.headers, reply.position, reply.replayed)


def not_carried_out(number: int, error: BaseException) -> Frame:
    """Why not: a refusal, a failure, or whatever else it is."""
    match error:
        case Refused():
            return _said(number, error.reason)
        case Overloaded():
            return Failed(number, Overloaded.__name__, error.retry_after)
        case PreconditionFailed():
            return Failed(number, PreconditionFailed.__name__, error.version)
        case CommandFailed():
            return Failed(number, type(error).__name__)
        case StoreUnavailable():
            return Failed(number, OutcomeUnknown.__name__)
        case _:
            log.error("a command of another worker failed", exc_info=error)
            return Failed(number, MISTAKE)


def _said(number: int, reason: Refusal) -> Frame:
    try:
        return Said(number, type(reason).__name__, msgspec.Raw(ENCODE(reason)))
    except UNSPEAKABLE:
        log.exception("a refusal cannot be said to another worker")
        return Failed(number, MISTAKE)


def reply_of(frame: Replied) -> Reply:
    """As if it had been carried out here."""
    return Reply(Answer(frame.status, frame.body, frame.headers), frame.position, frame.replayed)


def error_of(frame: Said | Failed) -> Exception:
    """As if it had been raised here. Raises `BadFrame` for what no release of ours says."""
    if isinstance(frame, Said):
        return Refused(_refusal(frame))
    if frame.name == Overloaded.__name__:
        return Overloaded(frame.about)
    if frame.name == PreconditionFailed.__name__:
        return PreconditionFailed(frame.about)
    if frame.name == MISTAKE:
        return OwnerFailed()
    failure = _BARE.get(frame.name)
    if failure is None:
        raise BadFrame(f"a failure called {frame.name}")
    return failure()


def _refusal(frame: Said) -> Refusal:
    kind = _CLASSES.get(frame.name)
    if kind is None:
        raise BadFrame(f"a refusal called {frame.name}")
    try:
        reason: Refusal = _decoder(kind).decode(frame.reason)
    except msgspec.DecodeError as error:
        raise BadFrame(str(error)) from None
    return reason


@cache
def _decoder(kind: type[Refusal]) -> "msgspec.msgpack.Decoder[Any]":
    return msgspec.msgpack.Decoder(kind)
