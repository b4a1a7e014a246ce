"""ETag and If-Match: whoever changes what somebody else has changed meanwhile is told so."""

import asyncio

from tests.command_api.people import ANA
from tests.command_api.requests import about, book_call, booking, event, hold, payment, venue_call
from tests.command_api.shop import Call, Shop


async def test_of_two_who_saw_the_same_version_one_gets_through(shop: Shop) -> None:
    response = await shop.send(venue_call())
    venue, tag = response.json(), response.headers["ETag"]
    change = Call("ChangeVenue", {"venue_id": venue["id"]}, {"name": "First"})
    answers = await asyncio.gather(
        *(shop.send(change.but(json={"name": f"Name {number}"}), if_match=tag) for number in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    [won] = [answer for answer in answers if answer.is_success]
    [lost, *_] = [answer for answer in answers if answer.status_code == 412]
    assert lost.headers["ETag"] == won.headers["ETag"] == f'"{lost.json()["version"]}"'
    assert (await shop.send(change, if_match=f'"7", W/{won.headers["ETag"]}')).is_success


async def test_each_write_has_a_position_after_the_last(shop: Shop) -> None:
    show = await event(shop)
    positions = [int((await shop.send(book_call(show))).headers["Seatledger-Position"]) for _ in range(3)]
    assert positions == sorted(set(positions))


async def test_a_sale_does_not_change_what_an_organiser_edits_nor_another_booking(shop: Shop) -> None:
    draft = await shop.send(Call("CreateEvent", json=_draft()))
    tag = draft.headers["ETag"]
    published = await shop.send(Call("PublishEvent", {"event_id": draft.json()["id"]}), if_match=tag)
    assert published.headers["ETag"] != tag
    first = await shop.send(book_call(draft.json()))
    await booking(shop, draft.json())
    closing = Call("CloseSales", {"event_id": draft.json()["id"]})
    assert (await shop.send(closing, if_match=published.headers["ETag"])).is_success
    await shop.done(about("DeleteBooking", first.json()), if_match=first.headers["ETag"])


async def test_a_booking_is_changed_at_the_version_that_was_seen(shop: Shop) -> None:
    pending = await hold(shop)
    call = about("ConfirmBooking", pending, payment(pending))
    stale = await shop.send(call, if_match='"1"')
    assert stale.status_code == 412
    assert (await shop.send(call, if_match=stale.headers["ETag"])).is_success


async def test_what_is_new_has_no_version_yet(shop: Shop) -> None:
    await shop.refused(venue_call(), 412, "version-mismatch", if_match='"1"')
    show = await event(shop)
    await shop.refused(book_call(show).but(by=ANA), 412, "version-mismatch", if_match='"99"')
    await booking(shop, show)


def _draft() -> dict[str, object]:
    return {
        "name": "Tosca",
        "venue_name": "Hall",
        "timezone": "UTC",
        "starts_at": "2099-01-01T00:00:00Z",
        "capacity": 10,
        "price": {"amount": 100, "currency": "EUR"},
        "status": "draft",
    }
