"""Who may give which commands. An administrator may give all of them; an auditor writes nothing."""

from runtime.http.access import Access
from runtime.identity import FORBIDDEN, Caller, Role
from runtime.problems import Problem

BOOKERS = Access(roles={Role.BOX_OFFICE}, own={Role.CUSTOMER, Role.ORGANIZER})
"""Who may book and have bookings of their own; staff act for any customer."""

OWNERS = Access(own={Role.ORGANIZER})
"""Who may make venues, ticket types and events, and change them: organisers their own, administrators all."""

ADMINISTRATORS = Access()
"""Who sees to accounts."""

ACCOUNT_READERS = Access(roles={Role.AUDITOR})
"""Who may see which accounts there are."""

KEY_HOLDERS = Access(own={Role.BOX_OFFICE, Role.ORGANIZER})
"""Who may have API keys of their own; an administrator ends everybody's."""

KEY_READERS = Access(roles={Role.AUDITOR}, own={Role.BOX_OFFICE, Role.ORGANIZER})
"""Who may see which keys there are."""

ONESELF = Access(own={Role.CUSTOMER, Role.BOX_OFFICE, Role.ORGANIZER})
"""About oneself; an administrator does it for anybody."""

READING_STAFF = Access(roles={Role.BOX_OFFICE, Role.AUDITOR})
"""Who looks customers up."""


def must_be_a_person(caller: Caller) -> None:
    """Raises Problem 403 for an API key: it has nothing to sign out of, and is revoked by whoever it belongs to."""
    if caller.acts_for is not None:
        raise Problem(FORBIDDEN)


def must_reach_all_events(caller: Caller) -> None:
    """Raises Problem 403 for a key that is for some events: whom it may know of it knows by their bookings."""
    if caller.events is not None:
        raise Problem(FORBIDDEN)
