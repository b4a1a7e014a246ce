"""Fold one fact into a venue."""

from msgspec.structs import replace

from domain.venue.facts import (
    VenueClosed,
    VenueDetailsChanged,
    VenueFact,
    VenueOpened,
    VenueSeatingPlanChanged,
)
from domain.venue.state import Venue


def evolve(venue: Venue, fact: VenueFact) -> Venue:
    """The venue after `fact`. Total: a fact happened, so it is never refused."""
    return replace(_after(venue, fact), version=venue.version + 1)


def _after(venue: Venue, fact: VenueFact) -> Venue:
    match fact:
        case VenueOpened():
            return Venue(
                fact.venue_id,
                fact.name,
                fact.address,
                fact.timezone,
                fact.plan,
                "open",
                fact.at,
                city=fact.city,
                owner_id=fact.owner_id,
            )
        case VenueDetailsChanged():
            return replace(
                venue, name=fact.name, address=fact.address, timezone=fact.timezone, city=fact.city
            )
        case VenueSeatingPlanChanged():
            return replace(venue, plan=fact.plan)
        case VenueClosed():
            return replace(venue, status="closed")
