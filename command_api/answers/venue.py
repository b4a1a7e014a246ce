"""A venue, rendered."""

from typing import Any

from command_api.answers.json import nothing, resource
from command_api.writing.answer import Answer
from domain.seating_plan import Row, SeatingPlan
from domain.venue.state import Venue


def venue_body(venue: Venue) -> dict[str, Any]:
    """The shape of `resources.venue.Venue`."""
    return {
        "id": venue.id,
        "name": venue.name,
        "address": venue.address,
        "city": venue.city,
        "timezone": venue.timezone,
        "capacity": venue.plan.capacity,
        "seating_plan": plan_body(venue.plan),
        "status": venue.status,
        "created_at": venue.created_at,
    }


def plan_body(plan: SeatingPlan) -> dict[str, Any]:
    sections = [{"name": part.name, "rows": [_row(row) for row in part.rows]} for part in plan.sections]
    return {
        "sections": sections,
        "areas": [{"name": area.name, "capacity": area.capacity} for area in plan.areas],
    }


def _row(row: Row) -> dict[str, Any]:
    body: dict[str, Any] = {"name": row.name}
    if row.labels:
        body["labels"] = row.labels
    else:
        body["seats"] = row.seats
    if row.accessible:
        body["accessible"] = row.accessible
    if row.companions:
        body["companions"] = row.companions
    return body


def created_venue(venue: Venue, _facts: list[Any]) -> Answer:
    return resource(venue_body(venue), venue.version, 201, f"/api/v1/venues/{venue.id}")


def changed_venue(venue: Venue, _facts: list[Any]) -> Answer:
    return resource(venue_body(venue), venue.version)


def closed_venue(venue: Venue, _facts: list[Any]) -> Answer:
    return nothing(venue.version)
