"""What the OpenAPI document says about the query side."""

from typing import Any

from query_api.app import ROUTERS
from runtime.http.application import create_application
from runtime.settings import load_settings

PUBLIC = {
    "ListVenues",
    "GetVenue",
    "ListVenueEvents",
    "ListTicketTypes",
    "GetTicketType",
    "ListEvents",
    "ListAvailableEvents",
    "GetEvent",
    "GetEventCalendar",
    "SearchEvents",
    "GetAvailability",
    "GetSeatMap",
    "StreamSeatMap",
    "GetAvailabilities",
    "ListEventTicketTypes",
    "GetAvailableTickets",
    "GetEventCalendarFile",
}
FOR_CALLERS = {
    "ListMyBookings",
    "GetBooking",
    "ListAllBookings",
    "ListEventBookings",
    "ListBookingsOfEvent",
    "ListTicketTypeBookings",
    "SearchBookings",
    "ListBookingTickets",
    "GetTicket",
    "GetTicketQrCode",
    "GetBookingCalendarFile",
    "WhoAmI",
    "GetOverview",
    "GetBookingSystemStats",
    "GetRevenue",
    "GetSales",
    "GetOccupancy",
    "GetCustomers",
    "GetEventRevenue",
    "GetEventStatistics",
    "GetVenueOccupancy",
}


def operations_by_path() -> dict[str, dict[str, Any]]:
    """For each path of the API its operations by method."""
    app = create_application(title="Query", version="0", routers=ROUTERS, settings=load_settings())
    return {path: methods for path, methods in app.openapi()["paths"].items() if path.startswith("/api/")}


def operations() -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for methods in operations_by_path().values()
        for operation in methods.values()
    }


def test_every_read_is_there_and_says_who_may_ask() -> None:
    found = operations()
    assert set(found) == PUBLIC | FOR_CALLERS
    assert {name for name, operation in found.items() if "anonymous" in operation["x-roles"]} == PUBLIC


def test_every_read_of_a_table_takes_a_position_and_tells_one() -> None:
    for name, operation in operations().items():
        if name == "WhoAmI":
            continue
        parameters = {(each["in"], each["name"]) for each in operation["parameters"]}
        assert {("header", "Seatledger-Min-Position"), ("query", "min_position")} <= parameters, name
        assert "Seatledger-Position" in operation["responses"]["200"]["headers"], name
        assert "read-model-behind" in str(operation["responses"]["503"]), name


def test_every_operation_is_described() -> None:
    for name, operation in operations().items():
        assert operation["summary"], name
        assert operation["description"], name
        contents = operation["responses"]["200"]["content"].values()
        assert contents, name
        assert all(content.get("schema") for content in contents), name


def test_lists_say_how_they_are_paged() -> None:
    for name, operation in operations().items():
        if name.startswith("List") and name not in ("ListEventTicketTypes", "ListBookingTickets"):
            parameters = {each["name"]: each for each in operation["parameters"]}
            assert parameters["limit"]["schema"] == {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000,
                "default": 100,
                "description": parameters["limit"]["description"],
                "title": "Limit",
            }
            assert {"cursor", "skip"} <= set(parameters), name


def test_what_carries_a_tag_says_how_to_ask_again_for_what_one_has() -> None:
    found = operations()
    tagged = {name for name, each in found.items() if "ETag" in each["responses"]["200"].get("headers", ())}
    assert {"ListEvents", "SearchEvents", "GetEventCalendar", "ListVenues", "GetSeatMap"} <= tagged
    for name in tagged:
        operation = found[name]
        assert ("header", "If-None-Match") in {(each["in"], each["name"]) for each in operation["parameters"]}
        assert {"ETag", "Seatledger-Position"} <= set(operation["responses"]["304"]["headers"]), name
