"""The books: every sale, return and refund as it came, and the sums that statistics are read from.

No read looks at a row for each booking: sums are kept by day and hour for all, by month for shows, by month and day for
ticket types and venues, and by quarter of an hour for the ends of days in any time zone. Only what a question cuts
within a quarter of an hour is read from the ledger itself.
"""

from datetime import datetime

import msgspec

from projections.census import Census
from projections.ledger import Ledger
from projections.sums import Sums

SLOTS = {
    "quarter": "date_bin('15 minutes', {at}, '2000-01-01Z')",
    "hour": "date_trunc('hour', {at}, 'UTC')",
    "day": "date_trunc('day', {at}, 'UTC')",
    "month": "date_trunc('month', {at}, 'UTC')",
}
MONEY = ("gross", "refunded")
TICKETS = ("tickets_sold", "tickets_returned")


class SalesEntry(msgspec.Struct, gc=False):
    """Line `line` of the fact at `position`: differences, by ticket type and part of the house.

    `at` is when it happened, `recorded_at` when it came into the log. `kind` is sold, added, cancelled, exchanged or
    transferred; a transfer moves from customer to customer and changes nothing else.
    """

    show_id: str
    position: int
    line: int
    recorded_at: datetime
    at: datetime
    kind: str
    venue_key: str
    city: str
    ticket_type_id: str
    part: str
    customer: str
    currency: str
    bookings: int
    bookings_of_type: int
    tickets: int
    tickets_sold: int
    tickets_returned: int
    gross: int
    refunded: int
    purchases: int


def over_time(of: str, slot: str, *by: str, bookings: tuple[str, ...]) -> Sums:
    """Sums for each slot of time."""
    return Sums(
        f"sales_{of}by_{slot}",
        by=(*by, "slot", "currency"),
        of=(*bookings, *TICKETS, *MONEY),
        worked_out=(("slot", SLOTS[slot].format(at="at")),),
        only="kind <> 'transferred'",
    )


BOTH = ("bookings", "bookings_of_type")
BOUGHT = ("purchases", "bookings", "tickets")
SINCE = (("bought_at", "min(at) FILTER (WHERE purchases > 0)"),)
CUSTOMERS = Sums("sales_customers", by=("customer",), of=("purchases",), least=SINCE)


def first_purchases(slot: str) -> Census:
    """How many customers first bought then, and how many of those came again."""
    return Census(
        f"sales_first_purchases_by_{slot}",
        over=CUSTOMERS,
        by="slot",
        of_entry=SLOTS[slot].format(at="at"),
        of_row=SLOTS[slot].format(at="bought_at"),
        entries="purchases > 0",
        counts=(("customers", "purchases > 0"), ("came_again", "purchases > 1")),
    )


ENTRIES = Ledger(
    "sales_entries",
    SalesEntry,
    sums=(
        Sums("sales_in_all", by=("currency",), of=("bookings", "tickets", *TICKETS, *MONEY)),
        over_time("", "day", bookings=("bookings",)),
        over_time("", "hour", bookings=("bookings",)),
        over_time("", "quarter", bookings=("bookings",)),
        Sums(
            "sales_of_shows",
            by=("show_id", "ticket_type_id", "part", "currency"),
            of=(*BOTH, "tickets", *TICKETS, *MONEY),
        ),
        over_time("of_shows_", "month", "show_id", "ticket_type_id", bookings=BOTH),
        over_time("of_shows_", "quarter", "show_id", "ticket_type_id", bookings=BOTH),
        over_time("of_venues_", "month", "venue_key", "city", bookings=("bookings",)),
        over_time("of_venues_", "day", "venue_key", "city", bookings=("bookings",)),
        over_time("of_venues_", "quarter", "venue_key", "city", bookings=("bookings",)),
        over_time("of_types_", "month", "ticket_type_id", bookings=("bookings_of_type",)),
        over_time("of_types_", "day", "ticket_type_id", bookings=("bookings_of_type",)),
        over_time("of_types_", "quarter", "ticket_type_id", bookings=("bookings_of_type",)),
        CUSTOMERS,
        Sums("sales_of_customers", by=("customer", "currency"), of=(*BOUGHT, *MONEY)),
    ),
    censuses=tuple(first_purchases(slot) for slot in ("day", "quarter")),
)
