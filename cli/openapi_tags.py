"""What the groups of operations are about, as the OpenAPI document tells it, in the order in which they are shown."""

TAGS = {
    "events": "What can be booked: an event at its venue, the ticket types on offer, seats kept off sale, and how many "
    "places are left. Whoever looks sees what is on sale; drafts are seen by those who make them.",
    "bookings": "Places held for a while, paid, exchanged, passed on and given back, and the tickets for them. "
    "Customers have their own; box office and administrators have anybody's.",
    "venues": "Where events take place, with sections, rows and seats, or areas without any.",
    "ticket types": "The catalogue of names and prices from which events make their offers.",
    "sign-in": "Accounts of one's own: signing in and out, sessions, passwords, and API keys for machines. An access "
    "token or an API key goes into `Authorization: Bearer`; a key may stand in `X-API-Key` instead.",
    "users": "Other people's accounts, for administrators: who there is, in which role, and who is let in no more.",
    "customers": "What is held about a person: found by e-mail address, handed out as a whole, and erased for good. An "
    "id here is that of an account, or that of a person who booked without one.",
    "statistics": "Sales, money and how full it gets, as JSON or CSV. Organizers see those of their own events.",
    "audit": "The log itself, for auditors: every fact in order, a booking as it was at any time, and seals and proofs "
    "with which anybody can check that nothing was changed afterwards.",
    "operations": "For operators and their machines: is it alive, can it serve, metrics, and the public keys of access "
    "tokens.",
}
