"""A show as it was, folded by the domain out of its own stream."""

from collections.abc import AsyncIterator
from itertools import takewhile
from typing import Any

from audit_api.lifespan_state import AuditServices
from audit_api.moments.folding import fold_all
from audit_api.moments.when import When
from domain.show.decide import lapse
from domain.show.evolve import evolve
from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    HoldExtended,
    SeatsAllotted,
    SeatsBooked,
    SeatsHeld,
    ShowPlanChanged,
    ShowScheduled,
    TicketsAdded,
    TicketsExchanged,
)
from domain.show.state import Show
from eventstore.postgres.streams import SaidFact

PAGE = 1_000
"""Facts between two turns of the event loop: some ten milliseconds of folding."""

DRAWN = frozenset(
    {
        ShowScheduled, ShowPlanChanged, SeatsAllotted, AllotmentReleased, SeatsHeld, SeatsBooked, HoldExtended,
        BookingConfirmed, BookingCancelled, BookingExpired, TicketsAdded, TicketsExchanged,
    }
)  # fmt: skip
"""The facts after which a seat map is another one."""


class ShowThen:
    """`position` is that of its last fact that counts, `drawn` of the last one that changed its seat map."""

    def __init__(self) -> None:
        self.show = Show()
        self.position = 0
        self.drawn = 0

    @property
    def is_there(self) -> bool:
        return self.show.scheduled is not None and self.show.status != "deleted"

    def fold(self, recorded: SaidFact, fact: Any) -> None:
        evolve(self.show, fact)
        if type(fact) in DRAWN:
            self.drawn = recorded.position


async def show_then(services: AuditServices, stream: str, when: When) -> ShowThen:
    """With what time had brought about by then, though no fact said so yet.

    Raises Problem 409 `facts-unreadable`, and `StoreUnavailable`.
    """
    then = ShowThen()
    async for page in stream_then(services, stream, when):
        fold_all(page, then.fold)
        then.position = page[-1].position
    if when.at is not None and then.is_there:
        changed = then.show.updated_at
        for fact in lapse(then.show, when.at):
            evolve(then.show, fact)
        # Nobody did that: the organiser's last change is what it was.
        then.show.updated_at = changed
    return then


async def stream_then(services: AuditServices, stream: str, when: When) -> AsyncIterator[list[SaidFact]]:
    """The facts that count, in pages, none of them empty. Raises `StoreUnavailable`."""
    after, goes_on = 0, True
    while goes_on and (page := await services.streams.read(stream, after, PAGE)):
        counting = (
            page if when.recorded_by is None and page[-1].position <= when.upto else _counting(page, when)
        )
        if counting:
            yield counting
        after, goes_on = page[-1].version, len(counting) == PAGE


def _counting(page: list[SaidFact], when: When) -> list[SaidFact]:
    return list(takewhile(when.counts, page))
