"""Answers in which auditors read who it was."""

from typing import Any

from starlette.responses import Response

from audit_api.asking import position_header
from audit_api.failed import reading_the_log
from audit_api.lifespan_state import AuditServices
from eventstore.postgres.errors import unavailable_is_said
from runtime.http.json_answer import json_bytes


async def opened_answer(
    services: AuditServices, value: Any, position: int, *, as_hashed: bool | None = None
) -> Response:
    """200 with `value`, what is encrypted in it opened unless it is wanted `as_hashed`."""
    body = json_bytes(value)
    if not as_hashed and services.keyring.is_needed_for(body):
        with reading_the_log(), unavailable_is_said():
            # What comes from the log is as new as can be, and so is who was erased.
            await services.erasures.look()
            body = await services.keyring.opened_json(body)
    return Response(body, headers=position_header(position), media_type="application/json")
