"""Who waits for a position goes on when it is reached, and costs nobody anything before."""

import asyncio

from query_api.waiting import TIDY_MIN, Queue, Queues


def waiting() -> "asyncio.Future[None]":
    return asyncio.get_running_loop().create_future()


async def test_all_go_on_that_have_waited_for_no_more_than_what_is_reached() -> None:
    queue, futures = Queue(), [waiting() for _ in range(10)]
    for position in (7, 3, 9, 1, 5, 0, 8, 2, 6, 4):
        queue.add(position, futures[position])
    queue.reach(5)
    assert [future.done() for future in futures] == [True] * 6 + [False] * 4
    queue.reach(5)
    queue.reach(100)
    assert all(future.done() for future in futures)
    assert len(queue) == 0


async def test_who_has_given_up_is_passed_by_and_forgotten() -> None:
    queue = Queue()
    for _ in range(100 * TIDY_MIN):
        future = waiting()
        queue.add(10**15, future)
        future.cancel()
    patient = waiting()
    queue.add(10**15, patient)
    assert len(queue) <= 2 * TIDY_MIN
    queue.reach(10**15)
    assert patient.done()
    assert len(queue) == 0


async def test_one_notice_looks_only_at_the_queues_of_what_has_moved() -> None:
    queues = Queues()
    for names in ({"listings"}, {"listings", "availability"}, {"bookings"}, {"venues"}):
        queues[frozenset(names)].add(1, waiting())
    queues[frozenset({"venues"})].reach(1)
    found = {key for key, _ in queues.of(["listings", "venues"])}
    assert found == {frozenset({"listings"}), frozenset({"listings", "availability"})}
