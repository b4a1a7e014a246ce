"""An event, rendered from the show it is inside."""

from collections.abc import Callable
from typing import Any

from command_api.answers.json import nothing, resource
from command_api.writing.answer import Answer
from domain.show.allotment import Allotment
from domain.show.state import Show
from resources.rendering.event import event_body


def created_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version, 201, f"/api/v1/events/{show.details.show_id}")


def changed_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version)


def deleted_event(show: Show, _facts: list[Any]) -> Answer:
    return nothing(show.offer_version)


def made_allotment(allotment: Allotment) -> Callable[[Show, list[Any]], Answer]:
    """The shape of `resources.allotment.Allotment`."""

    def render(show: Show, _facts: list[Any]) -> Answer:
        event_id = show.details.show_id
        body = {
            "id": allotment.id,
            "event_id": event_id,
            "name": allotment.name,
            "seats": allotment.seats,
            "areas": [{"area": share.area, "quantity": share.quantity} for share in allotment.areas],
            "release_at": allotment.release_at,
            "sellable": allotment.sellable,
        }
        return resource(body, show.offer_version, 201, f"/api/v1/events/{event_id}/allotments/{allotment.id}")

    return render
