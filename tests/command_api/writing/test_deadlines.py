"""Nobody waits past their deadline, and nobody who was answered is kept in mind."""

import asyncio

from command_api.writing.deadlines import Deadlines
from command_api.writing.failures import OutcomeUnknown
from command_api.writing.pending import Pending
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book


def waiting(seconds: float) -> Pending:
    loop = asyncio.get_running_loop()
    return Pending(
        command=book(),
        command_id="",
        fingerprint=None,
        metadata=b"{}",
        check=None,
        render=lambda _state, _facts: None,  # type: ignore[arg-type, return-value]  # nothing is rendered
        future=loop.create_future(),
        deadline=loop.time() + seconds,
    )


@in_virtual_time
async def test_whoever_waits_too_long_is_told_and_the_others_wait_on() -> None:
    deadlines = Deadlines(asyncio.get_running_loop())
    late, patient = waiting(2.0), waiting(60.0)
    for pending in (patient, late):
        deadlines.watch(pending)
    await asyncio.sleep(4)
    assert isinstance(late.future.exception(), OutcomeUnknown)
    assert not patient.future.done()


@in_virtual_time
async def test_those_who_were_answered_are_forgotten_as_others_come() -> None:
    deadlines = Deadlines(asyncio.get_running_loop())
    for _ in range(100):
        pending = waiting(10.0)
        deadlines.watch(pending)
        pending.future.cancel()
    assert len(deadlines._waiting) == 1


@in_virtual_time
async def test_one_who_waits_long_keeps_the_others_in_mind_for_a_second_at_most() -> None:
    deadlines = Deadlines(asyncio.get_running_loop())
    patient = waiting(60.0)
    deadlines.watch(patient)
    for _ in range(100):
        pending = waiting(10.0)
        deadlines.watch(pending)
        pending.future.cancel()
    await asyncio.sleep(1.5)
    assert list(deadlines._waiting) == [patient]
    patient.future.cancel()
