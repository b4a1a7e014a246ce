"""A venue as its facts leave it."""

from datetime import datetime

from domain.seating_plan import SeatingPlan
from domain.value import State


class Venue(State, frozen=True):
    """None of its history yet: `id` is empty until it was opened."""

    id: str = ""
    name: str = ""
    address: str = ""
    timezone: str = ""
    plan: SeatingPlan = SeatingPlan()
    status: str = "open"
    created_at: datetime | None = None
    version: int = 0
    city: str = ""
    owner_id: str | None = None
