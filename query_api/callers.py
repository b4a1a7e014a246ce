"""Who may ask for what. An auditor reads whatever can be read."""

from runtime.http.access import Access
from runtime.identity import Caller, Role

STAFF = Access(roles={Role.BOX_OFFICE, Role.AUDITOR})
"""Whoever may read any booking, who buys, and any event that is not public yet."""

STATISTICS = Access(roles=STAFF.roles, own={Role.ORGANIZER})
"""What was sold: of everything for staff, of their own events for organisers. Not who bought it."""

OWN_BOOKING = Access(roles=STAFF.roles, own={Role.CUSTOMER, Role.ORGANIZER})
"""One's own, or any for staff."""


def may_read_booking(me: Caller, customer_id: str | None, show_id: str) -> bool:
    """One's own, or any for staff. `customer_id` is the account it belongs to, if any, `show_id` what it is for: with a
    key for some events only theirs.
    """
    if me.events is not None and show_id not in me.events:
        return False
    return customer_id == me.id or OWN_BOOKING.for_anybody(me)
