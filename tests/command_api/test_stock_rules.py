"""What limits a sale: quotas of one type and of several, a limit per customer, types that open when others sell out."""

import asyncio

from tests.command_api.changes import euros
from tests.command_api.people import BEN, CLERK
from tests.command_api.requests import EUR_20, about, book_call, booking, event, offering
from tests.command_api.shop import Shop


async def test_a_quota_shared_by_two_types_is_sold_once(shop: Shop) -> None:
    quota = {"name": "Students", "ticket_types": ["Student", "Pupil"], "quota": 5}
    show = await shop.done(
        offering(
            {"name": "Student", "price": EUR_20},
            {"name": "Pupil", "price": EUR_20, "quota": 4},
            {"name": "Adult", "price": EUR_20},
            shared_quotas=[quota],
        )
    )
    student, pupil, adult = (kind["id"] for kind in show["ticket_types"])
    assert show["shared_quotas"][0]["ticket_types"] == [student, pupil]
    both = [{"ticket_type_id": student, "quantity": 3}, {"ticket_type_id": pupil, "quantity": 3}]
    await shop.refused(book_call(show, items=both), 409, "sold-out")
    await booking(shop, show, ticket_type_id=student, quantity=3)
    no = await shop.refused(book_call(show, ticket_type_id=pupil, quantity=3), 409, "sold-out")
    assert no["available"] == 2
    given_back = await booking(shop, show, ticket_type_id=pupil, quantity=2)
    await shop.refused(book_call(show, ticket_type_id=student, quantity=1), 409, "sold-out")
    await booking(shop, show, ticket_type_id=adult, quantity=10)
    await shop.done(about("DeleteBooking", given_back))
    await booking(shop, show, ticket_type_id=student, quantity=2)


async def test_a_shared_quota_of_unknown_types_is_refused(shop: Shop) -> None:
    quota = {"name": "Students", "ticket_types": ["Nobody"], "quota": 5}
    await shop.refused(offering({"name": "A", "price": EUR_20}, shared_quotas=[quota]), 422, "bad-offer")


async def test_a_customer_has_so_many_tickets_over_all_their_bookings(shop: Shop) -> None:
    show = await event(shop, max_per_customer=4)
    first = await booking(shop, show, quantity=3)
    no = await shop.refused(book_call(show, quantity=2), 409, "customer-limit-reached")
    assert (no["requested"], no["already"], no["maximum"]) == (2, 3, 4)
    await shop.done(book_call(show, quantity=4).but(by=BEN))
    await shop.done(about("CancelBooking", first, {"tickets": [first["tickets"][0]["id"]]}))
    await booking(shop, show, quantity=2)
    await shop.refused(book_call(show), 409, "customer-limit-reached")


async def test_somebody_without_an_account_is_counted_by_address(shop: Shop) -> None:
    show = await event(shop, max_per_customer=2)
    for email, status in (("zoe@example.org", 201), ("ZOE@example.org", 409), ("ida@example.org", 201)):
        customer = {"name": "Zoë", "email": email}
        call = book_call(show, quantity=2, customer=customer).but(by=CLERK)
        assert (await shop.send(call)).status_code == status


async def test_a_limit_holds_when_everything_is_asked_at_once(shop: Shop) -> None:
    show = await event(shop, max_per_customer=3)
    answers = await asyncio.gather(*(shop.send(book_call(show)) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 17


async def test_a_type_opens_when_another_has_sold_out_and_stays_open(shop: Shop) -> None:
    show = await shop.done(
        offering(
            {"name": "Early", "price": euros(10), "quota": 2},
            {"name": "Regular", "price": EUR_20, "opens_when_sold_out": "Early"},
        )
    )
    early, regular = (kind["id"] for kind in show["ticket_types"])
    assert show["ticket_types"][1]["opens_when_sold_out"] == early
    no = await shop.refused(book_call(show, ticket_type_id=regular, quantity=1), 409, "sales-not-open")
    assert no["opens_when_sold_out"] == early
    made = await booking(shop, show, ticket_type_id=early, quantity=2)
    await booking(shop, show, ticket_type_id=regular, quantity=1)
    await shop.done(about("DeleteBooking", made))
    await booking(shop, show, ticket_type_id=regular, quantity=1)


async def test_a_type_cannot_open_after_itself(shop: Shop) -> None:
    call = offering({"name": "A", "price": EUR_20, "opens_when_sold_out": "A"})
    await shop.refused(call, 422, "bad-offer")
