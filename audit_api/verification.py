"""Walk the log, or one stream, and find the first bad fact.

In pages, so that memory stays flat and the event loop gets its turn between two of them; without a transaction, which
would keep PostgreSQL from cleaning up after the appends that go on meanwhile. What is verified is the log up to its
last position at the start; where streams end is compared within one statement each, so later appends do not disturb.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from eventstore.hashing import EMPTY
from eventstore.postgres.chains import PostgresChains, StreamEnd
from eventstore.store import LogReader
from eventstore.verify import Break, Verifier

PAGE = 500
"""Facts between two turns of the event loop: a few milliseconds of hashing."""

BELOW_EVERYTHING = -(2**63)
"""Where reading starts: a fact slipped in at position 0 or below is to be found, too."""

Progress = Callable[[int, int], None]
"""Told after each page: how many facts have been looked at, and of how many."""


class Verdict(NamedTuple):
    """`facts` and `streams` that are good, up to `position` of the log or to `first_bad`."""

    facts: int
    streams: int
    position: int
    first_bad: Break | None


def verdict_body(verdict: Verdict) -> dict[str, Any]:
    """The shape of `audit_api.shapes.verdict.Verdict`."""
    bad = verdict.first_bad
    first_bad = bad and {
        "position": bad.position,
        "stream": bad.stream or None,
        "version": bad.version if bad.stream else None,
        "problem": bad.problem,
    }
    return {
        "facts": verdict.facts,
        "streams": verdict.streams,
        "verified": bad is None,
        "first_bad": first_bad,
    }


async def verify_log(store: LogReader, chains: PostgresChains, progress: Progress) -> Verdict:
    """The whole log. Raises `StoreUnavailable`."""
    position, after, seen = await store.last_position(), BELOW_EVERYTHING, 0
    verifier = Verifier()
    while after < position and verifier.first_bad is None:
        page = await store.read_log(after, min(PAGE, position - max(after, 0)))
        if not page:
            break
        verifier.resume(await chains.before(page))
        for fact in page:
            verifier.check(fact)
        for stream in await chains.headless({fact.stream for fact in page}):
            verifier.check_head(stream, *EMPTY)
        after, seen = page[-1].position, seen + len(page)
        progress(seen, position)
    if verifier.first_bad is None:
        await _check_ends(verifier, chains)
        verifier.check_end(position)
    return Verdict(verifier.facts, verifier.streams, position, verifier.first_bad)


async def verify_stream(
    store: LogReader, chains: PostgresChains, stream: str, progress: Progress
) -> Verdict | None:
    """One stream; None when there is no such stream. Raises `StoreUnavailable`."""
    position, end = await store.last_position(), await chains.end(stream)
    verifier, after = Verifier(gapless=False), BELOW_EVERYTHING
    while verifier.first_bad is None and (page := await store.read_stream(stream, after, PAGE)):
        for fact in page:
            verifier.check(fact)
        after = page[-1].version
        progress(verifier.facts, max(verifier.facts, end.head.version if end else 0))
    end = await chains.end(stream)
    if after == BELOW_EVERYTHING and (end is None or end.head == EMPTY):
        return None
    if end is None:
        verifier.check_head(stream, *EMPTY)
    else:
        _check_end(verifier, end)
    return Verdict(verifier.facts, verifier.streams, position, verifier.first_bad)


async def _check_ends(verifier: Verifier, chains: PostgresChains) -> None:
    async for page in chains.ends():
        for end in page:
            _check_end(verifier, end)


def _check_end(verifier: Verifier, end: StreamEnd) -> None:
    verifier.resume({end.stream: end.last})
    verifier.check_head(end.stream, *end.head)
