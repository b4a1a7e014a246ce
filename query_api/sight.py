"""Which shows a caller sees more of than everybody does: their drafts, what they have sold, who has booked them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

from starlette.requests import Request

from query_api.callers import STAFF
from query_api.conditions import Condition
from runtime.identity import Caller, Role


@dataclass(frozen=True, slots=True)
class Sight:
    """Those of the organiser `owner`, or of anybody where there is none; of these only `events`, where they are given.

    The order of `events` is always the same.
    """

    owner: UUID | None = None
    events: tuple[UUID, ...] | None = None

    @property
    def is_limited(self) -> bool:
        return self.owner is not None or self.events is not None

    @property
    def values(self) -> tuple[Any, ...]:
        """What every statement that is held to these shows has among its arguments."""
        return (
            *(() if self.owner is None else (self.owner,)),
            *(() if self.events is None else (self.events,)),
        )

    @property
    def mark(self) -> str:
        """A short text that tells this sight from any other."""
        owner = "" if self.owner is None else f"o{self.owner.hex}"
        if self.events is None:
            return owner or "s"
        if not self.events:
            return ""
        return f"{owner}e{blake2b(b''.join(each.bytes for each in self.events), digest_size=16).hexdigest()}"

    def admits(self, show_id: UUID, owner_id: UUID | None) -> bool:
        """Whether a show of this owner is among them."""
        return (self.owner is None or self.owner == owner_id) and (
            self.events is None or show_id in self.events
        )

    def own(self, owner_id: str) -> Condition:
        """SQL: that the column `owner_id` names the caller. Of whoever is no organiser nothing is theirs."""
        return ("false",) if self.owner is None else (f"{owner_id} = {{}}", self.owner)

    def conditions(self, show_id: str) -> list[Condition]:
        """SQL, for the sums of sales: that the show whose id is in `show_id` is among them."""
        return self.conditions_on(show_id, OWNED_BY.format(show_id))

    def conditions_on(self, show_id: str, owned: str) -> list[Condition]:
        """The same, where `owned` is the SQL for what an owner has, with `{}` for their id."""
        found: list[Condition] = []
        if self.owner is not None:
            found.append((owned, self.owner))
        if self.events is not None:
            found.append((f"{show_id} = ANY ({{}}::uuid[])", self.events))
        return found

    def within(self, shows: Sequence[UUID] | None) -> Sequence[UUID] | None:
        """Those of `shows` that are among `events`; None stands for all there are."""
        if self.events is None:
            return shows
        return self.events if shows is None else [each for each in shows if each in self.events]


OWNED_BY = "{} IN (SELECT o.show_id FROM projections.sales_shows AS o WHERE o.owner_id = {{}})"

EVERYTHING = Sight()
NOTHING = Sight(events=())


def sight_of(request: Request) -> Sight:
    """What staff sees is everything, what an organiser does is their own, what everybody else does is nothing."""
    me: Caller | None = request.state.caller
    if me is None:
        return NOTHING
    if STAFF.for_anybody(me):
        return EVERYTHING if me.events is None else Sight(None, _ids(me.events))
    if me.role is not Role.ORGANIZER:
        return NOTHING
    return Sight(UUID(me.account_id), None if me.events is None else _ids(me.events))


def _ids(events: frozenset[str]) -> tuple[UUID, ...]:
    return tuple(UUID(each) for each in sorted(events))
