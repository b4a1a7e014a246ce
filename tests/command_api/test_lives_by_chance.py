"""The life of a show by chance, over the running API: after every step it stands as a simple model says."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from command_api.aggregates import SHOW
from domain.codec import CODEC
from domain.show.state import Show
from eventstore.postgres.store import PostgresStore
from runtime.identity import Caller, Role
from runtime.ids import new_id, utc_now
from tests.command_api.changes import of_event
from tests.command_api.people import CLERK
from tests.command_api.requests import account, offering
from tests.command_api.shop import Call, Shop
from tests.command_api.simple_show import (
    CAPACITY,
    PER_CUSTOMER,
    PRICES,
    QUOTAS,
    ROWS,
    SEATS,
    WINDOW,
    Allotment,
    Booking,
    SimpleShow,
    Ticket,
    price_of,
)

STEPS = 60
REFUNDS: dict[int, dict[str, Any]] = {
    100: {"kind": "full"},
    0: {"kind": "none"},
    50: {"kind": "tiered", "tiers": [{"days_before": 7, "percent": 50}]},
}
WALK_IN = {"name": "Zoë", "email": "zoe@example.org"}
OF_TIME = {"BookingExpired", "AllotmentReleased"}
ON_RECORD = {"payment-too-late", "booking-already-paid"}
"""That the money came is recorded with such a no."""


@dataclass
class Sent:
    """What became of a request: `answer` is None where it was refused, for which `code` says why."""

    answer: Any
    code: str | None


class Walk:
    def __init__(self, shop: Shop, log: PostgresStore, rng: Random, model: SimpleShow) -> None:
        self.shop = shop
        self.log = log
        self.rng = rng
        self.model = model
        self.event: dict[str, Any] = {}
        self.kinds: dict[str, str] = {}
        self.customers: dict[str, Caller] = {}
        self.show = Show()
        self.done: list[tuple[Call, str, httpx.Response]] = []
        self.tally: Counter[str] = Counter()

    async def begin(self) -> None:
        for _ in range(2):
            body = account()
            made = await self.shop.done(Call("RegisterUser", json=body, by=None))
            self.customers[body["email"]] = Caller(made["id"], Role.CUSTOMER, body["name"], body["email"])
        self.event = await self.shop.done(
            offering(
                {"name": "Dear", "price": euros(PRICES["Dear"]), "sections": ["Stalls"]},
                {"name": "Cheap", "price": euros(PRICES["Cheap"]), "sections": ["Gallery"]},
                {"name": "Any", "price": euros(PRICES["Any"]), "quota": QUOTAS["Any"]},
                seating_plan={
                    "sections": [
                        {"name": "Stalls", "rows": [{"name": row, "seats": n} for row, n in ROWS.items()]}
                    ],
                    "areas": [{"name": "Gallery", "capacity": CAPACITY["Gallery"]}],
                },
                payment_window_seconds=WINDOW,
                max_per_customer=PER_CUSTOMER,
                late_payment=self.model.late_payment,
                refund_policy=REFUNDS[self.model.percent],
            )
        )
        self.kinds = {kind["name"]: kind["id"] for kind in self.event["ticket_types"]}
        await self.check(OF_TIME | {"ShowScheduled", "ShowPublished"})

    # Sending, and holding the log against the model.

    async def send(self, call: Call, against: set[str], *, maybe: str | None = None) -> Sent:
        """`against` are the codes one of which must be given; `maybe` is one that may be."""
        key = new_id()
        response = await self.shop.send(call, key=key)
        name, code = call.operation, None if response.is_success else response.json()["code"]
        self.tally[f"{name} {'accepted' if code is None else code}"] += 1
        if code is None:
            assert not against, f"{call} was accepted against {against}"
            self.done.append((call, key, response))
        else:
            assert code in against or code == maybe, f"{call} was refused with {code}, not {against}"
            if code not in ON_RECORD:
                await self.check(OF_TIME, asking=False)
        if self.rng.random() < 0.25:
            await self.repeat(call, key, response)
        return Sent(response.json() if response.content and code is None else None, code)

    async def repeat(self, call: Call, key: str, first: httpx.Response) -> None:
        before = await self.log.last_position()
        again = await self.shop.send(call, key=key)
        assert again.status_code == first.status_code
        if first.is_success:
            assert again.content == first.content
            assert again.headers["Idempotent-Replayed"] == "true"
        else:
            assert again.json()["code"] == first.json()["code"]
        facts = await self.log.read_log(before, 100)
        assert not {fact.name for fact in facts if fact.stream == SHOW.stream(self.event["id"])}
        self.tally["repeated"] += 1

    async def fold(self) -> list[str]:
        """The names of the facts since the last time."""
        facts = await self.log.read_stream(SHOW.stream(self.event["id"]), self.show.version)
        for fact in facts:
            self.show = SHOW.evolve(self.show, CODEC.decode(fact.name, fact.schema_version, fact.data))
        return [fact.name for fact in facts]

    async def check(self, allowed: set[str] | None = None, *, asking: bool = True) -> None:
        """What the API says is left, and what the log says of every booking, is what the model has."""
        if asking:
            seen = await self.shop.done(of_event("ChangeEvent", self.event, {"name": self.event["name"]}))
            model, free = self.model, self.model.free()
            assert seen["available"] == sum(free.values())
            assert {kind["name"]: kind["available"] for kind in seen["ticket_types"]} == {
                kind: model.available(kind) for kind in PRICES
            }
            assert seen["status"] == ("on_sale" if model.is_open else "closed")
            live, kept = model.live(), model.kept()
            for part, capacity in CAPACITY.items():
                here = sum(1 for ticket in live if ticket.part == part)
                assert min(free[part], kept[part]) >= 0
                assert here + kept[part] + free[part] == capacity
            assert len(live) + sum(kept.values()) + seen["available"] == sum(CAPACITY.values())
        facts = await self.fold()
        assert allowed is None or set(facts) <= allowed, facts
        await self.compare()

    async def compare(self) -> None:
        """The bookings of the log with those of the model."""
        names = {number: name for name, number in self.kinds.items()}
        seats = [t.seat for b in self.show.bookings.values() if b.is_live for t in b.live_tickets if t.seat]
        assert len(seats) == len(set(seats))
        assert self.show.bookings.keys() == self.model.bookings.keys()
        for number, told in self.show.bookings.items():
            known = self.model.bookings[number]
            email = await self.shop.served.services.keyring.opened(told.customer.email)
            assert (told.status, email) == (known.status, known.owner)
            assert {
                each.id: Ticket(
                    names[each.ticket_type_id],
                    each.area or str(each.seat).split("/")[0],
                    each.seat,
                    each.allotment_id,
                )
                for each in told.live_tickets
            } == known.tickets
            assert (told.total.amount, told.paid.amount, told.refunded.amount) == (
                known.total, known.paid, known.refunded,
            )  # fmt: skip
            assert 0 <= told.refunded.amount <= told.paid.amount
            assert {payment.reference for payment in told.unwanted_payments} == known.unwanted
            if known.status == "pending":
                assert told.expires_at == known.expires_at
        assert dict(self.show.places.free) == self.model.free()
        assert self.show.allotments.keys() == self.model.allotments.keys()

    def same(self, answer: dict[str, Any]) -> None:
        """What the API answered about a booking is what the model has of it."""
        known = self.model.bookings[answer["id"]]
        standing = [ticket for ticket in answer["tickets"] if ticket["status"] in {"held", "valid"}]
        assert answer["status"] == known.status
        assert [each["id"] for each in standing] == (list(known.tickets) if known.is_live else [])
        assert (answer["total"]["amount"], answer["paid"]["amount"], answer["refund"]["amount"]) == (
            known.total, known.paid, known.refunded,
        )  # fmt: skip
        assert known.refunded <= known.paid
        until = answer["expires_at"] and datetime.fromisoformat(answer["expires_at"])
        assert until == (known.expires_at if known.status == "pending" else None)

    # Choosing.

    def by(self, booking: Booking) -> Caller:
        own = self.customers.get(booking.owner, CLERK)
        return CLERK if self.rng.random() < 0.1 else own

    def chosen(self) -> tuple[str, Booking] | None:
        """Rather one that stands than one that does not."""
        live = [number for number, each in self.model.bookings.items() if each.is_live]
        among = live if live and self.rng.random() < 0.75 else list(self.model.bookings)
        if not among:
            return None
        number = self.rng.choice(among)
        return number, self.model.bookings[number]

    def some_seats(self, count: int) -> list[str]:
        """Free ones, rather."""
        free = sorted(self.model.free_seats())
        if len(free) >= count and self.rng.random() < 0.75:
            return self.rng.sample(free, count)
        return self.rng.sample([*SEATS, "Stalls/C/1"], count)

    def some_tickets(self, booking: Booking) -> list[str]:
        ids = list(booking.tickets)
        if booking.gone and self.rng.random() < 0.1:
            return [self.rng.choice(sorted(booking.gone))]
        if self.rng.random() < 0.05:
            return [new_id()]
        return self.rng.sample(ids, self.rng.randint(1, len(ids))) if ids else []

    def money(self, due: int) -> tuple[dict[str, Any], int | None, str]:
        """The part of a body that pays, how much and under which reference: mostly what is due."""
        chance, reference = self.rng.random(), f"pi_{new_id()}"
        amount = due + 100 if chance < 0.12 else None if chance < 0.2 or (not due and chance < 0.9) else due
        return ({} if amount is None else pays(reference, amount)), amount, reference

    def placed(
        self,
        answer: dict[str, Any],
        known: set[str],
        kind: str,
        seats: list[str],
        allotment: str | None = None,
    ) -> dict[str, Ticket]:
        """The tickets that are new in an answer."""
        fresh = {}
        for each in answer["tickets"]:
            if each["id"] not in known:
                part = each["area"] or each["seat"].split("/")[0]
                assert (each["ticket_type_id"], each["price"]["amount"]) == (self.kinds[kind], PRICES[kind])
                fresh[each["id"]] = Ticket(kind, part, each["seat"], allotment)
        if seats:
            assert [ticket.seat for ticket in fresh.values()] == seats
        return fresh

    # What happens.

    async def book(self) -> None:
        rng, model = self.rng, self.model
        kind, count = rng.choice(list(PRICES)), rng.randint(1, 4)
        seats = self.some_seats(count) if rng.random() < 0.5 else []
        owner = rng.choice([*self.customers, WALK_IN["email"]])
        name = rng.choice([*model.allotments, new_id()]) if rng.random() < 0.25 else None
        if name in model.allotments and seats and rng.random() < 0.7:
            seats = [seat for seat, keeper in model.kept_seats().items() if keeper == name][:count] or seats
        count = len(seats) or count
        body: dict[str, Any] = {"ticket_type_id": self.kinds[kind]}
        body |= {"seats": seats} if seats else {"quantity": count}
        against = (
            model.against_more(owner, kind, count, seats)
            if name is None
            else model.against_allotted(owner, kind, count, seats, name)
        )
        by, amount, reference = self.customers.get(owner, CLERK), None, ""
        if name is not None:
            body["allotment_id"] = name
        if name is not None and by is not CLERK:
            against = {"forbidden"}
        if by is CLERK:
            body["customer"] = WALK_IN
            if rng.random() < 0.4:
                more, amount, reference = self.money(PRICES[kind] * count)
                body |= more
        if amount not in (None, PRICES[kind] * count):
            against = against | {"payment-amount-wrong"}
        sent = await self.send(Call("BookSeats", json={"event_id": self.event["id"], **body}, by=by), against)
        if sent.answer is None:
            return
        tickets = self.placed(sent.answer, set(), kind, seats, name)
        assert len(tickets) == count
        total = price_of(tickets.values())
        model.bookings[sent.answer["id"]] = Booking(
            owner,
            "pending" if amount is None else "confirmed",
            tickets,
            model.now,
            model.now + timedelta(seconds=WINDOW) if amount is None else None,
            total,
            amount or 0,
            references=set() if amount is None else {reference},
        )
        self.same(sent.answer)

    async def extend(self, number: str, booking: Booking) -> None:
        seconds = self.rng.choice([60, 300, 900])
        call = Call("ExtendHold", {"booking_id": number}, {"seconds": seconds}, self.by(booking))
        sent = await self.send(call, self.model.against_extending(booking, seconds))
        if sent.answer is not None:
            assert booking.expires_at is not None
            booking.expires_at += timedelta(seconds=seconds)
            self.same(sent.answer)

    async def confirm(self, number: str, booking: Booking) -> None:  # noqa: C901, PLR0912 -- every case in turn
        model, rng = self.model, self.rng
        body, amount, reference = self.money(booking.due)
        known = sorted(booking.references | booking.unwanted)
        if amount is not None and known and rng.random() < 0.4:
            reference = rng.choice(known)
            body = pays(reference, amount)
        against, unwanted, maybe = set[str](), False, None
        paid_before = amount is None or reference in booking.references
        again = booking.status == "expired" and model.can_have_again(booking)
        equal = booking.status == "expired" and not again and model.could_have_equal(booking)
        if booking.status == "confirmed":
            against = set() if paid_before else {"booking-already-paid"}
            unwanted = not paid_before
        elif booking.status == "cancelled":
            against = {"booking-already-cancelled" if paid_before else "payment-too-late"}
            unwanted = not paid_before
        elif reference in booking.unwanted and amount is not None:
            against = {"payment-too-late"}
        elif amount != booking.due:
            against = {"payment-required" if amount is None else "payment-amount-wrong"}
        elif booking.status == "expired" and not again and not equal:
            against, unwanted = {"payment-too-late"}, True
        elif equal and len({ticket.kind for ticket in booking.tickets.values()}) > 1:
            maybe = "payment-too-late"
        call = Call("ConfirmBooking", {"booking_id": number}, body, self.by(booking))
        was = booking.status
        sent = await self.send(call, against, maybe=maybe)
        if sent.answer is None:
            if unwanted or sent.code == maybe:
                booking.unwanted.add(reference)
            return
        if was in {"pending", "expired"}:
            self.tally[f"confirmed while {was}{' elsewhere' if equal else ''}"] += 1
            if equal:
                free = model.free_seats()
                for each in sent.answer["tickets"]:
                    old = booking.tickets.get(each["id"])
                    if old is not None:
                        part = each["area"] or each["seat"].split("/")[0]
                        assert each["seat"] is None or each["seat"] in free
                        booking.tickets[each["id"]] = Ticket(old.kind, part, each["seat"])
            booking.status, booking.paid, booking.expires_at = "confirmed", booking.due, None
            booking.references.add(reference)
        self.same(sent.answer)

    async def cancel(self, number: str, booking: Booking) -> None:
        model = self.model
        leaving = [] if self.rng.random() < 0.4 else self.some_tickets(booking)
        by = self.by(booking)
        body: dict[str, Any] = {"tickets": leaving} if leaving else {}
        against = model.against_leaving(booking, leaving)
        gone = leaving or list(booking.tickets)
        known = [each for each in gone if each in booking.tickets]
        back = model.refund(price_of(booking.tickets[each] for each in known), booking)
        if by is CLERK and self.rng.random() < 0.4:
            back = self.rng.choice([0, 1000, 3000, booking.paid])
            body |= {"refund": euros(back), "reason": "fell ill"}
            if back > booking.paid - booking.refunded:
                against = against | {"refund-too-high"}
        sent = await self.send(Call("CancelBooking", {"booking_id": number}, body, by), against)
        if sent.answer is not None:
            self.leave(booking, gone, back)
            self.same(sent.answer)

    def leave(self, booking: Booking, gone: list[str], back: int) -> None:
        was_last = len(gone) == len(booking.tickets)
        booking.refunded += back
        booking.drop(gone)
        if was_last:
            booking.status = "cancelled"

    async def exchange(self, number: str, booking: Booking) -> None:
        rng, model = self.rng, self.model
        leaving = self.some_tickets(booking) if rng.random() < 0.7 else []
        gone = [each for each in leaving or booking.tickets if each in booking.tickets]
        kind, count = rng.choice(list(PRICES)), rng.randint(1, 3)
        seats = self.some_seats(count) if rng.random() < 0.5 else []
        against = model.against_leaving(booking, leaving)
        trial = deepcopy(model)
        if booking.is_live:
            trial.bookings[number].drop(gone)
            against = against | trial.against_more(booking.owner, kind, count, seats)
        before, after = price_of(booking.tickets[each] for each in gone), PRICES[kind] * count
        money, amount, reference = self.money(max(0, after - before) if booking.status == "confirmed" else 0)
        against = against | model.against_payment(booking, max(0, after - before), amount)
        instead = {"ticket_type_id": self.kinds[kind], **({"seats": seats} if seats else {"quantity": count})}
        body: dict[str, Any] = {"for": instead, **({"tickets": leaving} if leaving else {}), **money}
        call = Call("ExchangeTickets", {"booking_id": number}, body, self.by(booking))
        sent = await self.send(call, against)
        if sent.answer is None:
            return
        fresh = self.placed(sent.answer, booking.gone | booking.tickets.keys(), kind, seats)
        assert {ticket.seat for ticket in fresh.values()} - {None} <= trial.free_seats()
        if booking.status == "confirmed":
            booking.refunded += model.refund(max(0, before - after), booking)
            booking.paid += max(0, after - before)
        booking.total += after - before
        booking.drop(gone)
        booking.tickets |= fresh
        booking.references |= set() if amount is None else {reference}
        self.same(sent.answer)

    async def change_quantity(self, number: str, booking: Booking) -> None:
        rng, model = self.rng, self.model
        kinds = sorted({ticket.kind for ticket in booking.tickets.values()}) or list(PRICES)
        kind, quantity = rng.choice(kinds), rng.randint(1, 5)
        having = [each for each, ticket in booking.tickets.items() if ticket.kind == kind]
        more, against = quantity - len(having), model.against_standing(booking)
        added = PRICES[kind] * max(0, more)
        money, amount, reference = self.money(added if booking.status == "confirmed" else 0)
        if booking.is_live and more > 0:
            against = model.against_more(booking.owner, kind, more, [])
            against = against | model.against_payment(booking, added, amount)
        body = {"ticket_type_id": self.kinds[kind], "quantity": quantity, **money}
        sent = await self.send(Call("ChangeBooking", {"booking_id": number}, body, self.by(booking)), against)
        if sent.answer is None:
            return
        if more > 0:
            fresh = self.placed(sent.answer, booking.gone | booking.tickets.keys(), kind, [])
            assert len(fresh) == more
            assert {ticket.seat for ticket in fresh.values()} - {None} <= model.free_seats()
            booking.tickets |= fresh
            booking.total += added
            if booking.status == "confirmed":
                booking.paid += added
            booking.references |= set() if amount is None else {reference}
        elif more < 0:
            gone = having[quantity:]
            back = model.refund(price_of(booking.tickets[each] for each in gone), booking)
            self.leave(booking, gone, back)
        self.same(sent.answer)

    async def transfer(self, number: str, booking: Booking) -> None:
        to = self.rng.choice([*self.customers, WALK_IN["email"]])
        name = self.customers[to].name if to in self.customers else WALK_IN["name"]
        against = self.model.against_standing(booking)
        if booking.status == "pending":
            against = {"booking-not-confirmed"}
        if booking.is_live and to != booking.owner:
            against = against | self.model.against_customer(to, len(booking.tickets))
        body = {"to": {"name": name, "email": to}}
        sent = await self.send(
            Call("TransferBooking", {"booking_id": number}, body, self.by(booking)), against
        )
        if sent.answer is not None:
            booking.owner = to
            self.same(sent.answer)

    async def meddle(self, number: str, booking: Booking) -> None:
        """Somebody else's booking is not there."""
        stranger = next(each for email, each in self.customers.items() if email != booking.owner)
        operation = self.rng.choice(["DeleteBooking", "ConfirmBooking"])
        await self.send(Call(operation, {"booking_id": number}, None, stranger), {"booking-not-found"})

    async def allot(self) -> None:
        rng, model = self.rng, self.model
        seats, places = self.some_seats(rng.randint(1, 3)), rng.randint(0, 3)
        sellable = rng.random() < 0.7
        release_at = model.now + timedelta(seconds=rng.choice([300, 1200])) if rng.random() < 0.4 else None
        areas = [{"area": "Gallery", "quantity": places}] if places else []
        body: dict[str, Any] = {"name": "House", "seats": seats, "areas": areas, "sellable": sellable}
        if release_at is not None:
            body["release_at"] = release_at.isoformat()
        against = {"seat-not-found"} if set(seats) - set(SEATS) else set[str]()
        if set(seats) & set(SEATS) - model.free_seats():
            against.add("seats-not-available")
        if places > model.free()["Gallery"]:
            against.add("not-enough-places")
        sent = await self.send(of_event("AllotSeats", self.event, body), against)
        if sent.answer is not None:
            model.allotments[sent.answer["id"]] = Allotment(seats, places, sellable, release_at)

    async def release(self) -> None:
        name = self.rng.choice([*self.model.allotments, new_id()])
        path = {"event_id": self.event["id"], "allotment_id": name}
        known = name in self.model.allotments
        await self.send(Call("ReleaseAllotment", path), set() if known else {"allotment-not-found"})
        self.model.allotments.pop(name, None)

    async def close_or_reopen(self) -> None:
        opens = not self.model.is_open or self.rng.random() < 0.3
        await self.send(of_event("ReopenSales" if opens else "CloseSales", self.event), set())
        self.model.is_open = opens

    async def wait(self) -> None:
        self.model.now += timedelta(seconds=self.rng.choice([30, 200, WINDOW, WINDOW + 1]))
        self.tally["waited"] += 1

    async def remember(self) -> None:
        """A request that succeeded long ago, again."""
        if self.done:
            await self.repeat(*self.rng.choice(self.done))

    async def step(self) -> None:
        anything = [self.book, self.allot, self.release, self.close_or_reopen, self.wait, self.remember]
        about = [
            self.extend, self.confirm, self.cancel, self.exchange, self.change_quantity, self.transfer, self.meddle,
        ]  # fmt: skip
        self.model.lapse()
        booking = self.chosen()
        if booking is None or self.rng.random() < 0.45:
            closed = not self.model.is_open
            weights = [10, 2, 2, 6 if closed else 1, 4, 2]
            await self.rng.choices(anything, weights)[0]()
        else:
            await self.rng.choices(about, [2, 8, 3, 6, 4, 2, 1])[0](*booking)
        self.model.lapse()
        await self.check()


def euros(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "EUR"}


def pays(reference: str, cents: int) -> dict[str, Any]:
    return {"payment": {"reference": reference, **euros(cents)}}


@contextmanager
def standing_still(shop: Shop, model: SimpleShow) -> Iterator[None]:
    """Within, it is as late as the model says."""
    before = shop.served.services
    shop.served.services = replace(before, now=lambda: model.now)
    try:
        yield
    finally:
        shop.served.services = before


@pytest.mark.parametrize("seed", range(6))
async def test_a_show_stands_as_a_simple_model_says(seed: int, shop: Shop, log: PostgresStore) -> None:
    rng = Random(seed)
    now = utc_now().replace(microsecond=0)
    percent, late = sorted(REFUNDS)[seed % 3], ("same_places", "equal_places")[seed % 2]
    walk = Walk(shop, log, rng, SimpleShow(now, percent, late))
    with standing_still(shop, walk.model):
        await walk.begin()
        for _ in range(STEPS):
            await walk.step()
    walk.show = Show()
    await walk.check(asking=False)
    assert walk.tally["repeated"]
