"""What may be asked of a venue. `now` is the moment of asking, in UTC; None in a change means "leave as it is"."""

from datetime import datetime

from domain.seating_plan import SeatingPlan
from domain.value import Value


class OpenVenue(Value, frozen=True):
    """Without a `city` it is the one in the address. `owner_id` is the organiser whose it will be, None the house."""

    venue_id: str
    name: str
    address: str
    timezone: str
    plan: SeatingPlan
    now: datetime
    city: str | None = None
    owner_id: str | None = None


class ChangeVenueDetails(Value, frozen=True):
    """A city that was never named follows the address."""

    venue_id: str
    now: datetime
    name: str | None = None
    address: str | None = None
    timezone: str | None = None
    plan: SeatingPlan | None = None
    city: str | None = None


class ChangeVenueSeatingPlan(Value, frozen=True):
    venue_id: str
    plan: SeatingPlan
    now: datetime


class CloseVenue(Value, frozen=True):
    venue_id: str
    now: datetime


VenueCommand = OpenVenue | ChangeVenueDetails | ChangeVenueSeatingPlan | CloseVenue
