"""booking_search finds each booking by what `bookings` says about it, at any position of the log."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.show.state import Show
from runtime.codes import signs
from runtime.folding import words
from runtime.privacy.keyring import opened_with
from tests.projections.histories import TRIES, Try, history
from tests.projections.people import KEYS
from tests.projections.projecting import project
from tests.projections.writing import LogWriter

BOOKINGS = """SELECT b.booking_id, b.show_id, b.customer_name, b.customer_email, b.code, b.tickets,
                     s.show_id AS its_show, s.terms, s.found_by::text AS found_by
              FROM projections.bookings AS b FULL JOIN projections.booking_search AS s USING (booking_id)
              WHERE b.show_id = $1"""
SHOWS = """SELECT w.name, w.venue_name, s.terms, s.name AS found_name, s.venue
           FROM projections.bookings_shows AS w FULL JOIN projections.booking_search_shows AS s USING (show_id)
           WHERE show_id = $1"""
COUNTS = """SELECT (SELECT count(*) FROM projections.bookings) = (SELECT count(*) FROM projections.booking_search)
               AND (SELECT count(*) FROM projections.bookings_shows)
                   = (SELECT count(*) FROM projections.booking_search_shows)"""


def terms(row: Any) -> set[str]:
    """What a booking is to be found by, while all of `KEYS` are there."""
    tickets = orjson.loads(row["tickets"])
    holders = [ticket.get("holder") or "" for ticket in tickets]
    people = {word for name in (row["customer_name"], *holders) for word in words(opened(name))}
    codes = {signs(row["code"]), *(signs(ticket["code"]) for ticket in tickets)}
    kinds = {word for ticket in tickets for word in words(ticket["ticket_type"])}
    return {
        f"e:{opened(row['customer_email']).lower()}",
        *(f"n:{word}" for word in people),
        *(f"c:{code}" for code in codes),
        *(f"t:{ticket['ticket_type_id']}" for ticket in tickets),
        *(f"k:{word}" for word in kinds),
    }


def opened(text: str) -> str:
    return opened_with({UUID(key.person_id).hex: key for key in KEYS.values()}, text)


def ever_offered(show: Show) -> set[str]:
    """At least what is on offer now and what any ticket is of."""
    tickets = [ticket for booking in show.bookings.values() for ticket in booking.tickets]
    return {
        *(f"t:{offer.id}" for offer in show.offers.values()),
        *(f"t:{ticket.ticket_type_id}" for ticket in tickets),
        *(f"k:{word}" for offer in show.offers.values() for word in words(offer.name)),
        *(f"k:{word}" for ticket in tickets for word in words(ticket.ticket_type)),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=TRIES, window=st.sampled_from((None, 60, 600)), data=st.data())
async def test_every_booking_is_found_by_what_it_says_and_nothing_else(
    pool: asyncpg.Pool, log: LogWriter, tries: list[Try], window: int | None, data: st.DataObject
) -> None:
    show, facts = history(tries, window)
    show_id = show.details.show_id
    stop = data.draw(st.integers(1, len(facts)))
    for part in (facts[:stop], facts[stop:]):
        if not part:
            continue
        await log.append(f"show-{show_id}", *part)
        await project(pool)
        for row in await pool.fetch(BOOKINGS, show_id):
            assert set(row["terms"]) == terms(row)
            assert row["its_show"] == row["show_id"]
        for row in await pool.fetch(SHOWS, show_id):
            assert (row["found_name"], row["venue"]) == (" ".join(words(row["name"])), "teatro regio")
            assert {f"n:{word}" for word in words(row["name"])} | {"v:teatro", "v:regio"} <= set(row["terms"])
        assert await pool.fetchval(COUNTS)
    for row in await pool.fetch(SHOWS, show_id):
        assert ever_offered(show) <= set(row["terms"])
