"""An afternoon of a box office over HTTP, as every release since the first has understood it.

What it asks for is the contract of the API and must stay as it is: it is run against old releases.
"""

from typing import Any

import httpx

PASSWORD = "correct horse battery"
READS = (
    "/venues/{venue}", "/events/{seated}", "/events/{standing}",
    "/events/{seated}/availability", "/events/{standing}/availability", "/events/{seated}/revenue",
    "/bookings/{paid}", "/bookings/{returned}", "/bookings/{moved}", "/bookings/{given}",
)  # fmt: skip
"""What is asked about it before and after an upgrade. Nothing in it changes with time alone."""


class BoxOffice:
    """One client: signed in as the administrator, or as a customer."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self._url = f"{url}/api/v1"
        self._headers: dict[str, str] = {}
        self.position = "0"
        token = self.post("/auth/login", {"email": email, "password": password})["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
        """The answer to a command that is carried out."""
        keyed = {} if key is None else {"Idempotency-Key": key}
        answer = self._answer("POST", path, body, keyed)
        assert answer.is_success, f"POST {path}: {answer.status_code} {answer.text}"
        self.position = answer.headers.get("seatledger-position", self.position)
        told: dict[str, Any] = answer.json()
        return told

    def get(self, path: str) -> dict[str, Any] | None:
        """What a read says once it has seen all that this client has done; None where this release has no such read."""
        answer = self._answer("GET", path, None, {"Seatledger-Min-Position": self.position})
        if answer.status_code == httpx.codes.NOT_FOUND and answer.json()["code"] == "route-not-found":
            return None
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        told: dict[str, Any] = answer.json()
        return told

    def _answer(self, method: str, path: str, body: Any, more: dict[str, str]) -> httpx.Response:
        return httpx.request(method, self._url + path, json=body, headers=self._headers | more, timeout=30)

    def book(self, event: dict[str, Any], **items: Any) -> dict[str, Any]:
        return self.post("/bookings", {"event_id": event["id"], **items})


def afternoon(url: str, admin_password: str) -> dict[str, Any]:
    """Carry everything out, and give what was made, what reads say of it and what was answered to a key."""
    office = BoxOffice(url, "admin@seatledger.local", admin_password)
    office.post("/auth/register", {"email": "ana@example.org", "password": PASSWORD, "name": "Ana Ruíz"})
    ana = BoxOffice(url, "ana@example.org", PASSWORD)
    venue = _venue(office)
    seated, standing, off = _seated(office, venue), _standing(office, venue), _short(office, "Open air")

    paid = ana.book(seated, items=_seats(seated, "Stalls/A/1", "Stalls/A/2"))
    _pay(ana, paid, "before-the-upgrade")
    moved = ana.book(seated, items=_seats(seated, "Stalls/A/5"))
    _pay(ana, moved)
    ana.post(
        f"/bookings/{moved['id']}/exchange",
        {"tickets": [moved["tickets"][0]["id"]], "for": _seats(seated, "Stalls/B/1")[0]},
    )
    returned = office.post(
        "/bookings",
        {
            "event_id": standing["id"],
            "quantity": 3,
            "customer": {"name": "Bo Guest", "email": "bo@example.org"},
        },
    )
    office.post(
        f"/bookings/{returned['id']}/cancel", {"tickets": [returned["tickets"][0]["id"]], "reason": "ill"}
    )
    given = ana.book(standing, quantity=1)
    ana.post(
        f"/bookings/{given['id']}/transfer", {"to": {"name": "Cleo Friend", "email": "cleo@example.org"}}
    )
    lapsing = ana.book(_short(office, "Matinee", payment_window_seconds=60), quantity=2)
    ana.book(off, quantity=2)
    office.post(f"/events/{off['id']}/cancel", {"reason": "storm"})
    made = {
        "venue": venue["id"], "seated": seated["id"], "standing": standing["id"], "off": off["id"],
        "paid": paid["id"], "moved": moved["id"], "returned": returned["id"], "given": given["id"],
        "lapsing": lapsing["id"],
    }  # fmt: skip
    first = _pay(ana, paid, "before-the-upgrade")
    return {"made": made, "reads": reads(office, made), "first_answer": first}


def reads(office: BoxOffice, made: dict[str, str]) -> dict[str, Any]:
    """What each of READS says that this release has."""
    said = {path: office.get(path.format(**made)) for path in READS}
    return {path: body for path, body in said.items() if body is not None}


def _venue(office: BoxOffice) -> dict[str, Any]:
    rows = [{"name": "A", "seats": 12}, {"name": "B", "seats": 10}, {"name": "C", "labels": ["1", "2", "3A"]}]
    plan = {
        "sections": [{"name": "Stalls", "rows": rows}],
        "areas": [{"name": "Gallery", "capacity": 30}],
    }
    return office.post(
        "/venues",
        {
            "name": "Teatro Regio",
            "address": "Piazza Castello 215, Torino",
            "timezone": "Europe/Rome",
            "seating_plan": plan,
        },
    )


def _seated(office: BoxOffice, venue: dict[str, Any]) -> dict[str, Any]:
    vip = office.post("/ticket-types", {"name": "VIP", "price": {"amount": 12000, "currency": "EUR"}})
    return office.post(
        "/events",
        {
            "name": "La Bohème",
            "category": "opera",
            "venue_id": venue["id"],
            "starts_at": "2099-03-14T20:00:00+01:00",
            "payment_window_seconds": 86_400,
            "ticket_types": [
                {"ticket_type_id": vip["id"], "sections": ["Stalls"], "quota": 20},
                {
                    "name": "Economy",
                    "sections": ["Gallery"],
                    "price": {"amount": 2500, "currency": "EUR"},
                },
            ],
        },
    )


def _standing(office: BoxOffice, venue: dict[str, Any]) -> dict[str, Any]:
    offer = {"name": "Entry", "sections": ["Gallery"], "price": {"amount": 1500, "currency": "EUR"}}
    return office.post(
        "/events",
        {
            "name": "Late jazz",
            "venue_id": venue["id"],
            "starts_at": "2099-04-01T22:00:00+02:00",
            "ticket_types": [offer],
        },
    )


def _short(office: BoxOffice, name: str, **rules: Any) -> dict[str, Any]:
    """An event without a venue of its own."""
    return office.post(
        "/events",
        {
            "name": name,
            "venue_name": "Field",
            "timezone": "Europe/Paris",
            "starts_at": "2099-07-01T20:00:00+02:00",
            "capacity": 40,
            "price": {"amount": 900, "currency": "EUR"},
            **rules,
        },
    )


def _seats(event: dict[str, Any], *seats: str) -> list[dict[str, Any]]:
    seated = next(offer for offer in event["ticket_types"] if "Stalls" in offer["sections"])
    return [{"ticket_type_id": seated["id"], "seats": list(seats)}]


def _pay(who: BoxOffice, booking: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    payment = {"reference": "pi_3P", **booking["total"]}
    return who.post(f"/bookings/{booking['id']}/confirm", {"payment": payment}, key=key)
