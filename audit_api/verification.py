"""Walk the log, or one stream, and find the first bad fact.

In pages, so that memory stays flat and the event loop gets its turn between two of them; without a transaction, which
would keep PostgreSQL from cleaning up after the appends that go on meanwhile. What is verified is the log up to its
last position at the start; where streams end is compared within one statement each, so later appends do not disturb.
"""

from collections import deque
from collections.abc import Callable, Sequence

from audit_api.known import NOTHING, Known
from audit_api.sealed_stream import SealedStream
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.log_check import LogCheck
from eventstore.postgres.chains import PostgresChains, StreamEnd
from eventstore.postgres.seals import PostgresSeals
from eventstore.seals.seal import Seal
from eventstore.store import LogReader
from eventstore.verify import Verdict, Verifier

PAGE = 500
"""Facts between two turns of the event loop: a few milliseconds of hashing."""

BELOW_EVERYTHING = -(2**63)
"""Where reading starts: a fact slipped in at position 0 or below is to be found, too."""

Progress = Callable[[int, int], None]
"""Told after each page: how many facts have been looked at, and of how many."""


async def verify_log(
    store: LogReader,
    chains: PostgresChains,
    seals: PostgresSeals,
    progress: Progress,
    *,
    known: Known = NOTHING,
    page_max: int | None = None,
) -> Verdict:
    """The whole log. Raises `StoreUnavailable`."""
    last = await seals.last()
    position, after, seen = await store.last_position(), BELOW_EVERYTHING, 0
    check = LogCheck(known.pinned, known.saved)
    for key in await seals.keys():
        check.seals.key(key)
    waiting = _Waiting(seals, 0 if last is None else last.size)
    while after < position and check.first_bad is None:
        page = await store.read_log(after, min(page_max or PAGE, position - max(after, 0)))
        if not page:
            break
        check.chains.resume(await chains.before(page))
        _check_page(check, page, await waiting.up_to(page[-1].position))
        for stream in await chains.headless({fact.stream for fact in page}):
            check.chains.check_head(stream, *EMPTY)
        after, seen = page[-1].position, seen + len(page)
        progress(seen, position)
    if check.first_bad is None:
        await _check_ends(check.chains, chains)
        check.chains.check_end(position)
        # Of seals that cover more than there is, the first says so.
        _check_page(check, (), await waiting.up_to(waiting.end))
        check.seals.end()
    return check.verdict(position)


def _check_page(check: LogCheck, page: Sequence[RecordedFact], seals: "deque[Seal]") -> None:
    """Facts, and each seal behind the last fact that it covers; `seals` are used up."""
    for fact in page:
        check.fact(fact)
        if seals and seals[0].size <= fact.position:
            check.seals.seal(seals.popleft())
    while seals:
        check.seals.seal(seals.popleft())


class _Waiting:
    """The seals that there were at the start, read as the facts under them come."""

    def __init__(self, seals: PostgresSeals, end: int) -> None:
        self.end = end
        self._seals = seals
        # A seal of no facts or fewer was never made, and is found by being looked at.
        self._after = BELOW_EVERYTHING

    async def up_to(self, position: int) -> "deque[Seal]":
        """Those that have not been given out yet, of sizes up to `position`."""
        found, to = deque[Seal](), min(position, self.end)
        while page := await self._seals.read_seals(self._after, to=to):
            found += page
            self._after = page[-1].size
        return found


async def verify_stream(
    store: LogReader, chains: PostgresChains, sealed: SealedStream, stream: str, progress: Progress
) -> Verdict | None:
    """One stream; None when there is no such stream. Raises `StoreUnavailable`."""
    position, end = await sealed.begin(store), await chains.end(stream)
    verifier, after = Verifier(gapless=False), BELOW_EVERYTHING
    while verifier.first_bad is None and (page := await store.read_stream(stream, after, PAGE)):
        for fact in page:
            verifier.check(fact)
        if verifier.first_bad is None:
            await sealed.add(page)
        after = page[-1].version
        progress(verifier.facts, max(verifier.facts, end.head.version if end else 0))
    end = await chains.end(stream)
    if after == BELOW_EVERYTHING and (end is None or end.head == EMPTY):
        return None
    if end is None:
        verifier.check_head(stream, *EMPTY)
    else:
        _check_end(verifier, end)
    if verifier.first_bad is None:
        await sealed.end()
    first_bad = verifier.first_bad or sealed.first_bad
    return Verdict(
        verifier.facts, verifier.streams, position, first_bad, sealed.seals, sealed.sealed_to, sealed.unsealed
    )


async def _check_ends(verifier: Verifier, chains: PostgresChains) -> None:
    async for page in chains.ends():
        for end in page:
            _check_end(verifier, end)


def _check_end(verifier: Verifier, end: StreamEnd) -> None:
    verifier.resume({end.stream: end.last})
    verifier.check_head(end.stream, *end.head)
