"""The books of the statistics: at any position they are the fold of the log, to the cent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from hypothesis import given
from msgspec.structs import replace

from domain.books.booking import customer_key
from domain.show.booking import Booking
from domain.show.facts import BookingCancelled, BookingTransferred, TicketsAdded, TicketsExchanged
from domain.show.state import Show
from projections.applying import apply
from projections.sales import PROJECTOR
from projections.sales_ledger import ENTRIES
from projections.schema import LIVE, work_in
from runtime.ids import new_id
from tests.projections.histories import TRIES, Try, history
from tests.projections.people import BOB, keyring_over
from tests.projections.projecting import project
from tests.projections.season import ANA, ANYWHERE, STALLS, booked, eur, on_sale, scheduled, seat, standing
from tests.projections.test_laws import CUTS, LAW, WINDOWS, connection, recorded, rolled_back
from tests.projections.writing import NOON, LogWriter

__all__ = ["connection"]

MONEY = "sum(gross)::bigint, sum(refunded)::bigint"
TIME_SUMS = [name for name in ENTRIES.names if "_by_" in name and "purchases" not in name]


@LAW
@given(tries=TRIES, window=WINDOWS, cuts=CUTS)
async def test_the_books_equal_the_fold_of_the_log(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, cuts: list[int]
) -> None:
    show, facts = history(tries, window)
    async with rolled_back(connection):
        await work_in(connection, LIVE)
        log, at, turn = await recorded(facts), 0, 0
        while at < len(log):
            await apply(
                PROJECTOR, connection, log[at : at + cuts[turn % len(cuts)]], keyring_over(connection)
            )
            at, turn = at + cuts[turn % len(cuts)], turn + 1
        await check_sums(connection, show)
        await check_parts(connection, show)
        await check_customers(connection, list(show.bookings.values()))


async def check_sums(connection: PoolConnectionProxy, show: Show) -> None:
    """The whole, by every way to add it up."""
    bookings = list(show.bookings.values())
    money = sum(each.paid.amount for each in bookings), sum(each.refunded.amount for each in bookings)
    counts = sum(each.status == "confirmed" for each in bookings), sum(show.stock.sold.values())
    (whole,) = await connection.fetch(f"SELECT sum(bookings), sum(tickets), {MONEY} FROM sales_in_all")
    assert tuple(each or 0 for each in whole) == (*counts, *money)
    for name in TIME_SUMS:
        (row,) = await connection.fetch(f"SELECT sum(tickets_sold - tickets_returned), {MONEY} FROM {name}")
        assert tuple(each or 0 for each in row) == (counts[1], *money), name
    for name in ("sales_by_hour", "sales_of_venues_by_day", "sales_of_shows", "sales_entries"):
        assert (await connection.fetchval(f"SELECT sum(bookings) FROM {name}") or 0) == counts[0], name


async def check_parts(connection: PoolConnectionProxy, show: Show) -> None:
    """By ticket type and part of the house, where parts have to add up to the whole as the check above has it."""
    owned = [each for each in show.bookings.values() if each.status == "confirmed"]
    tickets = Counter((ticket.ticket_type_id, ticket.part) for each in owned for ticket in each.live_tickets)
    holders = Counter(kind for each in owned for kind in {one.ticket_type_id for one in each.live_tickets})
    rows = await connection.fetch("SELECT *, ticket_type_id::text AS kind FROM sales_of_shows")
    assert +summed(rows, ("kind", "part"), "tickets") == tickets
    assert +summed(rows, ("kind",), "bookings_of_type") == Counter({(k,): n for k, n in holders.items()})
    assert all(row["tickets"] == row["tickets_sold"] - row["tickets_returned"] for row in rows)
    assert all(row["gross"] >= 0 and row["refunded"] >= 0 for row in rows)


async def check_customers(connection: PoolConnectionProxy, bookings: list[Booking]) -> None:
    rows = await connection.fetch("SELECT * FROM sales_of_customers")
    for column, value in (
        ("gross", lambda each: each.paid.amount),
        ("refunded", lambda each: each.refunded.amount),
        ("tickets", lambda each: len(each.live_tickets) if each.status == "confirmed" else 0),
        ("bookings", lambda each: int(each.status == "confirmed")),
    ):
        expected: Counter[Any] = Counter()
        for each in bookings:
            expected[customer_key(each.customer),] += value(each)
        assert +summed(rows, ("customer",), column) == +expected, column
    customers = await connection.fetch("SELECT * FROM sales_customers WHERE purchases > 0")
    (census,) = await connection.fetch(
        "SELECT sum(customers), sum(came_again) FROM sales_first_purchases_by_day"
    )
    again = sum(row["purchases"] > 1 for row in customers)
    assert tuple(each or 0 for each in census) == (len(customers), again)


def summed(rows: Iterable[Any], by: Sequence[str], column: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in rows:
        found[tuple(row[each] for each in by)] += row[column]
    return found


# ---------------------------------------------------------------------- in words


async def by_type(pool: asyncpg.Pool) -> dict[str, tuple[int, int, int]]:
    """Tickets, gross and refunded of each type."""
    rows = await pool.fetch(
        f"SELECT ticket_type_id::text, sum(tickets), {MONEY} FROM projections.sales_of_shows GROUP BY 1"
    )
    names = {STALLS.id: "Stalls", ANYWHERE.id: "Anywhere"}
    return {names[row[0]]: tuple(row)[1:] for row in rows}


async def test_an_exchange_takes_what_was_paid_to_the_new_type(pool: asyncpg.Pool, log: LogWriter) -> None:
    show = scheduled()
    one = booked(show, standing())
    dearer = TicketsExchanged(
        show.show_id, one.booking_id, (one.tickets[0].id,), (seat("A/1"),), eur(5_000), eur(0), NOON
    )
    await log.append(f"show-{show.show_id}", *on_sale(show), one, dearer)
    await project(pool, [PROJECTOR])
    assert await by_type(pool) == {"Anywhere": (0, 0, 0), "Stalls": (1, 9_000, 0)}
    cheaper = TicketsExchanged(
        show.show_id, one.booking_id, (dearer.tickets[0].id,), (standing(),), eur(0), eur(5_000), NOON
    )
    await log.append(f"show-{show.show_id}", cheaper)
    await project(pool, [PROJECTOR])
    assert await by_type(pool) == {"Anywhere": (1, 9_000, 5_000), "Stalls": (0, 0, 0)}


async def test_a_refund_over_several_types_is_split_by_price(pool: asyncpg.Pool, log: LogWriter) -> None:
    show = scheduled()
    one = booked(show, seat("A/1"), standing())
    ids = tuple(ticket.id for ticket in one.tickets)
    gone = BookingCancelled(show.show_id, one.booking_id, ids, eur(1_001), NOON)
    await log.append(f"show-{show.show_id}", *on_sale(show), one, gone)
    await project(pool, [PROJECTOR])
    assert await by_type(pool) == {"Stalls": (0, 9_000, 693), "Anywhere": (0, 4_000, 308)}


async def test_a_booking_of_two_types_counts_once_and_in_both(pool: asyncpg.Pool, log: LogWriter) -> None:
    show = scheduled()
    one = booked(show, seat("A/1"))
    more = TicketsAdded(show.show_id, one.booking_id, (standing(), standing()), eur(8_000), NOON)
    await log.append(f"show-{show.show_id}", *on_sale(show), one, more)
    await project(pool, [PROJECTOR])
    sums = await pool.fetch(
        "SELECT sum(bookings), sum(bookings_of_type), count(*) FROM projections.sales_of_shows"
    )
    assert [tuple(row) for row in sums] == [(1, 2, 2)]


async def test_a_booking_given_away_is_the_other_customers_purchase(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    show = scheduled()
    first, second = booked(show, standing()), booked(show, standing())
    codes = ()
    given = BookingTransferred(show.show_id, second.booking_id, BOB, codes, NOON)
    await log.append(f"show-{show.show_id}", *on_sale(show), first, second)
    await project(pool, [PROJECTOR])
    census = "SELECT sum(customers), sum(came_again) FROM projections.sales_first_purchases_by_quarter"
    assert [tuple(row) for row in await pool.fetch(census)] == [(1, 1)]
    await log.append(f"show-{show.show_id}", given)
    await project(pool, [PROJECTOR])
    assert [tuple(row) for row in await pool.fetch(census)] == [(2, 0)]
    rows = await pool.fetch("SELECT customer, bookings, tickets, gross FROM projections.sales_of_customers")
    assert {tuple(row) for row in rows} == {(ANA.id, 1, 1, 4_000), (BOB.id, 1, 1, 4_000)}


async def test_shows_that_come_in_another_order_leave_the_same_census(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    """A show that was parked is read later than what has happened after it."""
    late, early = scheduled("Late"), scheduled("Early")
    for show, month in ((late, 6), (early, 4)):
        one = replace(booked(show, standing(), at=NOON.replace(month=month)), booking_id=new_id())
        await log.append(f"show-{show.show_id}", *on_sale(show), one)
        await project(pool, [PROJECTOR])
    rows = await pool.fetch("SELECT * FROM projections.sales_first_purchases_by_quarter ORDER BY slot")
    assert [(row["slot"].month, row["customers"], row["came_again"]) for row in rows] == [
        (4, 1, 1),
        (6, 0, 0),
    ]
