"""What has happened to a venue.

Class and field names here are the storage format: rename neither, add only optional fields.
"""

from datetime import datetime

from domain.seating_plan import SeatingPlan
from domain.value import Value


class VenueOpened(Value, frozen=True):
    """`owner_id` is the organiser whose venue it is; without one it is the house's."""

    venue_id: str
    name: str
    address: str
    timezone: str
    plan: SeatingPlan
    at: datetime
    city: str = ""
    owner_id: str | None = None


class VenueDetailsChanged(Value, frozen=True):
    venue_id: str
    name: str
    address: str
    timezone: str
    at: datetime
    city: str = ""


class VenueSeatingPlanChanged(Value, frozen=True):
    venue_id: str
    plan: SeatingPlan
    at: datetime


class VenueClosed(Value, frozen=True):
    venue_id: str
    at: datetime


VenueFact = VenueOpened | VenueDetailsChanged | VenueSeatingPlanChanged | VenueClosed
