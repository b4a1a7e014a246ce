"""A page of the log is read once, and a failed reading hurts nobody but the reader."""

import asyncio

import pytest
from typing_extensions import override

from eventstore.appending import Item
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable
from projections.following.shared_pages import Page, SharedPages
from tests.projections.season import venue
from tests.projections.writing import NOON, encoded


class CountingStore(MemoryStore):
    """A log of five facts that counts how often it is read; reads wait for `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.go = asyncio.Event()

    @override
    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        self.reads += 1
        await self.go.wait()
        return await super().read_log(after, limit)


@pytest.fixture
async def store() -> CountingStore:
    store = CountingStore()
    await store.append([Item("venue-1", EMPTY, [encoded(venue()) for _ in range(5)])], NOON)
    return store


async def test_projectors_that_ask_for_the_same_page_share_it(store: CountingStore) -> None:
    pages = SharedPages(3)
    asking = [asyncio.create_task(pages.after(store, 0)) for _ in range(5)]
    store.go.set()
    found = await asyncio.gather(*asking)
    assert [[fact.position for fact in page.facts] for page in found] == [[1, 2, 3]] * 5
    assert store.reads == 1


async def test_only_who_has_just_looked_may_say_that_this_is_the_end(store: CountingStore) -> None:
    store.go.set()
    pages = SharedPages(3)
    assert (await pages.after(store, 0)).more
    assert not (await pages.after(store, 3)).more
    assert (await pages.after(store, 3)).more
    assert not (await pages.after(store, 5)).more
    assert not (await pages.after(store, 5)).more


async def test_after_a_failure_the_others_read_for_themselves(store: CountingStore) -> None:
    class Broken(CountingStore):
        @override
        async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
            await self.go.wait()
            raise StoreUnavailable

    broken, pages = Broken(), SharedPages(3)
    unlucky = asyncio.create_task(pages.after(broken, 0))
    others = [asyncio.create_task(pages.after(store, 0)) for _ in range(3)]
    await asyncio.wait((unlucky,), timeout=0)
    broken.go.set()
    store.go.set()
    with pytest.raises(StoreUnavailable):
        await unlucky
    assert [len(page.facts) for page in await asyncio.gather(*others)] == [3, 3, 3]
    assert store.reads == 1


async def test_few_pages_are_kept(store: CountingStore) -> None:
    store.go.set()
    pages = SharedPages(1)
    for position in (0, 1, 2, 3, 4, 0):
        await pages.after(store, position)
    assert store.reads == 6


async def test_who_holds_a_lease_waits_for_no_other_reader(store: CountingStore) -> None:
    """The other one may be waiting for a connection, and all of them may be held by such as we are."""
    pages, free = SharedPages(3), CountingStore()
    free.go.set()
    stuck = asyncio.create_task(pages.after(store, 0))
    while not store.reads:  # noqa: ASYNC110  # the next turn of the loop, which is all it takes
        await asyncio.sleep(0)
    assert await pages.at_once(free, 0) == Page([], more=False)
    store.go.set()
    assert len((await stuck).facts) == 3
    assert len((await pages.at_once(free, 0)).facts) == 3


async def test_projectors_that_are_woken_together_learn_together_that_there_is_nothing(
    store: CountingStore,
) -> None:
    store.go.set()
    pages = SharedPages(3)
    found = await asyncio.gather(*(pages.after(store, 5) for _ in range(9)))
    assert found == [Page([], more=False)] * 9
    assert store.reads == 1
