"""The outbox: letters leave in the background, bounded in number, and nothing waits for them."""

import asyncio
import logging

import pytest

from runtime.mail.letter import Letter, NotDelivered
from runtime.mail.logged import LoggedMail
from runtime.mail.outbox import AT_ONCE, Outbox

LETTER = Letter("ana@example.org", "Hello", "the token")


class Difficult:
    """Fails so many times before it takes a letter."""

    def __init__(self, failures: int = 0, *, for_good: bool = False) -> None:
        self.taken: list[Letter] = []
        self.attempts = 0
        self._failures = failures
        self._for_good = for_good

    async def send(self, letter: Letter) -> None:
        self.attempts += 1
        if self.attempts <= self._failures:
            raise NotDelivered("no", for_good=self._for_good)
        self.taken.append(letter)


async def letter() -> Letter | None:
    return LETTER


async def nobody() -> Letter | None:
    return None


async def broken() -> Letter | None:
    raise RuntimeError("ana@example.org")


async def test_a_letter_is_tried_a_few_times_and_then_given_up() -> None:
    for failures, taken in ((0, 1), (3, 1), (4, 0)):
        mail = Difficult(failures)
        outbox = Outbox(mail, pauses=(0, 0, 0))
        assert outbox.post(letter)
        await outbox.delivered()
        assert len(mail.taken) == taken
        await outbox.close()


async def test_those_that_are_tried_again_later_keep_back_no_other() -> None:
    class OneAddressIsDead:
        def __init__(self) -> None:
            self.taken = asyncio.Queue[str]()

        async def send(self, letter: Letter) -> None:
            if letter.to == "dead@example.org":
                raise NotDelivered("nobody answers", for_good=False)
            self.taken.put_nowait(letter.to)

    async def to_the_dead() -> Letter:
        return Letter("dead@example.org", "Hello", "the token")

    mail = OneAddressIsDead()
    outbox = Outbox(mail, waiting_max=AT_ONCE + 3, pauses=(3600,))
    for _ in range(AT_ONCE + 1):
        assert outbox.post(to_the_dead)
    assert outbox.post(letter)
    async with asyncio.timeout(60):
        assert await mail.taken.get() == LETTER.to
    # They count as long as they wait, or a dead server would fill the memory.
    assert [outbox.post(letter) for _ in range(3)] == [True, True, False]
    await outbox.close()


async def test_what_is_refused_for_good_is_given_up_at_once() -> None:
    mail = Difficult(9, for_good=True)
    outbox = Outbox(mail, pauses=(0, 0, 0))
    outbox.post(letter)
    await outbox.delivered()
    assert mail.attempts == 1
    await outbox.close()


async def test_one_that_cannot_be_written_keeps_back_no_other(caplog: pytest.LogCaptureFixture) -> None:
    mail = Difficult()
    outbox = Outbox(mail)
    for writing in (broken, nobody, letter):
        outbox.post(writing)
    await outbox.delivered()
    assert mail.taken == [LETTER]
    assert "ana" not in caplog.text
    await outbox.close()


async def test_letters_that_wait_are_bounded_and_do_not_keep_a_program_from_ending() -> None:
    never = asyncio.Event()

    class Silent:
        async def send(self, _letter: Letter) -> None:
            await never.wait()

    outbox = Outbox(Silent(), waiting_max=3)
    for _ in range(AT_ONCE):
        assert outbox.post(letter)
        await asyncio.sleep(0)
    posted = [outbox.post(letter) for _ in range(5)]
    assert posted.count(True) <= 3
    assert posted[-1] is False
    async with asyncio.timeout(60):
        await outbox.close()


async def test_without_a_server_a_letter_is_shown_with_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await LoggedMail().send(LETTER)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("seatledger.mail", logging.WARNING)
    assert "only in development" in record.getMessage()
    assert "the token" in record.getMessage()
    assert "the token" not in repr(LETTER)
