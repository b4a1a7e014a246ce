"""Who the server thinks you are."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from resources.user import User
from runtime.http.access import SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.identity import Caller

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"])


@hot_route(
    router, "GET", "/me", operation_id="WhoAmI", summary="Who am I", access=SIGNED_IN, response_model=User
)
async def who_am_i(request: Request) -> Response:
    """As it stands in the access token, so as of when it was issued."""
    me: Caller = request.state.caller
    return json_answer({"id": me.id, "email": me.email, "name": me.name, "role": me.role})
