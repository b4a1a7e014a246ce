"""Whose a thing will be, and which things an organiser may use and change.

An owner never changes, so what was read of one before a decision still holds in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from command_api.asking import OUTSIDE_SCOPE, Asking
from command_api.refused import refusal_problem
from command_api.roles import OWNERS
from domain.ownership import OwnedByAnother
from domain.refusal import Refused
from domain.show.refusals import ShowNotFound
from domain.show.state import Show
from domain.ticket_type.state import TicketType
from domain.venue.state import Venue
from runtime.identity import FORBIDDEN, Caller
from runtime.problems import Problem


def organizer(caller: Caller) -> str | None:
    """The id of an organiser's account, which holds them to what is theirs; None for whoever is not held to it."""
    return None if OWNERS.for_anybody(caller) else caller.account_id


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a new thing will be, and where an organiser makes it, which: they use their own things and the house's."""

    owner_id: str | None
    organizer: str | None = None


def whose(asking: Asking[Any], organizer_id: str | None) -> Whose:
    """What this caller makes: an organiser's own, otherwise the house's or the named organiser's.

    Raises Problem 403 for an organiser who names one, and for a key that is for some events only.
    """
    if asking.caller.events is not None:
        raise Problem(OUTSIDE_SCOPE)
    own = organizer(asking.caller)
    if own is not None and organizer_id is not None:
        raise Problem(FORBIDDEN)
    return Whose(own or organizer_id, own)


def require_usable(owner_id: str | None, organizer: str | None) -> None:
    """An organiser may use the house's things and their own. Raises Problem 403 for another organiser's."""
    if organizer is not None and owner_id not in (None, organizer):
        raise Problem(refusal_problem(OwnedByAnother()))


def may_change_show(caller: Caller) -> Callable[[Show], None] | None:
    """Refuses an organiser whose show this is not: a draft is not found, of others everybody knows that they are."""
    own = organizer(caller)
    if own is None:
        return None

    def check(show: Show) -> None:
        # What is not there is not found, whoever asks: that is for the decision to say.
        if show.scheduled is None or show.status == "deleted" or show.scheduled.owner_id == own:
            return
        raise Refused(ShowNotFound(show.scheduled.show_id) if show.status == "draft" else OwnedByAnother())

    return check


def may_change(caller: Caller) -> Callable[[Venue | TicketType], None] | None:
    """The same for venues and ticket types, all of which everybody may see."""
    own = organizer(caller)
    if own is None:
        return None

    def check(thing: Venue | TicketType) -> None:
        if thing.id and thing.owner_id != own:
            raise Refused(OwnedByAnother())

    return check
