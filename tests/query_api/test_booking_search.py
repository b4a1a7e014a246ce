"""Staff finds bookings by any mix of criteria."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.personal import Person
from domain.show.facts import (
    BookingCancelled,
    BookingTransferred,
    SeatsBooked,
    ShowDetailsChanged,
    ShowScheduled,
    TicketHolderNamed,
    TicketsExchanged,
)
from domain.show.offer import Offer
from domain.show.ticket import NewTicket, Ticket
from query_api import booking_search
from resources.booking import Booking, BookingWithEvent
from runtime.ids import new_id
from tests.projections.season import booked, eur, on_sale, scheduled, ticket_type
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import CALLERS, World

JOSE = Person("José Müller-Strauß", "jose.mueller@example.org", CALLERS["bob"].id)
ANNA = Person("Anna Ruiz", "anna@example.org")
MARIA = Person("Maria Ruiz", "maria@example.com")

VIP = Offer(new_id(), "VIP", eur(12_000), ("Stalls",))
STANDARD = Offer(new_id(), "Café Standard", eur(4_000))


def ticket(offer: Offer, code: str, holder: str | None = None) -> Ticket:
    return Ticket(new_id(), code, offer.id, offer.name, offer.price, None, "Gallery", holder=holder)


@dataclass
class Season:
    """Two events at two venues. `jose` has a VIP ticket of the one, `anna` another, `maria` is at the other."""

    boheme: ShowScheduled
    hamlet: ShowScheduled
    jose: SeatsBooked
    anna: SeatsBooked
    maria: SeatsBooked

    def names(self, ids: list[str]) -> list[str]:
        by_id = {getattr(self, name).booking_id: name for name in ("jose", "anna", "maria")}
        return [by_id[each] for each in ids]


@pytest.fixture
async def season(world: World) -> Season:
    regio, globe = new_id(), new_id()
    boheme = scheduled("La Bohème", venue_id=regio, offers=(VIP, STANDARD))
    hamlet = scheduled("Hamlet, Prince", venue_id=globe, venue_name="The Globe", offers=(STANDARD,))
    jose = booked(boheme, ticket(VIP, "ABCD-EFGH-2345-6789"), customer=JOSE)
    anna = booked(boheme, ticket(STANDARD, "WXYZ-2222"), customer=ANNA, at=NOON + MINUTE)
    maria = booked(
        hamlet, ticket(STANDARD, "WXYZ-3333", "Zoë Ångström"), customer=MARIA, at=NOON + 2 * MINUTE
    )
    jose, anna = replace(jose, code="7KQ2-M9XD"), replace(anna, code="2222-3333")
    maria = replace(maria, code="4444-5555")
    await world.happened(f"show-{boheme.show_id}", *on_sale(boheme), jose, anna)
    await world.happened(f"show-{hamlet.show_id}", *on_sale(hamlet), maria)
    return Season(boheme, hamlet, jose, anna, maria)


async def search(world: World, path: str = "/bookings/search", **query: Any) -> tuple[list[str], str]:
    """The ids that are found, and how."""
    query = {name.rstrip("_"): value for name, value in query.items()}
    answer = await world.get(path, "clerk", **query)
    assert answer.status_code == 200, answer.text
    for item in answer.json()["items"]:
        Booking.model_validate(item)
    assert answer.headers["cache-control"] == "private, no-store"
    return [item["id"] for item in answer.json()["items"]], answer.headers["seatledger-match"]


ONE_BOX: list[tuple[str, list[str]]] = [
    ("", ["maria", "anna", "jose"]),
    ("7KQ2-M9XD", ["jose"]),
    ("7kq2m9xd", ["jose"]),
    ("7kq2 m9xd", ["jose"]),
    ("abcdefgh23456789", ["jose"]),
    ("Abcd-Efgh 2345 6789", ["jose"]),
    ("jose.mueller@example.org", ["jose"]),
    ("JOSE.MUE", ["jose"]),
    ("jose muller", ["jose"]),
    ("Müller-Strauss", ["jose"]),
    ("strauß", ["jose"]),
    ("ruiz", ["maria", "anna"]),
    ("ru ann", ["anna"]),
    ("angstrom", ["maria"]),
    ("boheme", ["anna", "jose"]),
    ("hamlet prin", ["maria"]),
    ("ruiz bohème", ["anna"]),
    ("ruiz hamlet wxyz-3333", ["maria"]),
    ("ruiz 7kq2-m9xd", []),
    ("'", []),
    ("a:* | x' \\ & !", []),
    ("%", []),
    ("---", []),
    ("@", []),
]
MISSPELT: list[tuple[dict[str, str], list[str]]] = [
    ({"q": "mulelr"}, ["jose"]),
    ({"q": "anan"}, ["anna"]),
    ({"q": "Mller"}, ["jose"]),
    ({"q": "ruis"}, ["maria", "anna"]),
    ({"q": "marai"}, ["maria"]),
    ({"q": "anna ruis"}, ["anna"]),
    ({"q": "ruzi hamlte"}, ["maria"]),
    ({"name": "angstrem"}, ["maria"]),
    ({"event": "bohéne"}, ["anna", "jose"]),
    ({"venue": "glbe"}, ["maria"]),
    ({"venue": "glbe", "name": "maria"}, ["maria"]),
]


async def test_one_box_finds_by_code_e_mail_and_words(world: World, season: Season) -> None:
    for q, expected in ONE_BOX:
        assert season.names((await search(world, q=q))[0]) == expected, q


async def test_typing_errors_are_forgiven_where_nothing_is_as_it_is_written(
    world: World, season: Season
) -> None:
    for query, expected in MISSPELT:
        ids, how = await search(world, **query)
        assert (season.names(ids), how) == (expected, "similar"), query


async def test_what_is_written_right_is_not_mixed_with_what_is_similar(world: World, season: Season) -> None:
    ids, how = await search(world, q="anna")
    assert (season.names(ids), how) == (["anna"], "exact")


async def test_every_criterion_goes_by_name_and_by_id(world: World, season: Season) -> None:
    boheme, hamlet = season.boheme, season.hamlet
    for query, expected in (
        ({"event": "boheme"}, ["anna", "jose"]),
        ({"event": boheme.show_id}, ["anna", "jose"]),
        ({"event_id": hamlet.show_id}, ["maria"]),
        ({"event_id": new_id()}, []),
        ({"venue": "REGIO teat"}, ["anna", "jose"]),
        ({"venue": hamlet.venue_id}, ["maria"]),
        ({"venue_id": hamlet.venue_id}, ["maria"]),
        ({"ticket_type": "vip"}, ["jose"]),
        ({"ticket_type": "standard cafe"}, ["maria", "anna"]),
        ({"ticket_type": VIP.id}, ["jose"]),
        ({"ticket_type_id": STANDARD.id}, ["maria", "anna"]),
        ({"ticket_type": "none"}, []),
        ({"name": "ruiz"}, ["maria", "anna"]),
        ({"name": "zoe"}, ["maria"]),
        ({"name": "boheme"}, []),
        ({"email": "ANNA@example.org"}, ["anna"]),
        ({"email": "anna@"}, ["anna"]),
        ({"email": "nna@"}, []),
        ({"code": "7kq2m9xd"}, ["jose"]),
        ({"code": "wxyz-2222"}, ["anna"]),
        ({"code": "wxyz"}, []),
        ({"code": "-"}, []),
        ({"name": "-"}, []),
        ({"event": "-"}, []),
        ({"ticket_type": "-"}, []),
        ({"customer_id": JOSE.id}, ["jose"]),
        ({"status": "confirmed"}, ["maria", "anna", "jose"]),
        ({"status": "cancelled"}, []),
        ({"from": "2027-03-01T12:01:00Z"}, ["maria", "anna"]),
        ({"from": "2027-03-01T12:01:00Z", "to": "2027-03-01T12:02:00Z"}, ["anna"]),
    ):
        assert season.names((await search(world, **query))[0]) == expected, query


async def test_criteria_add_up(world: World, season: Season) -> None:
    for query, expected in (
        ({"name": "ruiz", "event": "hamlet"}, ["maria"]),
        ({"q": "ruiz", "venue": "regio"}, ["anna"]),
        ({"q": "ruiz", "ticket_type": "vip"}, []),
        ({"event": "hamlet", "event_id": season.boheme.show_id}, []),
        ({"event": "hamlet", "venue": "regio"}, []),
        ({"ticket_type": "standard", "from": "2027-03-01T12:02:00Z", "status": "confirmed"}, ["maria"]),
        ({"q": "ruiz", "status": "pending"}, []),
        ({"email": "anna", "code": "2222-3333", "name": "anna"}, ["anna"]),
    ):
        assert season.names((await search(world, **query))[0]) == expected, query


async def test_who_gave_a_booking_away_and_their_codes_find_it_no_more(world: World, season: Season) -> None:
    maria, stream = season.maria, f"show-{season.hamlet.show_id}"
    fresh = (NewTicket(maria.tickets[0].id, "KKKK-KKKK"),)
    await world.happened(
        stream, BookingTransferred(season.hamlet.show_id, maria.booking_id, JOSE, fresh, NOON)
    )
    for q in ("maria", "maria@example.com", "wxyz-3333", "angstrom"):
        ids, how = await search(world, q=q)
        assert "maria" not in season.names(ids) or how == "similar", q
    for q in ("kkkkkkkk", "4444-5555", "jose hamlet"):
        assert season.names((await search(world, q=q))[0]) == ["maria"], q
    named = TicketHolderNamed(season.hamlet.show_id, maria.booking_id, maria.tickets[0].id, "Carla", NOON)
    await world.happened(stream, named)
    assert season.names((await search(world, name="carla"))[0]) == ["maria"]


async def test_a_void_ticket_still_finds_its_booking(world: World, season: Season) -> None:
    show_id, maria = season.hamlet.show_id, season.maria
    came = ticket(VIP, "NNNN-NNNN")
    swap = TicketsExchanged(
        show_id, maria.booking_id, (maria.tickets[0].id,), (came,), eur(8_000), eur(0), NOON
    )
    gone = BookingCancelled(show_id, maria.booking_id, (came.id,), eur(0), NOON)
    await world.happened(f"show-{show_id}", swap, gone)
    for code in ("wxyz-3333", "nnnn-nnnn"):
        assert season.names((await search(world, code=code, status="cancelled"))[0]) == ["maria"]


async def test_an_event_is_found_by_its_new_name(world: World, season: Season) -> None:
    renamed = ShowDetailsChanged(season.hamlet.show_id, "Macbeth", NOON)
    await world.happened(f"show-{season.hamlet.show_id}", renamed)
    assert season.names((await search(world, q="macbeth"))[0]) == ["maria"]
    assert (await search(world, q="hamlet"))[0] == []


@pytest.mark.parametrize("few_max", [0, 10_000])
async def test_pages_of_many_and_of_few_are_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, few_max: int
) -> None:
    monkeypatch.setattr(booking_search, "FEW_MAX", few_max)
    show = scheduled(offers=(STANDARD,))
    many = [
        booked(show, ticket(STANDARD, "AAAA-AAAA"), customer=ANNA, at=NOON + (number // 2) * MINUTE)
        for number in range(9)
    ]
    await world.happened(f"show-{show.show_id}", *on_sale(show), *many)
    order = [each.booking_id for each in sorted(many, key=lambda each: (each.at, each.booking_id))][::-1]
    for query in ({"q": "anna"}, {"q": "anan"}, {"ticket_type": "standard", "event": "boheme"}):
        got, cursor = list[str](), None
        while True:
            page: dict[str, str] = {} if cursor is None else {"cursor": cursor}
            answer = (await world.get("/bookings/search", "clerk", limit=4, **query, **page)).json()
            got += (item["id"] for item in answer["items"])
            cursor = answer["next"]
            if cursor is None:
                break
        assert got == order, query
        assert (await search(world, **query, skip=7))[0] == order[7:]
        assert (await search(world, **query, skip=20))[0] == []


async def test_a_list_of_similar_ones_stays_one(world: World, season: Season) -> None:
    first = await world.get("/bookings/search", "clerk", q="ruis", limit=1)
    somebody = booked(season.boheme, ticket(STANDARD, "PPPP"), customer=Person("Ruis", "r@example.org"))
    await world.happened(f"show-{season.boheme.show_id}", replace(somebody, at=NOON + timedelta(days=1)))
    ids, how = await search(world, q="ruis", cursor=first.json()["next"])
    assert (season.names(ids), how) == (["anna"], "similar")
    assert (await search(world, q="ruis")) == ([somebody.booking_id], "exact")
    wrong = await world.get("/bookings", "ana", cursor=first.json()["next"])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad-cursor")


async def test_all_lists_for_staff_take_the_criteria(world: World, season: Season) -> None:
    event = f"/events/{season.boheme.show_id}/bookings"
    for path, query, expected in (
        ("/bookings/all", {"name": "ruiz"}, ["maria", "anna"]),
        (event, {}, ["anna", "jose"]),
        (event, {"ticket_type": "vip"}, ["jose"]),
        (event, {"q": "ruiz"}, ["anna"]),
        (event, {"q": "ruiz", "skip": 1, "limit": 1}, []),
        (f"/bookings/event/{season.boheme.show_id}", {"code": "7kq2-m9xd"}, ["jose"]),
        (f"/ticket-types/{STANDARD.id}/bookings", {}, ["maria", "anna"]),
        (f"/ticket-types/{STANDARD.id}/bookings", {"event_id": season.hamlet.show_id}, ["maria"]),
        (f"/ticket-types/{VIP.id}/bookings", {"from": "2027-03-01T12:01:00Z"}, []),
    ):
        assert season.names((await search(world, path, **query))[0]) == expected, (path, query)


async def test_a_type_of_the_catalogue_that_nobody_booked_has_no_bookings(world: World) -> None:
    kind = ticket_type()
    await world.happened(f"ticket-type-{kind.ticket_type_id}", kind)
    assert (await search(world, f"/ticket-types/{kind.ticket_type_id}/bookings"))[0] == []
    for nothing in (new_id(), "none"):
        answer = await world.get(f"/ticket-types/{nothing}/bookings", "clerk")
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket-type-not-found")


async def test_the_search_is_for_staff(world: World, season: Season) -> None:
    for path in ("/bookings/search", f"/ticket-types/{VIP.id}/bookings"):
        assert (await world.get(path)).json()["code"] == "not-authenticated"
        assert (await world.get(path, "ana")).json()["code"] == "forbidden"
        for who in ("auditor", "admin"):
            assert (await world.get(path, who)).status_code == 200


async def test_what_cannot_be_asked_is_refused(world: World) -> None:
    for query in (
        {"q": "x" * 201},
        {"event_id": "x"},
        {"status": "lost"},
        {"from": "yesterday"},
        {"limit": 0},
        {"expand": "customer"},
    ):
        answer = await world.get("/bookings/search", "clerk", **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), query


async def test_the_longest_words_find_nothing_and_break_nothing(world: World, season: Season) -> None:
    for text in ("\ufdfa" * 200, "x " * 100, "@" * 200, "é" * 200):
        for name in ("q", "name", "email", "code", "event", "venue", "ticket_type"):
            assert (await search(world, **{name: text}))[0] == [], (name, text)


async def test_a_booking_brings_its_event_when_asked(world: World, season: Season) -> None:
    answer = await world.get("/bookings/search", "clerk", q="7kq2-m9xd", expand="event")
    (found,) = answer.json()["items"]
    BookingWithEvent.model_validate(found)
    assert found["event"] == {
        "id": season.boheme.show_id,
        "name": "La Bohème",
        "starts_at": "2027-03-14T12:00:00Z",
        "ends_at": None,
        "timezone": "Europe/Rome",
        "venue_id": season.boheme.venue_id,
        "venue_name": "Teatro Regio",
        "city": "",
        "status": "on_sale",
    }
    alone = await world.get(f"/bookings/{season.jose.booking_id}", "bob", expand="event")
    assert alone.json() == found
