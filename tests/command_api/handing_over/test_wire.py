"""What goes over the wire comes out as it went in; what is nothing of ours is refused and breaks nothing."""

import asyncio
import logging
import subprocess
import sys
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_api.errand import Errand, ErrandCommand
from command_api.handing_over.asked import asked, pending_of
from command_api.handing_over.framing import ENCODER, FRAME_BYTES_MAX, UNSPEAKABLE, BadFrame, Inbox
from command_api.handing_over.outcomes import OwnerFailed, error_of, not_carried_out, replied, reply_of
from command_api.handing_over.wire import RELEASE, Asked, Failed, FromAsker, FromOwner, Replied, Said
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
from command_api.writing.pending import Pending
from domain.refusal import Refused
from domain.show.commands import Wanted
from eventstore.store import StoreUnavailable

FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
COMMANDS = get_args(ErrandCommand)
FROM_ASKER, FROM_OWNER = msgspec.msgpack.Decoder(FromAsker), msgspec.msgpack.Decoder(FromOwner)


st.register_type_strategy(Wanted, st.builds(Wanted, st.integers(0, 9)))


def any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Values of a struct, each field by its type."""
    fields = {field.name: st.from_type(field.type) for field in msgspec.structs.fields(kind)}
    return st.builds(kind, **fields).filter(has_words)


def has_words(value: Any) -> bool:
    """MessagePack ends at 64 bits; what is beyond is not handed over."""
    try:
        ENCODER.encode(value)
    except UNSPEAKABLE:
        return False
    return True


@FEW
@pytest.mark.parametrize("kind", COMMANDS)
@given(st.data())
def test_every_command_that_is_an_errand_comes_out_as_it_went_in(
    kind: type[Any], data: st.DataObject
) -> None:
    errand = Errand(data.draw(any_of(kind)), data.draw(st.none() | st.text()), data.draw(st.text()))
    versions = data.draw(st.none() | st.frozensets(st.integers(0, 10**18)))
    fingerprint = data.draw(st.none() | st.binary())
    loop = asyncio.new_event_loop()
    try:
        sent = Pending(
            command=errand.command,
            command_id="id",
            fingerprint=fingerprint,
            metadata=b"{}",
            check=None,
            render=errand.render(),
            future=loop.create_future(),
            deadline=loop.time() + 10,
            versions=versions,
            errand=errand,
        )
        frame = FROM_ASKER.decode(ENCODER.encode(asked(7, errand, sent, loop.time())))
        assert isinstance(frame, Asked)
        assert (frame.number, frame.only_for, frame.request_id) == (7, errand.only_for, errand.request_id)
        show_id, come = pending_of(frame, loop, lambda: False)
        assert show_id == errand.command.show_id
        assert come.command == sent.command
        assert type(come.command) is kind
        assert (come.command_id, come.fingerprint, come.metadata) == ("id", fingerprint, b"{}")
        assert come.versions == versions
        assert (come.check is None) == (errand.check(versions) is None)
        assert come.deadline == pytest.approx(sent.deadline, abs=1)
        assert come.errand is None, "it is not handed on"
    finally:
        loop.close()


@FEW
@pytest.mark.parametrize("kind", REFUSALS)
@given(st.data())
def test_every_refusal_comes_out_as_it_went_in(kind: type[Any], data: st.DataObject) -> None:
    reason = data.draw(any_of(kind))
    frame = FROM_OWNER.decode(ENCODER.encode(not_carried_out(3, Refused(reason))))
    assert isinstance(frame, Said)
    said = error_of(frame)
    assert isinstance(said, Refused)
    assert said.reason == reason
    assert type(said.reason) is kind


@pytest.mark.parametrize(
    "failure",
    [Overloaded(17), OutcomeUnknown(), ClientLeft(), PreconditionFailed(12), KeyReused()],
    ids=lambda failure: type(failure).__name__,
)
def test_every_failure_comes_out_as_it_went_in(failure: CommandFailed) -> None:
    frame = FROM_OWNER.decode(ENCODER.encode(not_carried_out(3, failure)))
    assert isinstance(frame, Failed)
    said = error_of(frame)
    assert type(said) is type(failure)
    assert vars(said) == vars(failure)


def test_no_failure_is_forgotten_by_the_wire() -> None:
    assert {failure.__name__ for failure in CommandFailed.__subclasses__()} == {
        "Overloaded", "OutcomeUnknown", "ClientLeft", "PreconditionFailed", "KeyReused",
    }  # fmt: skip


def test_a_mistake_and_a_log_out_of_reach_are_told_without_their_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        mistake = not_carried_out(1, LookupError("a secret"))
    assert b"secret" not in ENCODER.encode(mistake)
    assert isinstance(mistake, Failed)
    assert isinstance(error_of(mistake), OwnerFailed)
    assert [record.exc_info is not None for record in caplog.records] == [True]
    away = not_carried_out(1, StoreUnavailable("host=db password=x"))
    assert isinstance(away, Failed)
    assert isinstance(error_of(away), OutcomeUnknown)


@given(
    st.integers(100, 599),
    st.binary(),
    st.lists(st.tuples(st.text(), st.text())).map(tuple),
    st.integers(0, 2**62),
    st.booleans(),
)
def test_a_reply_comes_out_as_it_went_in(
    status: int, body: bytes, headers: tuple[tuple[str, str], ...], position: int, replayed: bool
) -> None:
    reply = Reply(Answer(status, body, headers), position, replayed)
    frame = FROM_OWNER.decode(ENCODER.encode(replied(5, reply)))
    assert isinstance(frame, Replied)
    assert reply_of(frame) == reply


@given(st.lists(st.binary(max_size=300), max_size=8), st.data())
def test_frames_are_found_however_their_bytes_are_cut(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(len(each).to_bytes(4, "little") + each for each in payloads)
    inbox, found = Inbox(), list[bytes]()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += inbox.frames(stream[:size])
        stream = stream[size:]
    assert found == payloads


@given(st.binary(max_size=200))
def test_bytes_of_chance_are_no_frame_or_one_of_ours(payload: bytes) -> None:
    for decoder in (FROM_ASKER, FROM_OWNER):
        try:
            decoder.decode(payload)
        except msgspec.DecodeError:
            continue


@pytest.mark.parametrize(
    "frame",
    [
        Said(1, "NoSuchRefusal", msgspec.Raw(b"\x80")),
        Said(1, "SoldOut", msgspec.Raw(b"\x80")),
        Failed(1, "SystemExit"),
        Failed(1, "CommandFailed"),
    ],
)
def test_what_no_owner_says_is_told_from_what_one_does(frame: Said | Failed) -> None:
    with pytest.raises(BadFrame):
        error_of(frame)


@pytest.mark.parametrize(
    ("name", "command"),
    [("CancelShow", b"\x80"), ("BookSeats", b"\x80"), ("ConfirmBooking", b"\xc0"), ("object", b"\x01")],
)
async def test_what_no_worker_asks_is_told_from_what_one_does(name: str, command: bytes) -> None:
    frame = Asked(1, name, msgspec.Raw(command), None, "", "id", None, b"{}", None, 10.0)
    with pytest.raises(BadFrame):
        pending_of(frame, asyncio.get_running_loop(), lambda: False)


def test_a_frame_that_is_too_large_is_not_waited_for() -> None:
    with pytest.raises(BadFrame):
        list(Inbox().frames((FRAME_BYTES_MAX + 1).to_bytes(4, "little")))


def test_the_release_is_the_same_in_every_process() -> None:
    """It is no hash of anything that chance orders."""
    program = "import command_api.handing_over.wire as wire; print(wire.RELEASE.hex())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": ":".join(sys.path)},
    )
    assert told.stdout.strip() == RELEASE.hex()
