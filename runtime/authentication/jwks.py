"""/.well-known/jwks.json: the public halves of our signing keys, for whoever verifies our tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from runtime.authentication.key_ring import KeyRing
from runtime.http.access import PUBLIC
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lifespans import Lifespan

PATH = "/.well-known/jwks.json"
CACHE = "public, max-age=300"
"""A key signs as soon as it is made: who meets a `kid` that is not in their copy fetches this again."""


class JsonWebKeySet(BaseModel):
    """RFC 7517. Each key has `kid`, `alg`, `use` and what its `kty` needs."""

    keys: list[dict[str, Any]] = Field(
        examples=[
            [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    "kid": "0190a6a4-0000-7000-8000-000000000000",
                    "alg": "EdDSA",
                    "use": "sig",
                }
            ]
        ]
    )


router = APIRouter(tags=["operations"])


@hot_route(
    router,
    "GET",
    PATH,
    operation_id="JsonWebKeySet",
    summary="Keys to verify access tokens with",
    response_model=JsonWebKeySet,
    access=PUBLIC,
)
async def json_web_key_set(request: Request) -> Response:
    """Every key that access tokens are verified with now. Fetch it again on an unknown `kid`."""
    ring: KeyRing = request.state.key_ring
    return json_answer({"keys": ring.published}, headers={"Cache-Control": CACHE})


def lifespan(ring: KeyRing) -> Lifespan:
    """Gives the route its keys."""

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"key_ring": ring}

    return run
