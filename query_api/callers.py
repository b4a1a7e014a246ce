"""Who may ask for what, and who sees more of it. An auditor reads whatever can be read."""

from starlette.requests import Request

from runtime.http.access import Access
from runtime.identity import Caller, Role
from runtime.problems import Problem, ProblemDetail

STAFF = Access(roles={Role.BOX_OFFICE, Role.AUDITOR})
"""Whoever may read any booking, the statistics, and events that are not public yet."""

OWN_BOOKING = Access(roles=STAFF.roles, own={Role.CUSTOMER, Role.ORGANIZER})
"""One's own, or any for staff."""


def is_staff(request: Request) -> bool:
    """For what everybody may read and staff sees more of."""
    caller: Caller | None = request.state.caller
    return caller is not None and STAFF.for_anybody(caller)


def may_read_booking(me: Caller, customer_id: str | None) -> bool:
    """One's own, or any for staff. `customer_id` is the account it belongs to, if any."""
    return customer_id == me.id or OWN_BOOKING.for_anybody(me)


def require_may_see(request: Request, not_found: ProblemDetail, *, hidden: bool) -> None:
    """What is `hidden`, such as a draft, is there for staff only. Raises Problem `not_found` for everybody else."""
    if hidden and not is_staff(request):
        raise Problem(not_found)
