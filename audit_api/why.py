"""Why a booking is what it is: for each of its fields, the fact that set it last."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from audit_api.answers.booking import UNCOMPARED, booking_body
from audit_api.folding import Stage, as_of
from eventstore.facts import RecordedFact

APART = frozenset({"customer", "tickets"})


class Because(NamedTuple):
    """A field, its value, and the version of the fact that set it; None where no fact ever did.

    With `ran_out_at` it was time that changed it since, and the fact is the one that had set the time.
    """

    field: str
    value: Any
    version: int | None
    ran_out_at: datetime | None = None


def flat(body: dict[str, Any]) -> dict[str, Any]:
    """A booking as the API answers it, field by field: a ticket's have its id in their names."""
    fields = {name: value for name, value in body.items() if name not in UNCOMPARED | APART}
    fields |= {f"customer.{name}": value for name, value in body["customer"].items()}
    for ticket in body["tickets"]:
        fields |= {f"tickets.{ticket['id']}.{name}": value for name, value in ticket.items()}
    return fields


def answered(stage: Stage) -> dict[str, Any]:
    """The fields of a booking that the API answers."""
    return flat(booking_body(*stage))


def why_of(
    facts: Sequence[RecordedFact],
    stages: Sequence[Stage | None],
    fields: Callable[[Stage], dict[str, Any]] = answered,
) -> dict[str, Because]:
    """By field; `stages` has the booking after each of its `facts`. What cannot be folded any more is left out."""
    set_by: dict[str, Because] = {}
    for fact, stage in zip(facts, stages, strict=True):
        if stage is None:
            break
        for name, value in fields(stage).items():
            if name not in set_by or set_by[name].value != value:
                set_by[name] = Because(name, value, fact.version)
    return set_by


def why_at(set_by: dict[str, Because], last: Stage, moment: datetime) -> dict[str, Because]:
    """The same as of `moment`: a hold that had run out by then had ended, before any fact said so."""
    then = as_of(last, moment)
    if then is last:
        return set_by
    end, until = set_by["expires_at"], last.booking.expires_at
    fields = flat(booking_body(then.event_id, then.booking, moment))
    return {
        name: was if fields[name] == was.value else Because(name, fields[name], end.version, until)
        for name, was in set_by.items()
    }
