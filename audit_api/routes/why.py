"""Why a booking is what it is."""

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.opened import opened_answer
from audit_api.answers.why import booking_why
from audit_api.asking import AsHashed, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.moments.booking import booking_named
from audit_api.moments.when import AsOfAsked
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.why import BookingWhy
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/audit/bookings", tags=["audit"])


class WhyAsked(AsOfAsked):
    as_hashed: AsHashed = None


@hot_route(
    router,
    "GET",
    "/{booking_id}/why",
    operation_id="ExplainBooking",
    summary="For each field of a booking, the fact that set it",
    access=AUDITORS,
    parameters=documented(WhyAsked),
    response_model=BookingWhy,
    responses=audit_answers({404: ["booking-not-found"], 409: ["booking-unreadable"]}),
)
@in_lane(Lane.REPORTS)
@recorded
async def explain_booking(request: Request) -> Told:
    """Each field that the API answers, flat (`customer.name`, `tickets.<id>.seat`), with its value, and the fact after
    which it had this value and before which it had another or none: who caused it, by which command, when.

    `as_of` and `as_of_position` leave out what came later.
    """
    services, query = asked(request, WhyAsked)
    booking_id = booking_named(request.path_params["booking_id"])
    with reading_the_log():
        told = await booking_why(services, booking_id, query, services.now())
    return Told(opened_answer(services, told.body, told.position, as_hashed=query.as_hashed), told.facts)
