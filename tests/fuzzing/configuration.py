"""What schemathesis is told: which ids there are, and what a document cannot say about an operation."""

import json

from tests.fuzzing.shop import Found

LEFT_OUT = (
    "Logout",
    "LogoutEverywhere",
    "ChangePassword",
    "EndSession",
    "RevokeApiKey",
    "DisableUser",
    "ChangeUserRole",
    "ErasePerson",
)
"""Whoever asks this may ask nothing more: after the first of them all others would be answered 401."""

# Positions are those of a log. One that it has not got to is answered 503 or 409 after a wait, by contract.
PINNED = 'min_position = 0\n"header.Seatledger-Min-Position" = "0"'

# What no schema says (a key used before, a version that has moved on, a cursor of another list) is answered so.
REFUSALS = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]

HOW_OFTEN = {"path": 0.7, "query": 0.5, "body": 0.8}
NAMED = (
    "event_id",
    "venue_id",
    "ticket_type_id",
    "booking_id",
    "ticket_id",
    "user_id",
    "customer_id",
    "key_id",
)
ALSO_IN = {
    "event_id": ("query", "body"),
    "venue_id": ("query", "body"),
    "ticket_type_id": ("query", "body"),
    "booking_id": ("query",),
}
DEEPER = (
    ("items.[*].ticket_type_id", "ticket_type_id"),
    ("items.[*].seats.[*]", "seat"),
    ("seats.[*]", "seat"),
    ("for.seats.[*]", "seat"),
    ("tickets.[*]", "ticket_id"),
)


def configuration(found: Found) -> str:
    """The text of a `schemathesis.toml`."""
    lines = ['suppress-health-check = ["all"]', "[auth]", "auto-signup = false", "[dictionaries]"]
    lines += [f"{name} = {{ values = {json.dumps(ids)} }}" for name, ids in found.ids.items()]
    lines += ["[parameters]", PINNED]
    for name in NAMED:
        for place in ("path", *ALSO_IN.get(name, ())):
            drawn = f'{{ dictionary = "{name}", probability = {HOW_OFTEN[place]} }}'
            lines.append(f'"{place}.{name}" = {drawn}')
    lines += [
        f'"body.{path}" = {{ dictionary = "{name}", probability = {HOW_OFTEN["body"]} }}'
        for path, name in DEEPER
    ]
    lines += ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(REFUSALS)}"]
    for operation in LEFT_OUT:
        lines += ["[[operations]]", f'include-operation-id = "{operation}"', "enabled = false"]
    return "\n".join(lines) + "\n"
