"""A command is carried out by whoever owns its stream, as if it had been asked for there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from command_api.handing_over import link as link_module
from command_api.handing_over.link import Link
from command_api.handing_over.place import Place
from command_api.writing.failures import KeyReused, OutcomeUnknown, Overloaded, PreconditionFailed
from domain.refusal import Refused
from domain.show.refusals import BookingNotFound, SoldOut
from tests.command_api.handing_over.host import Host, Worker, host, until
from tests.command_api.writing.desk import outcome
from tests.command_api.writing.unreliable import AnswerHeld, Held, Unreliable
from tests.command_api.writing.words import SHOW_ID, book, cancel, schedule


@pytest.fixture
def store() -> Unreliable:
    return Unreliable()


@pytest.fixture
async def two(store: Unreliable) -> AsyncIterator[Host]:
    async with host(store, SHOW_ID) as made:
        await made.owner.desk.ask(schedule(3))
        yield made


async def test_the_owner_decides_whoever_is_asked(two: Host, store: Unreliable) -> None:
    asked = [each.ask(book()) for each in (two.owner, two.asker, two.asker)]
    replies = await asyncio.gather(*asked)
    assert [orjson.loads(reply.answer.body)["id"] for reply in replies] == store.booked
    assert sorted(reply.position for reply in replies) == [3, 4, 5]
    assert {reply.answer.status for reply in replies} == {201}
    assert two.asker.desk.commits == 0
    with pytest.raises(Refused) as no:
        await two.asker.ask(book())
    assert isinstance(no.value.reason, SoldOut)
    assert len(two.owner.desk.refusals) == 1, "whoever decides keeps the no"
    assert two.asker.desk.refusals == []
    assert (two.asker.counted("handed_over"), two.owner.counted("taken_over")) == (3, 3)
    assert two.asker.counted("decided_here") == two.owner.counted("handed_over") == 0


async def test_what_is_handed_over_together_is_decided_together(two: Host, store: Unreliable) -> None:
    before = two.owner.desk.commits
    await asyncio.gather(*(two.asker.ask(book()) for _ in range(3)))
    assert two.owner.desk.commits == before + 1


async def test_whose_it_must_be_and_which_version_is_looked_at_by_the_owner(two: Host) -> None:
    booking = book()
    await two.asker.ask(booking)
    with pytest.raises(Refused) as no:
        await two.asker.ask(cancel(booking), only_for="somebody else")
    assert no.value.reason == BookingNotFound(booking.booking_id)
    with pytest.raises(PreconditionFailed) as other:
        await two.asker.ask(cancel(booking), only_for="anna", versions=frozenset({9}))
    reply = await two.asker.ask(cancel(booking), only_for="anna", versions=frozenset({other.value.version}))
    assert orjson.loads(reply.answer.body)["status"] == "cancelled"


async def test_a_key_stands_for_one_command_whichever_workers_it_comes_to(
    two: Host, store: Unreliable
) -> None:
    held = Held()
    store.coming.append(held)
    first = two.asker.ask(book(), key="k")
    await held.reached.wait()
    again = [each.ask(book(), key="k") for each in (two.owner, two.asker)]
    other = two.asker.ask(book(), key="k", body=b"another")
    await asyncio.wait([other])
    assert isinstance(other.exception(), KeyReused)
    held.let_go.set()
    replies = await asyncio.gather(*again)
    assert set(replies) == {(await first)._replace(replayed=True)}
    assert await two.asker.ask(book(), key="k") == replies[0]
    assert len(store.booked) == 1


async def test_while_the_owner_is_away_a_command_is_decided_where_it_was_asked(
    two: Host, store: Unreliable
) -> None:
    await two.owner.end()
    reply = await two.asker.ask(book())
    assert reply.answer.status == 201
    assert two.asker.counted("decided_here") == 1
    assert len(store.booked) == 1


async def test_whoever_leaves_answers_what_it_has_taken_and_takes_nothing_more(
    two: Host, store: Unreliable
) -> None:
    held = Held()
    store.coming.append(held)
    taken = [two.asker.ask(book(), key=key) for key in (None, "k")]
    await held.reached.wait()
    ending = asyncio.create_task(two.owner.end())
    late = two.asker.ask(book())
    await until(lambda: two.asker.counted("decided_here") == 1)
    assert (await late).answer.status == 201
    held.let_go.set()
    assert [(await each).answer.status for each in taken] == [201, 201]
    await ending
    assert len(store.booked) == len(set(store.booked)) == 3


async def test_what_was_sent_when_the_link_is_lost_is_unknown_and_never_done_twice(
    two: Host, store: Unreliable
) -> None:
    held = AnswerHeld()
    store.coming.append(held)
    asked = [two.asker.ask(book(), key="k")]
    await held.reached.wait()
    asked.append(two.asker.ask(book()))
    receiving = next(iter(two.owner.owners.reception._links))
    await until(lambda: len(receiving.under_way) == 2)
    two.asker.cut_links()
    await asyncio.wait(asked)
    assert [outcome(each) for each in asked] == ["OutcomeUnknown", "OutcomeUnknown"]
    again = await two.asker.ask(book(), key="k")
    assert again.replayed
    held.let_go.set()
    await until(lambda: not receiving.under_way)
    assert len(store.booked) == 1, "whoever asked has gone, so what was not decided yet is not"
    await two.until_linked()
    assert (await two.asker.ask(book())).answer.status == 201
    assert two.asker.counted("handed_over") == 3


async def test_what_was_not_sent_yet_when_the_link_is_lost_is_decided_here(
    two: Host, store: Unreliable
) -> None:
    link = two.asker.owners._links[two.owner.place.number]
    asked = [two.asker.ask(book()), two.asker.ask(book(), key="k")]
    flush = link._outbox.flush
    link._outbox.flush = lambda: None  # type: ignore[method-assign]
    await until(lambda: len(link._waiting) == 2)
    link._transport.abort()
    assert [(await each).answer.status for each in asked] == [201, 201]
    flush()
    assert two.asker.counted("decided_here") == 2
    assert len(store.booked) == 2


async def test_a_client_who_has_hung_up_is_forgotten_by_the_owner(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "LOOK_SECONDS", 0.01)
    held, left = Held(), list[str]()
    store.coming.append(held)
    first = two.owner.ask(book())
    await held.reached.wait()
    gone = two.asker.ask(book(), has_left=lambda: bool(left))
    receiving = next(iter(two.owner.owners.reception._links))
    await until(lambda: len(receiving.under_way) == 1)
    left.append("hung up")
    await until(lambda: len(receiving._forgotten) == 1)
    held.let_go.set()
    await first
    await asyncio.wait([gone])
    assert outcome(gone) == "ClientLeft"
    assert len(store.booked) == 1


async def test_past_the_deadline_nobody_waits_whatever_the_owner_does(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "LOOK_SECONDS", 0.01)
    held = Held()
    store.coming.append(held)
    asked = two.asker.ask(book(), wait=0.02)
    await asyncio.wait([asked])
    assert outcome(asked) == "OutcomeUnknown"
    held.let_go.set()
    await until(lambda: len(store.booked) == 1)


async def test_an_owner_that_says_nothing_is_not_waited_for(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "LOOK_SECONDS", 0.01)
    for receiving in two.owner.owners.reception._links:
        receiving.data_received = lambda data: None  # type: ignore[method-assign]
        receiving._transport.pause_reading()
    asked = two.asker.ask(book())
    await asyncio.wait([asked])
    assert outcome(asked) == "OutcomeUnknown"
    assert (await two.asker.ask(book())).answer.status == 201


async def test_an_owner_whose_log_is_slow_is_waited_for(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "LOOK_SECONDS", 0.01)
    held = Held()
    store.coming.append(held)
    asked, link = two.asker.ask(book()), two.asker.owners._links[two.owner.place.number]
    looks, look = [], link._look

    def counting() -> None:
        looks.append(link._silent_looks)
        look()

    link._look = counting  # type: ignore[method-assign]
    await until(lambda: len(looks) > 3 * link_module.SILENT_LOOKS_MAX)
    held.let_go.set()
    assert (await asked).answer.status == 201


async def test_more_than_a_link_takes_are_told_to_come_again(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "UNDER_WAY_MAX", 2)
    held = Held()
    store.coming.append(held)
    asked = [two.asker.ask(book()) for _ in range(3)]
    await held.reached.wait()
    with pytest.raises(Overloaded):
        await asked[2]
    held.let_go.set()
    assert [(await each).answer.status for each in asked[:2]] == [201, 201]


async def test_what_cannot_be_put_into_a_frame_is_decided_here(two: Host, store: Unreliable) -> None:
    odd = book(booking="half of a pair \ud800")
    asked = two.asker.ask(odd)
    await asyncio.wait([asked])
    assert two.asker.counted("decided_here") == 1
    assert (await two.asker.ask(book())).answer.status == 201
    assert two.asker.counted("handed_over") == 1


async def test_a_socket_that_cannot_be_had_leaves_everybody_to_themselves(store: Unreliable) -> None:
    worker = Worker(Place(0, 2, Path("/" + "long/" * 40)), store)
    await worker.owners.open()
    shows = [f"show {number}" for number in range(8)]
    for show in shows:
        await worker.desk.ask(schedule(1, show))
        assert (await worker.ask(book(show=show))).answer.status == 201
    assert worker.counted("decided_here") == sum(not worker.owns(show) for show in shows) > 0
    await worker.end()


async def test_a_crowd_at_the_owner_is_told_to_whoever_asks(store: Unreliable) -> None:
    async with host(store, SHOW_ID, workers=3, queue_max=1) as three:
        three.owner.desk.writers._crowding = None
        await three.owner.desk.ask(schedule(3))
        tell = three.owner.owners.reception.tell_crowd
        assert tell(SHOW_ID, 8) == 4
        assert tell(SHOW_ID, 0) == 0
        assert tell(SHOW_ID, None) is None
        askers = [worker for worker in three.workers if worker is not three.owner]
        await until(lambda: all(len(worker.crowds) == 3 for worker in askers))
        assert {tuple(worker.crowds) for worker in askers} == {((SHOW_ID, 2), (SHOW_ID, 0), (SHOW_ID, None))}


async def test_another_release_is_not_talked_to(
    two: Host, store: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("command_api.handing_over.receiving.RELEASE", b"another")
    two.asker.cut_links()
    await until(lambda: not two.asker.links)
    met: list[Link] = []
    greeted = Link._greeted

    def meeting(self: Link, frame: object) -> None:
        greeted(self, frame)  # type: ignore[arg-type]
        met.append(self)

    monkeypatch.setattr(Link, "_greeted", meeting)
    await until(lambda: bool(met))
    assert met[0].is_of_another_release
    assert (await two.asker.ask(book())).answer.status == 201
    assert two.asker.counted("decided_here") == 1
    monkeypatch.undo()
    await two.until_linked()


async def test_nobody_is_left_waiting_when_whoever_asks_goes(two: Host, store: Unreliable) -> None:
    held = Held()
    store.coming.append(held)
    asked = two.asker.ask(book())
    await held.reached.wait()
    ending = asyncio.create_task(two.asker.end())
    await asyncio.wait([asked])
    assert outcome(asked) == OutcomeUnknown.__name__
    held.let_go.set()
    await ending
