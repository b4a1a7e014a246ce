"""The log as such: every fact is what its hash says, and no position and no version is missing."""

from collections.abc import Sequence

from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, envelope, expected_hash, link
from eventstore.postgres.chains import PostgresChains
from eventstore.store import LogReader
from eventstore.verify import Break, Guarantee, Verifier
from eventstore.violations import Finding
from projections.watching.invariant import Invariant


async def broken(
    chains: PostgresChains, reader: LogReader, after: int, page: Sequence[RecordedFact]
) -> list[Finding]:
    """What is wrong with the facts of a page, which is read on from position `after`."""
    heads = await chains.before(page)
    found: list[Finding] = []
    verifier = Verifier(after=after)
    verifier.resume(heads)
    for fact in page:
        verifier.check(fact)
        heads[fact.stream] = fact.version, fact.hash
        if verifier.first_bad is not None:
            if not await _follows_from_the_last(reader, verifier.first_bad, fact):
                found.append(told(verifier.first_bad))
            # On from there: what is wrong with this one is no reason not to look at the next.
            verifier = Verifier(after=fact.position)
            verifier.resume(heads)
    return found


async def _follows_from_the_last(reader: LogReader, broken: Break, fact: RecordedFact) -> bool:
    """Whether it is broken only because the hash of the fact before it in its stream was altered, which was told."""
    if broken.guarantee is not Guarantee.CHAIN or fact.version < 2:
        return False
    before = await reader.read_stream(fact.stream, max(0, fact.version - 3), 3)
    hashes = {each.version: each.hash for each in before}
    previous = next((each for each in before if each.version == fact.version - 1), None)
    if previous is None:
        return False
    expected = expected_hash(hashes.get(fact.version - 2, BEFORE_THE_FIRST), previous)
    return expected != previous.hash and link(expected, envelope(fact)) == fact.hash


def told(broken: Break) -> Finding:
    """A break as a finding; its cause is the same however it was come by."""
    if broken.guarantee is Guarantee.CHAIN:
        where = f"{broken.stream} version {broken.version}"
        return Finding(Invariant.CHAIN, where, broken.position, f"{where}: {broken.problem}")
    # What is missing at a position is of no stream that anybody knows.
    of_the_log = broken.problem.startswith("position")
    cause = broken.problem if of_the_log else f"{broken.stream}: {broken.problem}"
    return Finding(Invariant.GAPLESS, cause, broken.position, cause)
