"""API keys: for programs and devices that act in a role of their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.terms import Terms
from command_api.accounts.user_changes import Change
from command_api.answers.api_key import api_key, made_key, revoked_key, with_key
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.user import MakeKeyBody
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.failed import unavailable_is_answered
from command_api.key_events import must_be_own_events
from command_api.lifespan_state import CommandServices
from command_api.paging import before, by_id, id_page, id_page_answer
from command_api.path_ids import uuid_of
from command_api.refused import refusal_problem
from command_api.roles import KEY_HOLDERS, KEY_READERS, must_reach_all_events
from command_api.writing.answer import Reply
from domain.show.refusals import ShowNotFound
from domain.user.commands import MakeApiKey, RevokeApiKey
from domain.user.refusals import (
    ApiKeyNotFound,
    KeyExpiryIsPast,
    KeyNeedsEvents,
    KeyRoleNotAllowed,
    TooManyApiKeys,
    UserNotFound,
)
from resources.user import ApiKey, NewApiKey
from runtime.authentication import api_keys
from runtime.authentication.api_key_text import SECRET_BYTES, ApiKeyText
from runtime.http.hot_route import hot_route
from runtime.http.openapi import problem_answers
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters
from runtime.identity import Caller, Role
from runtime.ids import new_bytes, new_id
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/auth/keys", tags=["sign-in"])

MAKE_BODY = TypeAdapter(MakeKeyBody)
ORDER = by_id("api keys")
NOBODY = "00000000-0000-0000-0000-000000000000"


@hot_route(
    router,
    "POST",
    "",
    operation_id="MakeApiKey",
    summary="Make an API key",
    access=KEY_HOLDERS,
    body=MakeKeyBody,
    parameters=COMMAND_HEADERS,
    response_model=NewApiKey,
    status_code=201,
    responses=command_answers(
        201,
        UserNotFound,
        ShowNotFound,
        KeyRoleNotAllowed,
        KeyNeedsEvents,
        KeyExpiryIsPast,
        TooManyApiKeys,
    ),
)
async def make_api_key(request: Request) -> Response:
    """The key is in this answer and nowhere else. A repeated request with the same Idempotency-Key makes no second key
    and shows `null`: if the first answer got lost, revoke the key and make another.

    Nobody makes a key that may do more than they: an administrator makes one of any role but their own, an organizer
    one for events of theirs, others one of their own role. It ends with the account of whoever made it, and when their
    role changes.
    """
    asking = await asked(request, MAKE_BODY)
    body, now, maker = asking.body, asking.now, asking.caller
    events = None if body.events is None else tuple(sorted(set(body.events)))
    await must_be_own_events(asking.services.store, maker, events)
    secret = ApiKeyText(new_id(), new_bytes(SECRET_BYTES))
    key = api_keys.ApiKey(
        secret.key_id,
        body.name,
        Role(body.role),
        None if events is None else frozenset(events),
        maker.id,
        now,
        body.expires_at,
        None,
        None,
    )

    async def keep(connection: Any) -> None:
        await api_keys.add(connection, key, secret.secret_hash)

    change = Change(
        maker.id,
        now,
        lambda _others: MakeApiKey(maker.id, key.key_id, body.role, events, body.expires_at, now),
        made_key(key),
        also=keep,
    )

    async def carry_out(terms: Terms) -> Reply:
        reply = await asking.services.account.changes.carry_out(change, terms)
        # What is kept for a retry holds no secret.
        return reply if reply.replayed else reply._replace(answer=with_key(reply.answer, secret.text))

    return await asking.answer_on_terms("MakeApiKey", carry_out)


def owner(
    owner: Annotated[
        str | None,
        Query(max_length=36, description="Whose keys, for administrators and auditors; one's own by default"),
    ] = None,
) -> str | None:
    return owner


LISTED = QueryParameters(id_page, owner)


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListApiKeys",
    summary="API keys",
    access=KEY_READERS,
    parameters=LISTED.parameters,
    response_model=Page[ApiKey],
    responses=problem_answers({422: ["validation-failed", "bad-cursor"], 503: ["unavailable"]}),
)
async def list_api_keys(request: Request) -> Response:
    """One's own, revoked ones too, the newest first. Administrators and auditors see those of the `owner` given."""
    services: CommandServices = request.state.command
    caller: Caller = request.state.caller
    page, owner_asked = LISTED.read(request)
    whose = caller.id
    if owner_asked is not None and KEY_READERS.for_anybody(caller):
        must_reach_all_events(caller)
        whose = uuid_of(owner_asked) or NOBODY
    with unavailable_is_answered():
        found = await api_keys.listed(
            services.account.pool, whose, before=before(ORDER, page), limit=page.limit + 1
        )
    return id_page_answer(ORDER, page, [api_key(key) for key in found])


@hot_route(
    router,
    "DELETE",
    "/{key_id}",
    operation_id="RevokeApiKey",
    summary="Revoke an API key",
    access=KEY_HOLDERS,
    parameters=COMMAND_HEADERS,
    status_code=204,
    responses=command_answers(204, ApiKeyNotFound),
)
async def revoke_api_key(request: Request) -> Response:
    """At once. One's own; an administrator revokes anybody's."""
    asking = await asked(request, NOTHING, empty=EMPTY)
    text = request.path_params["key_id"]
    key_id = uuid_of(text) or NOBODY
    with unavailable_is_answered():
        owner_id = await api_keys.owner_of(asking.services.account.pool, key_id)
    if owner_id is None or (owner_id != asking.caller.id and not KEY_HOLDERS.for_anybody(asking.caller)):
        raise Problem(refusal_problem(ApiKeyNotFound(text)))
    command = RevokeApiKey(owner_id, key_id, asking.now)
    change = Change(owner_id, asking.now, lambda _others: command, revoked_key)
    changes = asking.services.account.changes
    return await asking.answer_on_terms("RevokeApiKey", lambda terms: changes.carry_out(change, terms))
