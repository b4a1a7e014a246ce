"""A show's rows in the API's words: here it becomes an event.

What its organiser says about it has been written by the projector. How much is left of it is filled in here.
"""

from typing import Any

import msgspec
import orjson

from query_api.availability.stock_now import HAS_LAPSED, LAPSED
from resources.holes import filled, has_hole
from resources.left_over import availability_state

# Both tables are behind a read of an event: what an organiser says about it, and what is left of it at a moment.
SELECT = """SELECT l.show_id::text, l.status, l.written, l.capacity, {more}a.available, a.sold_out, a.by_ticket_type,
                   lapsed.holds, CASE WHEN {has_lapsed} THEN a.stock END AS stock
            FROM projections.listings AS l JOIN projections.availability AS a USING (show_id) CROSS JOIN {lapsed}"""
PROJECTORS = ("listings", "availability")


def select(now: str, more: str = "") -> str:
    """`SELECT` for the moment in the placeholder `now`, with `more` columns; its rows are for `at_this_moment`."""
    lapsed = LAPSED.format(show_id="l.show_id", now=now)
    return SELECT.format(has_lapsed=HAS_LAPSED.format(now=now), lapsed=lapsed, more=more)


class LeftOfType(msgspec.Struct, gc=False):
    """What is told here of one of `by_ticket_type`."""

    ticket_type_id: str
    available: int


decode = msgspec.json.Decoder(list[LeftOfType]).decode


def event_text(row: Any) -> str:
    """The JSON of `resources.event.Event`, from a row of `SELECT` as it is now.

    The two tables follow the log each for itself: of a type that only the offers have yet, nothing can be had so far.
    """
    text: str = row["written"]
    values, left = {}, 0
    for each in decode(row["by_ticket_type"]):
        # A type that only the stock has yet, or has still, is not among what can be had.
        if has_hole(text, each.ticket_type_id):
            values[each.ticket_type_id] = str(each.available)
            left += each.available
    values["available"] = str(row["available"])
    values["sold_out"] = "true" if row["sold_out"] else "false"
    values["availability"] = f'"{availability_state(row["capacity"], row["available"], (left,))}"'
    return filled(text, values, "0")


def event_shape(row: Any) -> orjson.Fragment:
    """The same, to stand in an answer."""
    return orjson.Fragment(event_text(row))
