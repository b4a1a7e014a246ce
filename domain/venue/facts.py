"""What has happened to a venue.

Class and field names here are the storage format: rename neither, add only optional fields.
"""

from datetime import datetime

from domain.seating_plan import SeatingPlan
from domain.value import Value


class VenueOpened(Value, frozen=True):
    venue_id: str
    name: str
    address: str
    timezone: str
    plan: SeatingPlan
    at: datetime
    city: str = ""


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
