"""The public keys that seals are signed with."""

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.asking import Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.seal import SealKeys
from eventstore.seals.key import key_body
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer

router = APIRouter(prefix="/api/v1/audit/keys", tags=["audit"])


@hot_route(
    router,
    "GET",
    "",
    operation_id="ReadSealKeys",
    summary="The public keys of seals",
    access=AUDITORS,
    parameters=documented(Asked),
    response_model=SealKeys,
    responses=audit_answers(),
)
@recorded
async def read_keys(request: Request) -> Told:
    """Each but the first is signed by the one before it: whoever has kept the first can follow to the newest."""
    services, _ = asked(request, Asked)
    with reading_the_log():
        keys = await services.seals.keys()
    return Told(json_answer({"items": [key_body(key) for key in keys], "next": None}), 0)
