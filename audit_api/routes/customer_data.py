"""Everything held about a customer."""

from contextlib import AsyncExitStack
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from audit_api.asking import Asked, asked, documented, position_header
from audit_api.customers.sections import customer_file
from audit_api.customers.whose import whose
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.reads.recording import record
from audit_api.shapes.customer_data import CustomerData
from runtime.http.access import Access
from runtime.http.file_stream import FileStream
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.identity import Role
from runtime.problems import Problem, ProblemDetail

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

THEMSELVES = Access(own=set(Role) - {Role.ADMIN})
"""Everybody about themselves, an administrator about anybody."""

NOT_FOUND = ProblemDetail(404, "customer-not-found", "There is no such customer")


@hot_route(
    router,
    "GET",
    "/{customer_id}/data",
    operation_id="GetCustomerData",
    summary="Everything held about a customer",
    access=THEMSELVES,
    parameters=documented(Asked),
    response_model=CustomerData,
    responses=audit_answers({404: ["customer-not-found"]}),
)
@in_lane(Lane.REPORTS)
async def get_customer_data(request: Request) -> Response:
    """A file for whoever it is about, and for administrators: the account, and every booking with what happened to it
    while it was theirs. `covers` says what that is all of; passwords, sessions and API keys are in no file.

    The id is an account's, or that of a person without one. Who has been erased is not found.
    """
    services, _ = asked(request, Asked)
    customer_id = _id(request.path_params["customer_id"])
    caller = request.state.caller
    if not THEMSELVES.for_anybody(caller) and caller.id != customer_id:
        raise Problem(NOT_FOUND)
    with reading_the_log():
        position = await services.store.last_position()
        theirs = await whose(services, customer_id)
    if theirs is None:
        raise Problem(NOT_FOUND)
    if caller.id != customer_id:
        await record(request, 200, None)
    headers = {**position_header(position), "Cache-Control": "private, no-store"}
    pieces = customer_file(services, theirs)
    return FileStream("customer.json", "application/json", pieces, AsyncExitStack(), headers)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Problem(NOT_FOUND) from None
