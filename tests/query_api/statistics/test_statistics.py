"""Statistics as staff reads them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import general_admission
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    Payment,
    PaymentCameTooLate,
    SalesClosed,
    ShowCancelled,
    ShowDeleted,
    ShowPlanChanged,
)
from resources.statistics import (
    Customers,
    EventRevenue,
    EventStatistics,
    OccupancyRow,
    Overview,
    Revenue,
    SalesOfPeriod,
    Statistics,
    VenueOccupancy,
)
from runtime.ids import new_id
from tests.projections.season import (
    ANA,
    ANYWHERE,
    STALLS,
    booked,
    eur,
    held,
    on_sale,
    scheduled,
    seat,
    standing,
    venue,
)
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World, bearer

BO = Person("=Bo", "Bo@Example.org")
DAY = timedelta(days=1)
PATHS = (
    "/statistics/overview",
    "/booking-system/stats",
    "/statistics/revenue",
    "/statistics/sales",
    "/statistics/occupancy",
    "/statistics/customers",
)


async def asked(world: World, path: str, **query: Any) -> dict[str, Any]:
    answer = await world.get(path, "clerk", **query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_only_staff_reads_statistics(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    house = venue()
    await world.happened(f"venue-{house.venue_id}", house)
    paths = (*PATHS, f"/events/{show.show_id}/revenue", f"/events/{show.show_id}/statistics")
    for path in (*paths, f"/venues/{house.venue_id}/occupancy"):
        statuses = [
            (await world.get(path, who)).status_code for who in (None, "ana", "clerk", "auditor", "admin")
        ]
        assert statuses == [401, 403, 200, 200, 200], path


async def test_the_overview_adds_everything_up_and_each_currency_for_itself(world: World) -> None:
    house = venue()
    await world.log.append(f"venue-{house.venue_id}", house)
    show, gone, draft = scheduled(), scheduled("Gone"), scheduled("Draft")
    first, hold = booked(show, seat("A/1"), standing()), held(show, standing())
    yen = replace(standing(), price=Money(5_000, "JPY"))
    abroad = replace(booked(gone, yen), total=Money(5_000, "JPY"))
    back = BookingCancelled(gone.show_id, abroad.booking_id, (yen.id,), Money(4_000, "JPY"), NOON)
    await world.log.append(f"show-{show.show_id}", *on_sale(show), first, hold)
    await world.log.append(f"show-{draft.show_id}", draft)
    position = await world.happened(
        f"show-{gone.show_id}", *on_sale(gone), abroad, ShowCancelled(gone.show_id, NOON), back
    )
    body = await asked(world, "/statistics/overview")
    Overview.model_validate(body)
    assert body == {
        "venues": 1,
        "events": 3,
        "events_by_status": {"draft": 1, "on_sale": 1, "closed": 0, "cancelled": 1},
        "bookings": 1,
        "tickets_sold": 2,
        "tickets_available": 15,
        "gross": [{"amount": 13_000, "currency": "EUR"}, {"amount": 5_000, "currency": "JPY"}],
        "refunded": [{"amount": 0, "currency": "EUR"}, {"amount": 4_000, "currency": "JPY"}],
        "net": [{"amount": 13_000, "currency": "EUR"}, {"amount": 1_000, "currency": "JPY"}],
        "as_of_position": position,
    }
    assert await asked(world, "/booking-system/stats") == body
    rows = (await asked(world, "/statistics/revenue"))["items"]
    assert [(row["tickets"], row["net"]) for row in rows] == [(2, body["net"][0]), (0, body["net"][1])]


async def test_a_hold_is_no_revenue_nor_is_money_that_came_too_late(world: World) -> None:
    show = scheduled()
    first, second = held(show, standing()), held(show, standing(), standing())
    late = Payment("pi", eur(4_000))
    await world.happened(
        f"show-{show.show_id}",
        *on_sale(show),
        first,
        second,
        BookingExpired(show.show_id, first.booking_id, NOON, NOON),
        PaymentCameTooLate(show.show_id, first.booking_id, late, NOON),
    )
    assert (await asked(world, "/statistics/revenue"))["items"] == []
    await world.happened(
        f"show-{show.show_id}", BookingConfirmed(show.show_id, second.booking_id, NOON + DAY)
    )
    (row,) = (await asked(world, "/statistics/revenue", period="day"))["items"]
    assert (row["period"]["label"], row["gross"]["amount"], row["tickets"]) == ("2027-03-02", 8_000, 2)


async def test_the_revenue_of_an_event_reads_as_documented_now_and_then(world: World) -> None:
    show = scheduled()
    one = booked(show, seat("A/1"), standing())
    stream, path = f"show-{show.show_id}", f"/events/{show.show_id}/revenue"
    before = await world.happened(stream, *on_sale(show))
    sold = await world.log.append(stream, one, at=NOON + MINUTE)
    cancelled = BookingCancelled(show.show_id, one.booking_id, (one.tickets[1].id,), eur(3_200), NOON)
    last = await world.log.append(stream, cancelled, at=NOON + 2 * MINUTE)
    await world.project()
    world.now = NOON + DAY
    body = await asked(world, path)
    EventRevenue.model_validate(body)
    money = {name: body[name]["amount"] for name in ("gross", "refunded", "net")}
    assert money == {"gross": 13_000, "refunded": 3_200, "net": 9_800}
    assert (body["bookings"], body["tickets"], body["as_of_position"]) == (1, 1, last)
    assert [(each["ticket_type_id"], each["name"], each["tickets"]) for each in body["by_ticket_type"]] == [
        (STALLS.id, "Stalls", 1),
        (ANYWHERE.id, "Anywhere", 0),
    ]
    nothing = await asked(world, path, as_of=str(before))
    assert (nothing["gross"]["amount"], nothing["as_of_position"]) == (0, before)
    then = await asked(world, path, as_of="2027-03-01T12:01:30Z")
    assert (then["gross"]["amount"], then["refunded"]["amount"], then["as_of_position"]) == (13_000, 0, sold)
    early = await world.get(path, "clerk", as_of="2027-02-01T00:00:00Z")
    assert (early.status_code, early.json()["code"]) == (404, "event-not-found")
    file = await world.get(path, "clerk", format="csv")
    assert (
        file.text.splitlines()[0] == "ticket_type_id,ticket_type,bookings,tickets,gross,refunded,net,currency"
    )
    assert file.text.splitlines()[1] == f"{STALLS.id},Stalls,1,1,9000,0,9000,EUR"


async def test_an_event_tells_how_full_it_is_and_how_fast_it_sells(world: World) -> None:
    show = scheduled()
    week_ago, today = (
        booked(show, standing(), at=NOON),
        booked(show, seat("A/1"), seat("A/2"), at=NOON + 6 * DAY),
    )
    await world.happened(f"show-{show.show_id}", *on_sale(show), week_ago, today)
    world.now = NOON + 6 * DAY + MINUTE
    body = await asked(world, f"/events/{show.show_id}/statistics")
    EventStatistics.model_validate(body)
    assert body["occupancy"] == {"capacity": 17, "sold": 3, "occupancy": 0.1765}
    assert [(each["section"], each["capacity"], each["sold"]) for each in body["by_section"]] == [
        ("Stalls", 7, 2),
        ("Gallery", 10, 1),
    ]
    pace = body["pace"]
    assert (pace["tickets_last_24_hours"], pace["tickets_last_7_days"], pace["tickets_per_day"]) == (
        2,
        3,
        0.4999,
    )


async def test_sales_go_on_from_the_first_day_with_empty_days_between(world: World) -> None:
    show = scheduled()
    facts = [booked(show, standing(), at=NOON + days * DAY) for days in (0, 3)]
    await world.happened(f"show-{show.show_id}", *on_sale(show), *facts)
    world.now = NOON + 4 * DAY
    page = await asked(world, "/statistics/sales", event_id=show.show_id)
    for item in page["items"]:
        SalesOfPeriod.model_validate(item)
    assert [
        (item["period"]["label"], item["tickets"], item["cumulative"]["tickets"]) for item in page["items"]
    ] == [
        ("2027-03-01", 1, 1),
        ("2027-03-02", 0, 1),
        ("2027-03-03", 0, 1),
        ("2027-03-04", 1, 2),
        ("2027-03-05", 0, 2),
    ]
    assert page["items"][0]["period"]["from"] == "2027-02-28T23:00:00Z"  # a day of Rome, where the event is
    later = await asked(world, "/statistics/sales", event_id=show.show_id, **{"from": "2027-03-03T10:00:00Z"})
    assert [item["cumulative"]["tickets"] for item in later["items"]] == [1, 2, 2]
    assert later["items"][0]["period"]["from"] == "2027-03-03T10:00:00Z"
    two = await asked(world, "/statistics/sales", event_id=show.show_id, limit=2)
    rest = await asked(world, "/statistics/sales", event_id=show.show_id, limit=2, cursor=two["next"], skip=1)
    assert [item["period"]["label"] for item in rest["items"]] == ["2027-03-04", "2027-03-05"]


async def test_occupancy_counts_what_is_on_and_follows_plans(world: World) -> None:
    house = venue("Regio")
    await world.log.append(f"venue-{house.venue_id}", house)
    shows = [
        scheduled(name, venue_id=house.venue_id, venue_name="Old name", starts_at=NOON + days * DAY)
        for days, name in enumerate(("First", "Second", "Off", "Draft", "Elsewhere"), start=1)
    ]
    first, second, off, draft, _ = shows
    elsewhere = replace(shows[4], venue_id=None, venue_name="Barn", plan=general_admission(8, "Floor"))
    await world.log.append(
        f"show-{first.show_id}",
        *on_sale(first),
        booked(first, seat("A/1"), standing()),
        SalesClosed(first.show_id, NOON),
    )
    plan = replace(second.plan, areas=general_admission(20, "Gallery").areas)
    await world.log.append(
        f"show-{second.show_id}",
        *on_sale(second),
        ShowPlanChanged(second.show_id, plan, NOON),
        booked(second, standing()),
    )
    sold_before = booked(off, seat("B/1"))
    await world.log.append(
        f"show-{off.show_id}", *on_sale(off), sold_before, ShowCancelled(off.show_id, NOON)
    )
    await world.log.append(f"show-{draft.show_id}", draft)
    await world.happened(f"show-{elsewhere.show_id}", *on_sale(elsewhere))
    path = "/statistics/occupancy"
    (whole,) = (await asked(world, path))["items"]
    assert whole == {"events": 3, "capacity": 17 + 27 + 8, "sold": 3, "occupancy": 0.0577}
    rows = (await asked(world, path, group_by="event"))["items"]
    for row in rows:
        OccupancyRow.model_validate(row)
    assert [(row["event"]["name"], row["capacity"], row["sold"]) for row in rows] == [
        ("First", 17, 2),
        ("Second", 27, 1),
        ("Elsewhere", 8, 0),
    ]
    venues = (await asked(world, path, group_by="venue"))["items"]
    assert {(row["venue"]["id"], row["venue"]["name"], row["events"], row["sold"]) for row in venues} == {
        (house.venue_id, "Regio", 2, 3),
        (None, "Barn", 1, 0),
    }
    sections = (await asked(world, path, group_by="section", venue_id=house.venue_id))["items"]
    assert [(row["section"], row["events"], row["capacity"], row["sold"]) for row in sections] == [
        ("Gallery", 2, 30, 2),
        ("Stalls", 2, 14, 1),
    ]
    for group_by in ("event", "venue", "section"):
        whole_list = (await asked(world, path, group_by=group_by))["items"]
        page = await asked(world, path, group_by=group_by, limit=1)
        paged = page["items"]
        while page["next"] is not None:
            page = await asked(world, path, group_by=group_by, limit=1, cursor=page["next"])
            paged += page["items"]
        assert paged == whole_list
    one = await asked(world, path, group_by="section", venue_id=house.venue_id, limit=1)
    two = await asked(world, path, group_by="section", venue_id=house.venue_id, limit=1, cursor=one["next"])
    assert [*one["items"], *two["items"]] == sections
    soon = {"from": (NOON + 2 * DAY).isoformat(), "to": (NOON + 5 * DAY).isoformat()}
    assert [
        row["event"]["name"] for row in (await asked(world, path, group_by="event", **soon))["items"]
    ] == ["Second"]
    there = await asked(world, f"/venues/{house.venue_id}/occupancy", limit=1)
    VenueOccupancy.model_validate(there)
    assert (there["events"], there["capacity"], there["sold"], there["occupancy"]) == (2, 44, 3, 0.0682)
    assert [event["name"] for event in there["by_event"]] == ["First"]
    rest = await asked(world, f"/venues/{house.venue_id}/occupancy", cursor=there["next"])
    assert [(event["name"], event["occupancy"]) for event in rest["by_event"]] == [("Second", 0.037)]


async def test_customers_by_what_they_spent_who_is_new_and_who_came_again(world: World) -> None:
    show = scheduled()
    again = [booked(show, standing(), customer=BO, at=NOON + days * DAY) for days in (1, 2)]
    other_name = replace(again[1], customer=Person("=Bo B.", "BO@example.org"), at=NOON + 40 * DAY)
    hers = booked(show, seat("A/1"), at=NOON)
    given = BookingTransferred(show.show_id, again[0].booking_id, ANA, (), NOON + 3 * DAY)
    await world.happened(f"show-{show.show_id}", *on_sale(show), hers, again[0], other_name)
    body = await asked(world, "/statistics/customers", period="month", timezone="Europe/Rome")
    Customers.model_validate(body)
    assert (body["customers"], body["came_again"]) == (2, 1)
    assert [(each["period"]["label"], each["customers"], each["came_again"]) for each in body["new"]] == [
        ("2027-03", 2, 1)
    ]
    assert [(each["customer"], each["net"]["amount"], each["purchases"]) for each in body["items"]] == [
        ({"id": ANA.id, "name": "Ana Ruiz", "email": "ana@example.org"}, 9_000, 1),
        ({"id": None, "name": "=Bo B.", "email": "bo@example.org"}, 8_000, 2),
    ]
    first = await asked(world, "/statistics/customers", limit=1)
    second = await asked(world, "/statistics/customers", limit=1, cursor=first["next"])
    assert [*first["items"], *second["items"]] == body["items"]
    later = await asked(world, "/statistics/customers", **{"from": (NOON + MINUTE).isoformat()})
    assert (later["customers"], [each["customer"]["email"] for each in later["items"]]) == (
        1,
        ["bo@example.org"],
    )
    within_minutes = {"from": (NOON + DAY).isoformat(), "to": (NOON + DAY + MINUTE).isoformat()}
    assert (await asked(world, "/statistics/customers", **within_minutes))["customers"] == later["customers"]
    assert (await asked(world, "/statistics/customers", currency="JPY"))["items"] == []
    file = (await world.get("/statistics/customers", "clerk", format="csv")).text
    assert "'=Bo B.,bo@example.org" in file
    await world.happened(f"show-{show.show_id}", given)
    body = await asked(world, "/statistics/customers")
    assert [(each["net"]["amount"], each["purchases"]) for each in body["items"]] == [(13_000, 2), (4_000, 1)]
    assert (body["customers"], body["came_again"]) == (2, 1)


async def test_groups_and_periods_together_are_paged_in_a_total_order(world: World) -> None:
    for name in ("One", "Two", "Three"):
        show = scheduled(name)
        facts = [booked(show, seat("A/1"), standing(), at=NOON + days * DAY) for days in range(3)]
        await world.log.append(f"show-{show.show_id}", *on_sale(show), *facts)
    await world.project()
    query = {"group_by": "event", "period": "day"}
    whole = await asked(world, "/statistics/revenue", **query)
    for item in whole["items"]:
        Revenue.model_validate(item)
    assert [(item["event"]["name"], item["period"]["label"]) for item in whole["items"]] == [
        (name, f"2027-03-0{day}") for name in ("One", "Two", "Three") for day in (1, 2, 3)
    ]
    found, page = [], await asked(world, "/statistics/revenue", limit=2, **query)
    Statistics[Revenue].model_validate(page)
    while page["next"]:
        found += page["items"]
        page = await asked(world, "/statistics/revenue", limit=2, cursor=page["next"], **query)
    assert found + page["items"] == whole["items"]
    skipped = await asked(world, "/statistics/revenue", skip=4, limit=2, **query)
    assert skipped["items"] == whole["items"][4:6]
    file = await world.client.get(
        "/api/v1/statistics/revenue",
        params=query,
        headers={"Accept": "text/csv", **bearer("clerk")},
    )
    lines = file.text.split("\r\n")
    assert lines[0].startswith("event_id,event,venue,starts_at,period,period_from,period_to,bookings")
    assert len(lines) == 11
    assert 'filename="revenue.csv"' in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("/statistics/revenue", {"timezone": "Europe/Nowhere"}, "/timezone"),
        ("/statistics/revenue", {"timezone": "../../etc/passwd"}, "/timezone"),
        ("/statistics/revenue", {"from": "2027-03-02T00:00:00Z", "to": "2027-03-01T00:00:00Z"}, "/to"),
        ("/statistics/occupancy", {"from": "2027-03-02T00:00:00Z", "to": "2027-03-01T00:00:00Z"}, "/to"),
        ("/statistics/customers", {"from": "2027-03-02T00:00:00Z", "to": "2027-03-01T00:00:00Z"}, "/to"),
        ("/statistics/revenue", {"from": "0001-01-01T00:00:00Z"}, "/from"),
        ("/statistics/revenue", {"period": "decade"}, "/period"),
        ("/statistics/revenue", {"group_by": "seat"}, "/group_by"),
        ("/statistics/revenue", {"format": "xml"}, "/format"),
        ("/statistics/sales", {"period": "hour", "from": "2017-01-01T00:00:00Z"}, "/period"),
        ("/statistics/sales", {"timezone": "Mars/Olympus"}, "/timezone"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_place(
    world: World, path: str, query: dict[str, str], parameter: str
) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    answer = await world.get(path, "clerk", **query)
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [parameter]


async def test_of_nothing_there_are_no_statistics_but_answers(world: World) -> None:
    for path in PATHS:
        body = await asked(world, path)
        assert body.get("items", []) in ([], [{"events": 0, "capacity": 0, "sold": 0, "occupancy": None}])
    for path in (f"/events/{new_id()}/revenue", "/events/x/statistics", f"/venues/{new_id()}/occupancy"):
        assert (await world.get(path, "clerk")).status_code == 404
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show), ShowDeleted(show.show_id, NOON))
    assert (await world.get(f"/events/{show.show_id}/revenue", "clerk")).status_code == 404


async def test_a_cursor_fits_only_its_own_list(world: World) -> None:
    for _ in range(2):
        show = scheduled()
        await world.log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    await world.project()
    cursor = (await asked(world, "/statistics/revenue", group_by="event", limit=1))["next"]
    answer = await world.get("/statistics/revenue", "clerk", group_by="venue", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-cursor")
