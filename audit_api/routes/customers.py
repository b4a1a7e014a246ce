"""What happened to a customer."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.history import FILES, answer_history
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.histories.customer import customer_history, customer_with
from audit_api.histories.entry import Found
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.entry import EntryPage
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/customers", tags=["audit"])


@hot_route(
    router,
    "GET",
    "/{customer_id}",
    operation_id="AuditCustomer",
    summary="A customer's history",
    access=AUDITORS,
    parameters=documented(Filtered),
    response_model=EntryPage,
    responses=audit_answers({404: ["customer-not-found"]}, FILES),
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_customer(request: Request) -> Told | ToldInFile:
    """What happened to the account, and to each booking from when it became theirs to when it became somebody else's.

    The id is an account's, or that of a person, who may have no account. Who has been erased is still found by it, and
    their names read `[erased]`.
    """
    services, query = asked(request, Filtered)
    customer_id = _id(request.path_params["customer_id"])
    with reading_the_log():
        position = await services.store.last_position()
        history = await customer_history(services, await customer_with(services, customer_id))
    if not history.positions:
        raise _no_customer(customer_id)

    async def page(wanted: Wanted, limit: int) -> Found:
        return await history.page(services, wanted, limit)

    return await answer_history(request, services, query, page, "customer", position=position)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise _no_customer(text) from None


def _no_customer(customer_id: str) -> Problem:
    return Problem.of(404, "customer-not-found", "There is no such customer", customer_id=customer_id)
