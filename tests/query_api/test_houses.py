"""Venues and the catalogue of ticket types."""

import orjson
from msgspec.structs import replace

from command_api.answers.venue import plan_body
from domain.seating_plan import Row, SeatingPlan, Section, general_admission
from domain.ticket_type.facts import TicketTypeChanged, TicketTypeWithdrawn
from domain.venue.facts import VenueClosed, VenueDetailsChanged, VenueSeatingPlanChanged
from resources.ticket_type import TicketType
from resources.venue import Venue
from runtime.ids import new_id
from tests.projections.season import eur, on_sale, scheduled, ticket_type, venue
from tests.projections.writing import NOON
from tests.query_api.conftest import World


async def test_a_venue_reads_as_documented(world: World) -> None:
    house = venue()
    await world.happened(f"venue-{house.venue_id}", house)
    body = (await world.get(f"/venues/{house.venue_id}")).json()
    Venue.model_validate(body)
    assert body["capacity"] == 17
    assert body["seating_plan"] == {
        "sections": [
            {"name": "Stalls", "rows": [{"name": "A", "seats": 4}, {"name": "B", "labels": ["1", "2", "3A"]}]}
        ],
        "areas": [{"name": "Gallery", "capacity": 10}],
    }


async def test_wheelchair_places_and_the_seats_beside_them_show(world: World) -> None:
    row = Row("A", 4, accessible=("1",), companions=("2",))
    house = replace(venue(), plan=SeatingPlan((Section("Stalls", (row,)),)))
    await world.happened(f"venue-{house.venue_id}", house)
    body = (await world.get(f"/venues/{house.venue_id}")).json()
    Venue.model_validate(body)
    assert body["seating_plan"] == orjson.loads(orjson.dumps(plan_body(house.plan)))
    assert body["seating_plan"]["sections"][0]["rows"] == [
        {"name": "A", "seats": 4, "accessible": ["1"], "companions": ["2"]}
    ]


async def test_its_changes_show(world: World) -> None:
    house = venue()
    stream, its = f"venue-{house.venue_id}", house.venue_id
    await world.happened(
        stream,
        house,
        VenueDetailsChanged(its, "Regio", "Elsewhere 1", "Europe/Paris", NOON),
        VenueSeatingPlanChanged(its, general_admission(50), NOON),
    )
    await world.happened(stream, VenueClosed(its, NOON))
    body = (await world.get(f"/venues/{its}")).json()
    assert (body["name"], body["timezone"], body["capacity"], body["status"]) == (
        "Regio",
        "Europe/Paris",
        50,
        "closed",
    )


async def test_venues_by_name_and_what_is_on_there(world: World) -> None:
    houses = [venue(name) for name in ("Regio", "Arena", "Arena")]
    for house in houses:
        await world.log.append(f"venue-{house.venue_id}", house)
    here, there = (
        scheduled("Here", venue_id=houses[0].venue_id),
        scheduled("There", venue_id=houses[1].venue_id),
    )
    for show in (here, there):
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
    await world.project()
    assert await world.names("/venues") == ["Arena", "Arena", "Regio"]
    first = (await world.get("/venues", limit=1)).json()
    assert await world.names("/venues", cursor=first["next"]) == ["Arena", "Regio"]
    assert await world.names(f"/venues/{houses[0].venue_id}/events") == ["Here"]
    assert await world.names(f"/venues/{houses[2].venue_id}/events", sort="-name") == []
    assert await world.names("/events", venue_id=houses[1].venue_id) == ["There"]


async def test_the_catalogue(world: World) -> None:
    vip, economy = ticket_type("VIP"), ticket_type("Economy")
    its = vip.ticket_type_id
    await world.log.append(f"ticket-type-{economy.ticket_type_id}", economy)
    await world.happened(f"ticket-type-{its}", vip, TicketTypeChanged(its, "Very VIP", eur(1), NOON, "!"))
    await world.happened(f"ticket-type-{its}", TicketTypeWithdrawn(its, NOON))
    assert await world.names("/ticket-types") == ["Economy", "Very VIP"]
    body = (await world.get(f"/ticket-types/{its}")).json()
    TicketType.model_validate(body)
    assert (body["price"]["amount"], body["description"], body["status"]) == (1, "!", "withdrawn")


async def test_unknown_ones_are_not_found(world: World) -> None:
    for unknown in (new_id(), "x"):
        for path in (f"/venues/{unknown}", f"/venues/{unknown}/events"):
            answer = await world.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "venue-not-found")
        answer = await world.get(f"/ticket-types/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket-type-not-found")
