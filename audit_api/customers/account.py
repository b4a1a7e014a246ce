"""A customer's account."""

from collections.abc import AsyncIterator

from audit_api.customers.whose import Whose
from audit_api.lifespan_state import AuditServices
from runtime.http.json_answer import json_bytes


async def account(_services: AuditServices, theirs: Whose) -> AsyncIterator[bytes]:
    """The shape of `audit_api.shapes.customer_data.HeldAccount`, null for somebody without an account."""
    known = theirs.account
    yield json_bytes(
        known
        and {
            "id": known.id,
            "email": known.email,
            "name": known.name,
            "role": known.role,
            "created_at": theirs.since,
        }
    )
