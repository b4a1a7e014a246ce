"""Venues: opened once, changed while open, closed for good."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from domain.refusal import Refusal
from domain.seating_plan import Area, BadSeatingPlan, SeatingPlan, general_admission
from domain.venue.commands import (
    ChangeVenueDetails,
    ChangeVenueSeatingPlan,
    CloseVenue,
    OpenVenue,
    VenueCommand,
)
from domain.venue.decide import decide
from domain.venue.evolve import evolve
from domain.venue.facts import VenueClosed, VenueDetailsChanged, VenueOpened, VenueSeatingPlanChanged
from domain.venue.refusals import VenueAlreadyOpened, VenueIsClosed, VenueNotFound
from domain.venue.state import Venue
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SMALL = general_admission(60)
LARGE = general_admission(30_000)
IMPOSSIBLE = SeatingPlan(areas=(Area("A", 1), Area("A", 1)))
OPENED = VenueOpened("v1", "Teatro Regio", "Piazza Castello 215", "Europe/Rome", SMALL, NOON)
CLOSED = VenueClosed("v1", NOON)

given = Decider(Venue, decide, evolve).given


def open_venue(plan: SeatingPlan = SMALL) -> OpenVenue:
    return OpenVenue("v1", "Teatro Regio", "Piazza Castello 215", "Europe/Rome", plan, NOON)


def change(
    name: str | None = None, address: str | None = None, timezone: str | None = None
) -> ChangeVenueDetails:
    return ChangeVenueDetails("v1", NOON, name, address, timezone)


def test_a_venue_is_opened_with_all_that_was_said() -> None:
    assert given().when(open_venue()).then(OPENED).state == Venue(
        "v1", "Teatro Regio", "Piazza Castello 215", "Europe/Rome", SMALL, "open", NOON, version=1
    )


def test_a_venue_keeps_whose_it_is() -> None:
    opened = replace(OPENED, owner_id="olga")
    assert given().when(replace(open_venue(), owner_id="olga")).then(opened).state.owner_id == "olga"
    moved = VenueDetailsChanged("v1", "Regio", "Elsewhere", "Europe/Rome", NOON)
    after = (
        given(opened, moved, VenueSeatingPlanChanged("v1", LARGE, NOON))
        .when(CloseVenue("v1", NOON))
        .then(CLOSED)
    )
    assert after.state.owner_id == "olga"
    assert given().when(open_venue()).then(OPENED).state.owner_id is None


@pytest.mark.parametrize("history", [[OPENED], [OPENED, CLOSED]])
def test_a_venue_is_opened_once(history: list[object]) -> None:
    given(history).when(open_venue()).refuses(VenueAlreadyOpened("v1"))


@pytest.mark.parametrize(
    "command", [change("x"), ChangeVenueSeatingPlan("v1", LARGE, NOON), CloseVenue("v1", NOON)]
)
def test_of_a_venue_that_never_opened_nothing_can_be_asked(command: VenueCommand) -> None:
    given().when(command).refuses(VenueNotFound("v1"))


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        (change(name="Regio"), ("Regio", "Piazza Castello 215", "Europe/Rome")),
        (change(address="Elsewhere"), ("Teatro Regio", "Elsewhere", "Europe/Rome")),
        (change(timezone="Asia/Tokyo"), ("Teatro Regio", "Piazza Castello 215", "Asia/Tokyo")),
        (change(address=""), ("Teatro Regio", "", "Europe/Rome")),
    ],
)
def test_what_a_change_does_not_mention_stays(command: VenueCommand, changed: tuple[str, str, str]) -> None:
    after = given(OPENED).when(command).then(VenueDetailsChanged("v1", *changed, NOON)).state
    assert (after.name, after.address, after.timezone) == changed


@pytest.mark.parametrize(
    "command", [change(), change(name="Teatro Regio"), ChangeVenueSeatingPlan("v1", SMALL, NOON)]
)
def test_a_change_to_what_it_is_already_adds_nothing(command: VenueCommand) -> None:
    given(OPENED).when(command).then()


def test_a_venue_gets_another_plan() -> None:
    after = given(OPENED).when(ChangeVenueSeatingPlan("v1", LARGE, NOON))
    assert after.then(VenueSeatingPlanChanged("v1", LARGE, NOON)).state.plan == LARGE


@pytest.mark.parametrize("command", [open_venue(IMPOSSIBLE), ChangeVenueSeatingPlan("v1", IMPOSSIBLE, NOON)])
def test_an_impossible_plan_is_refused(command: VenueCommand) -> None:
    history = [] if isinstance(command, OpenVenue) else [OPENED]
    problem = "The plan has more than one section or area named A."
    given(history).when(command).refuses(BadSeatingPlan(problem))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (change("x"), VenueIsClosed("v1")),
        (change(), VenueIsClosed("v1")),
        (ChangeVenueSeatingPlan("v1", LARGE, NOON), VenueIsClosed("v1")),
        (ChangeVenueSeatingPlan("v1", IMPOSSIBLE, NOON), VenueIsClosed("v1")),
    ],
)
def test_a_closed_venue_does_not_change(command: VenueCommand, reason: Refusal) -> None:
    given(OPENED, CLOSED).when(command).refuses(reason)


def test_a_venue_closes_once() -> None:
    assert given(OPENED).when(CloseVenue("v1", NOON)).then(CLOSED).state.status == "closed"
    given(OPENED, CLOSED).when(CloseVenue("v1", NOON)).then()


IN_TORINO = VenueOpened(
    "v1", "Regio", "Piazza Castello 215, 10124 Torino", "Europe/Rome", SMALL, NOON, "Torino"
)
OF_OLD = VenueOpened("v1", "Regio", "Piazza Castello 215, 10124 Torino", "Europe/Rome", SMALL, NOON)


def test_the_city_is_the_one_in_the_address_unless_it_is_named() -> None:
    command = OpenVenue("v1", "Regio", IN_TORINO.address, "Europe/Rome", SMALL, NOON)
    given().when(command).then(IN_TORINO)
    given().when(replace(command, city="Turin")).then(replace(IN_TORINO, city="Turin"))


@pytest.mark.parametrize(
    ("before", "command", "city"),
    [
        (IN_TORINO, change(address="Via Filodrammatici 2, Milano"), "Milano"),
        (IN_TORINO, change(name="Teatro Regio"), "Torino"),
        (IN_TORINO, replace(change(address="Via Filodrammatici 2, Milano"), city="Turin"), "Turin"),
        (replace(IN_TORINO, city="Turin"), change(address="Via Filodrammatici 2, Milano"), "Turin"),
        (OF_OLD, change(address="Via Filodrammatici 2, Milano"), "Milano"),
        (OF_OLD, change(name="Teatro Regio"), ""),
        (OF_OLD, replace(change(), city="Torino"), "Torino"),
    ],
)
def test_a_city_that_was_never_named_follows_the_address(
    before: VenueOpened, command: VenueCommand, city: str
) -> None:
    after = decide(command, evolve(Venue(), before))
    assert [fact.city for fact in after if isinstance(fact, VenueDetailsChanged)] == [city]
