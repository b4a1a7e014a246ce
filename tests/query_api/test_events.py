"""Events as a web shop reads them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.seating_plan import general_admission
from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    SalesClosed,
    SeatsAllotted,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowRescheduled,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.rules import Rules, SharedQuota
from projections import listings
from query_api.events.event_list import ORDERS
from resources.event import Availability, Event
from runtime.ids import new_id
from tests.projections.projecting import project
from tests.projections.season import ANYWHERE, STALLS, booked, eur, on_sale, scheduled, seat, standing, venue
from tests.projections.writing import NOON
from tests.query_api.conftest import World


async def test_an_event_reads_as_documented(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show), booked(show, seat("A/1"), standing()))
    answer = await world.get(f"/events/{show.show_id}")
    assert answer.status_code == 200
    body = answer.json()
    Event.model_validate(body)
    assert body["venue"] == {"id": None, "name": "Teatro Regio", "timezone": "Europe/Rome", "city": ""}
    assert body["status"] == "on_sale"
    assert body["starts_at"] == "2027-03-14T12:00:00Z"
    assert body["price_from"] == {"amount": 4000, "currency": "EUR"}
    assert (body["capacity"], body["available"], body["sold_out"]) == (17, 15, False)
    left = {each["name"]: each["available"] for each in body["ticket_types"]}
    assert left == {"Stalls": 6, "Anywhere": 5}
    assert answer.headers["Seatledger-Position"].isdigit()


async def test_what_an_organiser_changes_shows(world: World) -> None:
    show, box = scheduled(), Offer(new_id(), "Box", eur(500), ("Stalls",), opens_after=STALLS.id)
    its, stream = show.show_id, f"show-{show.show_id}"
    rules = Rules(late_payment="equal_places", max_per_customer=4)
    later = show.starts_at + timedelta(days=1)
    await world.happened(
        stream,
        *on_sale(show),
        ShowDetailsChanged(its, "Bohème", NOON, "New cast", "opera buffa", 300, rules),
        ShowRescheduled(its, later, NOON + timedelta(hours=1)),
        TicketTypeOffered(its, box, NOON + timedelta(hours=2)),
    )
    body = (await world.get(f"/events/{its}")).json()
    Event.model_validate(body)
    assert (body["name"], body["starts_at"]) == ("Bohème", "2027-03-15T12:00:00Z")
    assert (body["late_payment"], body["max_per_customer"], body["payment_window_seconds"]) == (
        "equal_places",
        4,
        300,
    )
    assert body["refund_policy"] == {"kind": "full", "tiers": []}
    assert body["price_from"]["amount"] == 500
    assert body["ticket_types"][-1]["opens_when_sold_out"] == STALLS.id
    assert body["updated_at"] == "2027-03-01T14:00:00Z"


async def test_a_type_that_only_the_offers_have_yet_has_nothing_left(world: World) -> None:
    """The two tables behind an event follow the log each at its own pace."""
    show, box = scheduled(), Offer(new_id(), "Box", eur(500))
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    await world.log.append(f"show-{show.show_id}", TicketTypeOffered(show.show_id, box, NOON))
    await project(world.pool, [listings.PROJECTOR])
    body = (await world.get(f"/events/{show.show_id}")).json()
    assert [each["available"] for each in body["ticket_types"]] == [7, 6, 0]


async def test_a_deleted_event_is_not_there_any_more(world: World) -> None:
    show, other = scheduled("Mistake"), scheduled("Tosca")
    kept = Allotment(new_id(), "House", ("Stalls/A/1",))
    await world.log.append(f"show-{other.show_id}", *on_sale(other))
    await world.happened(f"show-{show.show_id}", *on_sale(show), SeatsAllotted(show.show_id, kept, NOON))
    assert await world.names("/events", sort="name") == ["Mistake", "Tosca"]
    await world.happened(f"show-{show.show_id}", ShowDeleted(show.show_id, NOON))
    # Time goes on, for it too.
    await world.happened(f"show-{show.show_id}", AllotmentReleased(show.show_id, kept.id, NOON))
    assert await world.names("/events", "admin") == ["Tosca"]
    for path in ("/events/{}", "/events/{}/availability", "/events/{}/ticket-types", "/events/{}/bookings"):
        answer = await world.get(path.format(show.show_id), "clerk")
        assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")
    assert await world.pool.fetchval("SELECT count(*) FROM eventstore.parked") == 0


async def test_a_cancelled_event_says_so_and_cannot_be_booked(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show), ShowCancelled(show.show_id, NOON, "ill"))
    assert (await world.get(f"/events/{show.show_id}")).json()["status"] == "cancelled"
    assert await world.names("/events/available") == []


async def availability(world: World, show_id: str) -> dict[str, Any]:
    body: dict[str, Any] = (await world.get(f"/events/{show_id}/availability")).json()
    Availability.model_validate(body)
    assert body["held"] + body["sold"] + body["blocked"] + body["available"] == body["capacity"]
    return body


async def test_places_kept_back_are_blocked_until_they_are_released(world: World) -> None:
    show = scheduled()
    its, stream = show.show_id, f"show-{show.show_id}"
    kept = Allotment(new_id(), "Reseller", ("Stalls/A/1", "Stalls/A/2"), (AreaShare("Gallery", 3),))
    await world.happened(stream, *on_sale(show), SeatsAllotted(its, kept, NOON))
    body = await availability(world, its)
    assert (body["blocked"], body["available"], body["sold"]) == (5, 12, 0)
    assert [each["available"] for each in body["by_ticket_type"]] == [5, 6]

    from_it = booked(
        show, replace(seat("A/1"), allotment_id=kept.id), replace(standing(), allotment_id=kept.id)
    )
    await world.happened(stream, from_it)
    body = await availability(world, its)
    assert (body["blocked"], body["available"], body["sold"]) == (3, 12, 2)

    back = BookingCancelled(its, from_it.booking_id, (from_it.tickets[0].id,), eur(0), NOON)
    await world.happened(stream, back)
    body = await availability(world, its)
    assert (body["blocked"], body["available"], body["sold"]) == (4, 12, 1)

    rest = BookingCancelled(its, from_it.booking_id, (from_it.tickets[1].id,), eur(0), NOON)
    await world.happened(stream, AllotmentReleased(its, kept.id, NOON), rest)
    body = await availability(world, its)
    assert (body["blocked"], body["available"], body["sold"]) == (0, 17, 0)


async def test_another_plan_changes_what_is_left(world: World) -> None:
    anywhere = replace(ANYWHERE, quota=None)
    show = replace(scheduled(offers=(anywhere,)), plan=general_admission(10, "Gallery"))
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show), booked(show, standing(anywhere), standing(anywhere)))
    for capacity in (12, 2):
        grown = ShowPlanChanged(show.show_id, general_admission(capacity, "Gallery"), NOON)
        await world.happened(stream, grown)
        body = await availability(world, show.show_id)
        assert (body["capacity"], body["available"], body["sold"]) == (capacity, capacity - 2, 2)
        assert (await world.get(f"/events/{show.show_id}")).json()["capacity"] == capacity


async def test_a_quota_shared_by_two_types_bounds_both(world: World) -> None:
    shared = SharedQuota("all", (STALLS.id, ANYWHERE.id), 5)
    show = replace(scheduled(), rules=Rules(shared_quotas=(shared,)))
    await world.happened(f"show-{show.show_id}", *on_sale(show), booked(show, seat("A/1"), standing()))
    body = await availability(world, show.show_id)
    assert [each["available"] for each in body["by_ticket_type"]] == [3, 3]
    event = (await world.get(f"/events/{show.show_id}")).json()
    assert event["shared_quotas"] == [{"name": "all", "ticket_types": [STALLS.id, ANYWHERE.id], "quota": 5}]


async def test_its_ticket_types_are_a_list_of_their_own(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    answer = (await world.get(f"/events/{show.show_id}/ticket-types")).json()
    assert [each["name"] for each in answer["items"]] == ["Stalls", "Anywhere"]
    assert answer["next"] is None


async def test_an_unknown_event_is_not_found(world: World) -> None:
    for event_id in (new_id(), "no-id-at-all", "0"):
        for path in ("/events/{}", "/events/{}/availability", "/events/{}/ticket-types"):
            answer = await world.get(path.format(event_id))
            assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")


async def test_a_draft_is_for_staff_only(world: World) -> None:
    show = scheduled("Secret")
    await world.happened(f"show-{show.show_id}", show)
    for path in (f"/events/{show.show_id}", f"/events/{show.show_id}/availability"):
        assert (await world.get(path)).status_code == 404
        assert (await world.get(path, "ana")).status_code == 404
        assert (await world.get(path, "clerk")).status_code == 200
    assert await world.names("/events") == []
    assert await world.names("/events", "auditor") == ["Secret"]


async def test_a_bad_token_is_refused_even_where_none_is_needed(world: World) -> None:
    answer = await world.client.get("/api/v1/events", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


@pytest.fixture
async def three(world: World) -> World:
    """Tosca tomorrow, Aida next week at another house, Norma last week; Aida is the cheapest."""
    house = venue("La Scala")
    await world.log.append(f"venue-{house.venue_id}", house)
    cheap = Offer(new_id(), "Cheap", eur(1_000))
    shows = [
        scheduled("Tosca", starts_at=NOON + timedelta(days=1)),
        scheduled(
            "Aida",
            venue_id=house.venue_id,
            venue_name="La Scala",
            starts_at=NOON + timedelta(days=7),
            offers=(cheap,),
            category="grand opera",
            city="Milano",
        ),
        scheduled("Norma", starts_at=NOON - timedelta(days=7)),
    ]
    for show in shows:
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
    await world.project()
    return world


FOUND: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["Tosca", "Aida"]),
    ({"upcoming": "false"}, ["Norma", "Tosca", "Aida"]),
    ({"sort": "-starts_at"}, ["Aida", "Tosca"]),
    ({"sort": "-starts_at", "upcoming": "false"}, ["Aida", "Tosca", "Norma"]),
    ({"sort": "name"}, ["Aida", "Tosca"]),
    ({"sort": "-name", "upcoming": "false"}, ["Tosca", "Norma", "Aida"]),
    ({"from": "2027-03-01T13:00:00+01:00"}, ["Tosca", "Aida"]),
    ({"to": "2027-03-02T12:00:00Z"}, []),
    ({"to": "2027-03-02T12:00:00Z", "upcoming": "false"}, ["Norma"]),
    ({"from": "2027-02-01"}, ["Norma", "Tosca", "Aida"]),
    ({"from": "2027-02-01", "upcoming": "true"}, ["Tosca", "Aida"]),
    ({"from": "2027-03-02", "to": "2027-03-03"}, ["Tosca"]),
    ({"category": "grand opera"}, ["Aida"]),
    ({"category": "Grand Opéra"}, ["Aida"]),
    ({"venue": "la scala"}, ["Aida"]),
    ({"city": "milano"}, ["Aida"]),
    ({"city": "Torino"}, []),
    ({"status": "on_sale"}, ["Tosca", "Aida"]),
    ({"status": "draft"}, []),
    ({"q": "scala"}, ["Aida"]),
    ({"q": " TOS "}, ["Tosca"]),
    ({"q": "%"}, []),
    ({"q": "os"}, []),
    ({"q": "_"}, []),
    ({"q": "  "}, ["Tosca", "Aida"]),
    ({"q": "sca milan"}, ["Aida"]),
    ({"q": "four acts", "sort": "name"}, ["Aida", "Tosca"]),
    ({"q": "' & | ! <-> :* \\ ()"}, []),
    ({"price_max": 3999}, ["Aida"]),
    ({"price_min": 9001}, []),
    ({"price_min": 1001, "price_max": 4000}, ["Tosca"]),
    ({"available": "true"}, ["Tosca", "Aida"]),
    ({"available": "false"}, []),
    ({"available": "false", "upcoming": "false"}, ["Norma"]),
    ({"skip": 1, "limit": 1}, ["Aida"]),
]


async def test_lists_are_filtered_and_sorted(three: World) -> None:
    for query, expected in FOUND:
        assert (query, await three.names("/events", **query)) == (query, expected)


async def test_cheapest_first(three: World) -> None:
    assert (await three.names("/events", sort="price"))[0] == "Aida"
    assert (await three.names("/events", sort="-price"))[-1] == "Aida"


async def test_what_is_sold_out_or_closed_cannot_be_booked(world: World) -> None:
    full, closed = scheduled("Full", offers=(Offer(STALLS.id, "Few", eur(1), quota=1),)), scheduled("Closed")
    few = Offer(STALLS.id, "Few", eur(1))
    await world.log.append(f"show-{full.show_id}", *on_sale(full), booked(full, seat("A/1", few)))
    await world.happened(f"show-{closed.show_id}", *on_sale(closed), SalesClosed(closed.show_id, NOON))
    assert await world.names("/events/available") == []
    body = (await world.get(f"/events/{full.show_id}")).json()
    assert (body["sold_out"], body["available"]) == (True, 16)
    assert (await world.get(f"/events/{closed.show_id}")).json()["status"] == "closed"


async def test_pages_meet_without_gap_or_overlap(world: World) -> None:
    for number in range(7):
        # Two at a time start together and have one name: only the key tells them apart.
        show = scheduled(f"Show {number // 2}", starts_at=NOON + timedelta(days=number // 2))
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
    await world.project()
    for sort in ORDERS:
        whole = (await world.get("/events", sort=sort, upcoming="false")).json()
        assert (len(whole["items"]), whole["next"]) == (7, None)
        assert await all_pages(world, sort) == [each["id"] for each in whole["items"]]


async def all_pages(world: World, sort: str) -> list[str]:
    """The ids on all pages of two."""
    seen: list[str] = []
    query: dict[str, Any] = {"sort": sort, "limit": 2, "upcoming": "false"}
    while True:
        page = (await world.get("/events", **query)).json()
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            return seen
        query["cursor"] = page["next"]


NONSENSE: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": 1001},
    {"skip": 10_001},
    {"cursor": "nonsense"},
    {"sort": "fame"},
    {"status": "lost"},
    {"price_min": -1},
    {"upcoming": "maybe"},
    {"price_max": -1},
    {"price_max": 2**63},
    {"venue_id": "x"},
    {"from": "soon"},
    {"from": "0001-01-01T00:00:00+14:00"},
    {"min_position": "soon"},
]


async def test_a_query_that_makes_no_sense_is_refused(world: World) -> None:
    for query in NONSENSE:
        answer = await world.get("/events", **query)
        assert (query, answer.status_code) == (query, 422)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_cursor_fits_only_the_order_it_came_from(three: World) -> None:
    cursor = (await three.get("/events", limit=1)).json()["next"]
    assert (await three.get("/events", cursor=cursor, sort="name")).json()["code"] == "bad-cursor"


async def test_quota_and_shared_sections_bound_what_is_left(world: World) -> None:
    show = scheduled(offers=(STALLS, ANYWHERE))
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    before = (await world.get(f"/events/{show.show_id}/availability")).json()
    assert [each["available"] for each in before["by_ticket_type"]] == [7, 6]
    taken = booked(show, *(seat(f"A/{n}", ANYWHERE) for n in (1, 2, 3)))
    await world.happened(f"show-{show.show_id}", taken)
    after = (await world.get(f"/events/{show.show_id}/availability")).json()
    assert [each["available"] for each in after["by_ticket_type"]] == [4, 3]
    assert after["as_of_position"] == int(
        (await world.get(f"/events/{show.show_id}/availability")).headers["Seatledger-Position"]
    )
