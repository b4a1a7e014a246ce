"""What a customer was refused, or somebody for them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from audit_api.answers.fact import moment, raw
from audit_api.customers.whose import Whose
from audit_api.lifespan_state import AuditServices
from audit_api.refusals.table import RefusalRow, RefusalsWanted
from runtime.http.json_answer import json_bytes

AT_A_TIME = 500


async def refusals(services: AuditServices, theirs: Whose) -> AsyncIterator[bytes]:
    """The shape of a list of `audit_api.shapes.customer_data.HeldRefusal`, in pieces. Raises `StoreUnavailable`."""
    yield b"["
    own = theirs.account_id or theirs.person_id or ""
    wanted, is_first = RefusalsWanted(customer=own), True
    while page := await services.refusals.refusals(wanted, AT_A_TIME):
        for row in page:
            held = json_bytes(_held(row, own))
            yield held if is_first else b"," + held
            is_first = False
        wanted = wanted._replace(after=(page[-1].asked_at, UUID(page[-1].id)))
    yield b"]"


def _held(row: RefusalRow, own: str) -> dict[str, Any]:
    """What they asked for somebody else is about somebody else, and not told."""
    is_theirs = row.customer_id == own and row.asked is not None
    return {
        "asked_at": moment(row.asked_at),
        "command": row.command,
        "code": row.code,
        "booking_id": row.booking_id,
        "request_id": row.request_id,
        "asked": raw(row.asked) if is_theirs and row.asked else None,
    }
