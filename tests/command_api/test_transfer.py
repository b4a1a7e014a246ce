"""Whose booking and whose ticket it is: given to another person, and names on tickets."""

from typing import Any

from runtime.identity import Caller, Role
from tests.command_api.changes import ids_of
from tests.command_api.people import ANA, CLERK
from tests.command_api.requests import about, account, booking, event
from tests.command_api.shop import Call, Shop


def to(name: str, email: str) -> dict[str, dict[str, str]]:
    return {"to": {"name": name, "email": email}}


async def somebody(shop: Shop) -> Caller:
    """With an account of their own."""
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    return Caller(made["id"], Role.CUSTOMER, body["name"], body["email"])


def told_of(booking: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in booking["customer"].items() if name != "person_id"}


async def test_it_is_the_other_accounts_from_now_on_and_no_longer_the_first_ones(shop: Shop) -> None:
    friend, made = await somebody(shop), await booking(shop, quantity=2)
    given = await shop.done(about("TransferBooking", made, to("Zoë", friend.email.upper())))
    assert told_of(given) == {"id": None, "name": "Zoë", "email": friend.email}
    await shop.refused(about("DeleteBooking", made), 404, "booking-not-found")
    await shop.refused(about("TransferBooking", made, to(ANA.name, ANA.email)), 404, "booking-not-found")
    assert (await shop.done(about("DeleteBooking", made).but(by=friend)))["status"] == "cancelled"


async def test_the_new_codes_are_for_the_new_holder_only(shop: Shop) -> None:
    friend, made = await somebody(shop), await booking(shop, quantity=2)
    old = {ticket["code"] for ticket in made["tickets"]}
    call = about("TransferBooking", made, to("Zoë", friend.email))
    given = await shop.send(call, key="given away")
    again = await shop.send(call, key="given away")
    assert again.content == given.content
    assert {ticket["code"] for ticket in given.json()["tickets"]} == {None}
    names = [{"id": ticket, "holder": "Zoë"} for ticket in ids_of(made)]
    seen = await shop.done(about("ChangeBooking", made, {"tickets": names}).but(by=friend))
    new = {ticket["code"] for ticket in seen["tickets"]}
    assert len(new) == 2
    assert not new & old


async def test_whoever_gives_it_away_is_not_told_who_has_an_account(shop: Shop) -> None:
    friend, told = await somebody(shop), []
    for address in (friend.email, "stranger@example.org"):
        given = await shop.done(about("TransferBooking", await booking(shop), to("Zoë", address)))
        told.append({**given["customer"], "email": ""})
    assert told[0] == told[1]
    made = await booking(shop)
    by_staff = await shop.done(about("TransferBooking", made, to("Zoë", friend.email)).but(by=CLERK))
    assert by_staff["customer"]["id"] == friend.id


async def test_staff_see_the_codes_that_they_hand_out(shop: Shop) -> None:
    made = await booking(shop)
    given = await shop.done(about("TransferBooking", made, to("Zoë", "zoe@example.org")).but(by=CLERK))
    assert told_of(given) == {"id": None, "name": "Zoë", "email": "zoe@example.org"}
    assert given["tickets"][0]["code"] != made["tickets"][0]["code"]


async def test_names_on_tickets_leave_with_the_old_holder(shop: Shop) -> None:
    made = await booking(shop)
    name = {"tickets": [{"id": ids_of(made)[0], "holder": "Ana's mother"}]}
    named = await shop.done(about("ChangeBooking", made, name))
    assert named["tickets"][0]["holder"] == "Ana's mother"
    given = await shop.done(about("TransferBooking", made, to("Zoë", "zoe@example.org")).but(by=CLERK))
    assert given["tickets"][0]["holder"] is None


async def test_a_name_written_again_changes_nothing(shop: Shop) -> None:
    made = await booking(shop, quantity=2)
    names = {"tickets": [{"id": ticket, "holder": "Zoë"} for ticket in ids_of(made)]}
    first = await shop.send(about("ChangeBooking", made, names))
    again = await shop.send(about("ChangeBooking", made, names))
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_one_unknown_ticket_and_no_name_is_written(shop: Shop) -> None:
    made = await booking(shop)
    names = [{"id": ids_of(made)[0], "holder": "Zoë"}, {"id": made["id"], "holder": "Zoë"}]
    await shop.refused(about("ChangeBooking", made, {"tickets": names}), 404, "ticket-not-found")


async def test_a_change_of_ones_own_name_is_no_second_customer(shop: Shop) -> None:
    friend = await somebody(shop)
    show = await event(shop, max_per_customer=1)
    made = await shop.done(Call("BookSeats", json={"event_id": show["id"], "quantity": 1}, by=friend))
    renamed = await shop.done(about("TransferBooking", made, to("Zoë Other", friend.email)).but(by=friend))
    assert renamed["customer"]["name"] == "Zoë Other"
    assert renamed["tickets"][0]["code"]
