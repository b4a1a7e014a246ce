"""Who may give which commands. An administrator may give all of them; an auditor writes nothing."""

from runtime.identity import Role

ADMIN: frozenset[Role] = frozenset()
"""Only administrators, for whom every set holds."""

BOOKERS = frozenset({Role.CUSTOMER, Role.BOX_OFFICE, Role.ORGANIZER})
"""Anybody who may have bookings of their own."""

STAFF = frozenset({Role.BOX_OFFICE, Role.ADMIN})
"""Whoever may act for any customer."""
