"""An API key, rendered."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from command_api.answers.json import nothing, resource
from command_api.writing.answer import Answer
from domain.user.state import User
from runtime.authentication.api_keys import ApiKey

SHOWN_ONCE = (
    "The key was shown once, in the first answer. If that got lost, revoke this key and make another."
)


def api_key(key: ApiKey) -> dict[str, Any]:
    """The shape of `resources.user.ApiKey`."""
    return {
        **_made(key),
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }


def made_key(key: ApiKey) -> Callable[[User, datetime], Answer]:
    """The shape of `resources.user.NewApiKey` as a repeated request gets it: without the key."""

    def answer(user: User, _created_at: datetime) -> Answer:
        body = {**_made(key), "key": None, "note": SHOWN_ONCE}
        return resource(body, user.version, 201, f"/api/v1/auth/keys/{key.key_id}")

    return answer


def with_key(answer: Answer, text: str) -> Answer:
    """The first answer: the only one with the key in it."""
    body = {**orjson.loads(answer.body), "key": text, "note": None}
    headers = (*answer.headers, ("Cache-Control", "no-store"))
    return answer._replace(body=orjson.dumps(body), headers=headers)


def revoked_key(user: User, _created_at: datetime) -> Answer:
    return nothing(user.version)


def _made(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "role": key.role.value,
        "events": None if key.events is None else sorted(key.events),
        "owner_id": key.owner_id,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
