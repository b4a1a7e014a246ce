"""Decide once more what was refused, on the stream as it stood."""

from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from audit_api.causes.folded import Folded
from domain.ownership import OwnedByAnother
from domain.refusal import Refusal, Refused
from domain.show.commands import BookSeats, OfferTicketType, TransferBooking
from domain.show.refusals import BookingNotFound, ShowNotFound, TicketTypeNotOffered
from domain.show.state import Show


class VersionMismatch(Refusal, frozen=True):
    """`If-Match` named another version than this one: not the rules said no, but the request's own terms."""

    version: int


class Asked(NamedTuple):
    """A command as it was given: by whom, and on what condition. `command` is the domain's."""

    command: Any
    by_id: str
    if_match: tuple[int, ...] | None = None


def decide_again(folded: Folded, asked: Asked, said: type[Refusal]) -> Refusal | None:
    """The refusal that the command gets; None where it would be carried out.

    What has lapsed by then is in the stream already: time is asked before every decision, and written down with it.
    `said` is what was said then. Who may touch what is no part of the decision, and was asked before it.
    """
    before = _before_the_decision(folded, asked, said)
    if before is not None:
        return before
    try:
        folded.aggregate.decide(_whole(asked.command, folded.state), folded.state)
    except Refused as no:
        return no.reason
    return None


def _whole(command: Any, state: Any) -> Any:
    """With a code for each ticket: those that a transfer had brought are not kept, and any will do."""
    if isinstance(command, TransferBooking) and command.booking_id in state.bookings:
        return replace(command, fresh_codes=("",) * len(state.bookings[command.booking_id].tickets))
    return command


def _before_the_decision(folded: Folded, asked: Asked, said: type[Refusal]) -> Refusal | None:
    state, command = folded.state, asked.command
    if said is VersionMismatch:
        version = version_asked_for(state, command)
        return None if version is None or version in (asked.if_match or ()) else VersionMismatch(version)
    if said is OwnedByAnother:
        return None if owner_of(state) == asked.by_id else OwnedByAnother()
    if isinstance(state, Show) and state.scheduled is not None:
        return _not_theirs(state, asked, said)
    return None


def _not_theirs(show: Show, asked: Asked, said: type[Refusal]) -> Refusal | None:
    """What is there, and is not found by whoever may not see it."""
    command = asked.command
    booking = show.bookings.get(getattr(command, "booking_id", ""))
    if said is BookingNotFound and booking is not None and booking.customer.id != asked.by_id:
        return BookingNotFound(booking.id)
    if said is ShowNotFound and show.status == "draft" and owner_of(show) != asked.by_id:
        return ShowNotFound(show.details.show_id)
    if said is TicketTypeNotOffered and isinstance(command, OfferTicketType):
        return None if command.offer.id in show.offers else TicketTypeNotOffered(command.offer.id)
    return None


def owner_of(state: Any) -> str | None:
    """Whose a show, a venue or a ticket type is; None for the house's."""
    about = state.scheduled if isinstance(state, Show) else state
    owner: str | None = getattr(about, "owner_id", None)
    return owner


def version_asked_for(state: Any, command: Any) -> int | None:
    """The version that `If-Match` speaks of: of a booking its own, of a show that of its last change of terms."""
    if not isinstance(state, Show):
        version: int = state.version
        return version
    booking_id = getattr(command, "booking_id", None)
    if booking_id is None or isinstance(command, BookSeats):
        return state.offer_version
    return state.bookings[booking_id].version if booking_id in state.bookings else None


def plain(reason: Refusal) -> Any:
    """A refusal's data as JSON has it, for comparing."""
    return msgspec.json.decode(msgspec.json.encode(reason))
