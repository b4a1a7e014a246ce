"""A shop with something of everything in it, so that made-up requests are about what there is."""

from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from tests.system.http import ask

PASSWORD = "correct horse battery"
ADMIN = "admin@seatledger.local"
STAFF = ("box_office", "organizer", "auditor", "admin")
ANONYMOUS = "anonymous"
ROLES = (*STAFF, "customer", ANONYMOUS)

EVENT = {
    "name": "La Bohème",
    "category": "opera",
    "starts_at": "2097-03-14T20:00:00+01:00",
    "payment_window_seconds": 600,
}
PLAN = {
    "sections": [{"name": "Stalls", "rows": [{"name": "A", "seats": 24}, {"name": "B", "seats": 26}]}],
    "areas": [{"name": "Gallery", "capacity": 180}],
}


@dataclass(frozen=True, slots=True)
class Found:
    """`tokens` by role; `ids` by the name that parameters have for them, and the names of seats."""

    tokens: dict[str, str]
    ids: dict[str, list[str]] = field(default_factory=dict)

    def note(self, name: str, *ids: str) -> None:
        self.ids.setdefault(name, []).extend(ids)


async def open_shop(port: int, admin_password: str) -> Found:
    """New accounts of every role, and of what each may have: the ones before may have been disabled or erased."""
    mark = token_hex(4)

    async def asked(method: str, path: str, body: Any, token: str = "", status: int = 201) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await ask(port, method, f"/api/v1{path}", body, headers)
        assert answer.status == status, (path, answer.body)
        return answer.json()

    async def signed_in(email: str, password: str = PASSWORD) -> str:
        pair = await asked("POST", "/auth/login", {"email": email, "password": password}, status=200)
        return str(pair["access_token"])

    async def registered(name: str) -> tuple[str, str]:
        email = f"{name}-{mark}@example.org"
        made = await asked("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": name})
        return str(made["id"]), email

    found, first = Found({}), await signed_in(ADMIN, admin_password)
    for role in (*STAFF, "customer"):
        account, email = await registered(role)
        if role in STAFF:
            await asked("PATCH", f"/users/{account}", {"role": role}, first, status=200)
        else:
            found.note("customer_id", account)
        found.tokens[role] = await signed_in(email)
    for name in ("ana", "ben"):
        found.note("user_id", (await registered(name))[0])

    found.note("seat", *(f"Stalls/{row}/{number}" for row in "AB" for number in range(1, 25)))

    organizer, customer = found.tokens["organizer"], found.tokens["customer"]
    house = {
        "name": "Teatro Regio",
        "address": "Piazza Castello",
        "timezone": "Europe/Rome",
        "seating_plan": PLAN,
    }
    venue = await asked("POST", "/venues", house, organizer)
    vip = await asked(
        "POST", "/ticket-types", {"name": "VIP", "price": {"amount": 12_000, "currency": "EUR"}}, organizer
    )
    found.note("venue_id", venue["id"])
    found.note("ticket_type_id", vip["id"])
    for window in (600, None):
        offers = [
            {"ticket_type_id": vip["id"], "sections": ["Stalls"]},
            {"name": "Economy", "sections": ["Gallery"], "price": {"amount": 2_500, "currency": "EUR"}},
        ]
        event = {
            **EVENT,
            "venue_id": venue["id"],
            "payment_window_seconds": window,
            "ticket_types": offers,
        }
        made = await asked("POST", "/events", event, organizer)
        found.note("event_id", made["id"])
        found.note("ticket_type_id", *(each["id"] for each in made["ticket_types"]))
        seats = {"event_id": made["id"], "items": [{"ticket_type_id": vip["id"], "seats": ["Stalls/A/12"]}]}
        booking = await asked("POST", "/bookings", seats, customer)
        found.note("booking_id", booking["id"])
        found.note("ticket_id", *(each["id"] for each in booking["tickets"]))
        # Refused, so that there is something to be asked why.
        await asked("POST", "/bookings", seats, customer, status=409)
    key = {"name": "door", "role": "organizer", "events": found.ids["event_id"]}
    found.note("key_id", (await asked("POST", "/auth/keys", key, organizer))["id"])
    return found
