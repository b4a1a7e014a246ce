"""Who is asking, and what they may see."""

from starlette.requests import Request

from query_api.lifespan_state import QueryServices
from runtime.identity import Caller, Role, must_be
from runtime.problems import Problem, ProblemDetail

STAFF = frozenset({Role.BOX_OFFICE, Role.AUDITOR, Role.ADMIN})
"""Whoever may read any booking, and events that are not public yet."""


def caller(request: Request) -> Caller:
    """Raises Problem 401 without a valid token."""
    services: QueryServices = request.state.query
    return services.tokens.caller_from_header(request.headers.get("authorization"))


def require_staff(request: Request) -> None:
    """Raises Problem 401, or 403 `forbidden` for a caller who is not staff."""
    must_be(caller(request), STAFF)


def is_staff(request: Request) -> bool:
    """For what everybody may read and staff sees more of: no token is fine, a bad one is Problem 401."""
    return "authorization" in request.headers and caller(request).role in STAFF


def may_read_booking(me: Caller, customer_id: str | None) -> bool:
    """One's own, or any for staff. `customer_id` is the account it belongs to, if any."""
    return customer_id == me.id or me.role in STAFF


def require_may_see(request: Request, not_found: ProblemDetail, *, hidden: bool) -> None:
    """What is `hidden`, such as a draft, is there for staff only. Raises Problem `not_found` for everybody else."""
    if hidden and not is_staff(request):
        raise Problem(not_found)
