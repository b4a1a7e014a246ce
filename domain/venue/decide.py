"""Decide one command about a venue."""

from datetime import datetime

from domain.refusal import Refused
from domain.seating_plan import SeatingPlan, check_plan
from domain.venue.city import city_of
from domain.venue.commands import (
    ChangeVenueDetails,
    ChangeVenueSeatingPlan,
    CloseVenue,
    OpenVenue,
    VenueCommand,
)
from domain.venue.facts import (
    VenueClosed,
    VenueDetailsChanged,
    VenueFact,
    VenueOpened,
    VenueSeatingPlanChanged,
)
from domain.venue.refusals import VenueAlreadyOpened, VenueIsClosed, VenueNotFound
from domain.venue.state import Venue


def decide(command: VenueCommand, venue: Venue) -> list[VenueFact]:
    """The facts that follow from `command`; raises `Refused`."""
    if isinstance(command, OpenVenue):
        return _open(command, venue)
    if not venue.id:
        raise Refused(VenueNotFound(command.venue_id))
    match command:
        case ChangeVenueDetails():
            return _change_details(command, venue)
        case ChangeVenueSeatingPlan():
            _require_open(venue)
            return _change_plan(command.plan, command.now, venue)
        case CloseVenue():
            return [] if venue.status == "closed" else [VenueClosed(venue.id, command.now)]


def _open(command: OpenVenue, venue: Venue) -> list[VenueFact]:
    if venue.id:
        raise Refused(VenueAlreadyOpened(venue.id))
    check_plan(command.plan)
    city = city_of(command.address) if command.city is None else command.city
    return [
        VenueOpened(
            command.venue_id,
            command.name,
            command.address,
            command.timezone,
            command.plan,
            command.now,
            city,
            command.owner_id,
        )
    ]


def _change_details(command: ChangeVenueDetails, venue: Venue) -> list[VenueFact]:
    _require_open(venue)
    name = venue.name if command.name is None else command.name
    address = venue.address if command.address is None else command.address
    timezone = venue.timezone if command.timezone is None else command.timezone
    city = _changed_city(command, address, venue)
    facts: list[VenueFact] = []
    if (name, address, timezone, city) != (venue.name, venue.address, venue.timezone, venue.city):
        facts.append(VenueDetailsChanged(venue.id, name, address, timezone, command.now, city))
    if command.plan is not None:
        facts += _change_plan(command.plan, command.now, venue)
    return facts


def _changed_city(command: ChangeVenueDetails, address: str, venue: Venue) -> str:
    """What the address says goes with the address; what somebody has said stays until they say otherwise."""
    if command.city is not None:
        return command.city
    follows = address != venue.address and venue.city in ("", city_of(venue.address))
    return city_of(address) if follows else venue.city


def _change_plan(plan: SeatingPlan, now: datetime, venue: Venue) -> list[VenueFact]:
    check_plan(plan)
    return [] if plan == venue.plan else [VenueSeatingPlanChanged(venue.id, plan, now)]


def _require_open(venue: Venue) -> None:
    if venue.status == "closed":
        raise Refused(VenueIsClosed(venue.id))
