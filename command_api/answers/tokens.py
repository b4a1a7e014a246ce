"""Tokens, rendered. They are kept nowhere on their way."""

from starlette.responses import Response

from command_api.accounts.signing_in import Pair
from command_api.lifespan_state import CommandServices
from runtime.http.json_answer import json_answer

NO_STORE = {"Cache-Control": "no-store"}


def pair_answer(services: CommandServices, pair: Pair) -> Response:
    """The shape of `resources.user.TokenPair`."""
    body = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "token_type": "bearer",
        "expires_in": services.tokens.access_seconds,
    }
    return json_answer(body, headers=NO_STORE)
