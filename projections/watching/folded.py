"""A show folded from the log up to a position, and on from there."""

import asyncio

from domain.codec import CODEC
from domain.show.evolve import evolve
from domain.show.state import Show
from eventstore.facts import RecordedFact
from eventstore.store import LogReader
from eventstore.verify import Break, Verifier

PAGE = 500


class FoldedShow:
    """The domain's own fold of a stream, whose chain is verified while its facts go by."""

    def __init__(self, stream: str) -> None:
        self.show = Show()
        self._stream = stream
        self._version = 0
        self._verifier = Verifier(gapless=False)

    @property
    def first_bad(self) -> Break | None:
        """The first fact that is not what its hash says."""
        return self._verifier.first_bad

    async def up_to(self, reader: LogReader, position: int) -> Show:
        """The show as of that position, or as far as it is whole; positions asked for never go back. Raises
        whatever a fact does that cannot be folded.
        """
        while self.first_bad is None:
            page = await reader.read_stream(self._stream, self._version, PAGE)
            due = [fact for fact in page if fact.position <= position]
            for fact in due:
                self._fold(fact)
            if len(due) < PAGE:
                break
            # A stream may be long, and others want to work meanwhile.
            await asyncio.sleep(0)
        return self.show

    def _fold(self, fact: RecordedFact) -> None:
        """Nothing from the first bad fact on: what it says is not what happened."""
        self._verifier.check(fact)
        if self.first_bad is None:
            evolve(self.show, CODEC.decode(fact.name, fact.schema_version, fact.data))
            self._version = fact.version
