"""People who come and go by chance: everything of the API in which somebody says who they are."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import httpx

from runtime.identity import Caller, Role
from tests.command_api.people import CLERK
from tests.command_api.requests import PASSWORD, about, book_call, event
from tests.command_api.shop import Call, Shop

AROUND = (
    'O\'Brien "{}" \\\\',
    "👩‍👩‍👧‍👦 {} Ångström",
    "{} " + "é" * 150,
    "ليلى {}",
    "{}",
)
"""What stands around the word that tells whose name it is."""


class Traffic:
    """`words` are what must not be found: each is in one name or address that was given to the API.

    `addresses` are those words that stand in the address of an account, `done` is all that has succeeded.
    """

    def __init__(self, shop: Shop, chance: Random) -> None:
        self.shop = shop
        self.chance = chance
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.accounts: list[Caller] = []
        self.guests: list[dict[str, str]] = []
        self.bookings: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.done: list[tuple[Call, str, httpx.Response]] = []

    async def begin(self) -> None:
        self.events = [
            await event(self.shop, payment_window_seconds=600),
            await event(self.shop, max_per_customer=2),
        ]
        for _ in range(2):
            await self._register()
            await self._book_for_a_guest()

    async def run(self, steps: int) -> None:
        ways: list[Callable[[], Awaitable[None]]] = [
            self._register, self._sign_in, self._book, self._book, self._book_for_a_guest, self._give_away,
            self._give_away, self._name_holders, self._name_holders, self._cancel, self._ask_again,
            self._ask_for_what_is_refused, self._look_up,
        ]  # fmt: skip
        for _ in range(steps):
            await self.chance.choice(ways)()

    async def send(self, call: Call) -> httpx.Response:
        key = f"traffic {len(self.done)} {self.chance.random()}"
        answer = await self.shop.send(call, key=key)
        if answer.is_success:
            self.done.append((call, key, answer))
        return answer

    def _word(self) -> str:
        word = f"w{self.chance.getrandbits(64):016x}"
        self.words.append(word)
        return word

    def _name(self) -> str:
        return self.chance.choice(AROUND).format(self._word())

    def _somebody(self) -> dict[str, str]:
        return {"name": self._name(), "email": f"{self._word()}@example.org"}

    async def _register(self) -> None:
        body = self._somebody()
        self.addresses.append(self.words[-1])
        made = (await self.send(Call("RegisterUser", json={**body, "password": PASSWORD}, by=None))).json()
        self.accounts.append(Caller(made["id"], Role.CUSTOMER, made["name"], made["email"]))

    async def _sign_in(self) -> None:
        email = self.chance.choice(self.accounts).email
        body = {"email": email, "password": PASSWORD}
        pair = await self.shop.done(Call("Login", json=body, by=None))
        await self.shop.done(Call("Refresh", json={"refresh_token": pair["refresh_token"]}, by=None))
        await self.shop.refused(
            Call("Login", json={**body, "password": self._word()}, by=None), 401, "wrong-credentials"
        )

    async def _book(self) -> None:
        call = book_call(self.chance.choice(self.events), quantity=1)
        await self._booked(call.but(by=self.chance.choice(self.accounts)))

    async def _book_for_a_guest(self) -> None:
        if self.guests and self.chance.random() < 0.5:
            guest = self.chance.choice(self.guests)
        else:
            guest = self._somebody()
            self.guests.append(guest)
        call = book_call(self.chance.choice(self.events), quantity=1, customer=guest)
        await self._booked(call.but(by=CLERK))

    async def _booked(self, call: Call) -> None:
        answer = await self.send(call)
        if answer.is_success:
            self.bookings.append(answer.json())

    async def _give_away(self) -> None:
        to = self.chance.choice(self.guests)
        if self.chance.random() < 0.5:
            to = {"name": self._name(), "email": self.chance.choice(self.accounts).email}
        made = self.chance.choice(self.bookings)
        await self.send(about("TransferBooking", made, {"to": to}).but(by=CLERK))

    async def _name_holders(self) -> None:
        made = self.chance.choice(self.bookings)
        names = [{"id": ticket["id"], "holder": self._name()} for ticket in made["tickets"]]
        await self.send(about("ChangeBooking", made, {"tickets": names}).but(by=CLERK))

    async def _cancel(self) -> None:
        await self.send(about("DeleteBooking", self.chance.choice(self.bookings)).but(by=CLERK))

    async def _ask_again(self) -> None:
        call, key, first = self.chance.choice(self.done)
        again = await self.shop.send(call, key=key)
        assert again.content == first.content

    async def _ask_for_what_is_refused(self) -> None:
        taken = {"name": self._name(), "email": self.chance.choice(self.accounts).email}
        await self.shop.refused(
            Call("RegisterUser", json={**taken, "password": PASSWORD}, by=None), 409, "email-taken"
        )
        self.guests.append(self._somebody())
        too_many = book_call(self.events[1], quantity=3, customer=self.guests[-1]).but(by=CLERK)
        await self.shop.refused(too_many, 409, "customer-limit-reached")
        await self.shop.refused(book_call(self.events[0], nobody=self._word()), 422, "validation-failed")

    async def _look_up(self) -> None:
        email = self.chance.choice([*self.accounts]).email
        await self.shop.done(Call("FindCustomers", query={"email": email}))
