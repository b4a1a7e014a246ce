"""Reasons as lines for people."""

from collections.abc import Iterator
from typing import Any

import orjson

VALUE_MAX_CHARS = 40


def booking_lines(why: dict[str, Any]) -> Iterator[str]:
    """Each field with the fact that set it."""
    yield f"booking {why['booking_id']} of event {why['event_id']}; its chain is {why['chain']}"
    yield from _fields(why["fields"])


def refusal_lines(refusal: dict[str, Any]) -> Iterator[str]:
    """What was refused, and the facts that caused it."""
    cause, by = refusal["cause"], refusal["by"]
    yield (
        f"{refusal['why']['command']} by {by['id']} ({by['role']}) at {refusal['asked_at']}: "
        f"{refusal['status']} {refusal['code']}"
    )
    yield cause["explanation"]
    again = {True: "and comes out the same", False: "AND COMES OUT OTHERWISE", None: "which cannot be done"}
    yield f"decided once more on the {refusal['version'] or 0} facts before it, {again[cause['reproduced']]}"
    yield from _fields(cause["because"])
    for bound in cause["bounds"]:
        yield (
            f"{bound['kind']} of {bound['name']}: {bound['limit']} = {bound['sold']} sold + {bound['held']} held + "
            f"{bound['kept_back']} kept back + {bound['left']} left"
        )
    for stand in cause["standing"]["items"]:
        who = stand["booking_id"] or stand["allotment_id"]
        yield f"  {stand['places']:>5} {stand['kind']:<9} {who} {_since(stand['since'])}"
    if cause["standing"]["next"] is not None:
        yield "  ... and more: ask the API for the next page"
    for seat in cause["seats"]:
        who = seat["booking_id"] or seat["allotment_id"] or ""
        yield f"  {seat['seat']} {seat['state']:<9} {who} {_since(seat['since'])}"


def _fields(because: list[dict[str, Any]]) -> Iterator[str]:
    width = max((len(each["field"]) for each in because), default=0)
    for each in because:
        ran_out = f" and ran out at {each['ran_out_at']}" if each["ran_out_at"] else ""
        yield f"  {each['field']:<{width}}  {_value(each['value']):<{VALUE_MAX_CHARS}}  {_since(each['fact'])}{ran_out}"


def _since(fact: dict[str, Any] | None) -> str:
    if fact is None:
        return "by no fact"
    by = fact["by"] or {"id": "nobody knows", "role": "?"}
    return f"{fact['fact']} at {fact['position']}, {fact['recorded_at']}, by {by['id']} ({by['role']})"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= VALUE_MAX_CHARS else f"{text[: VALUE_MAX_CHARS - 3]}..."
