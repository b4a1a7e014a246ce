"""Every code an operation is documented to answer with, provoked; and every code it answers with, documented.

The other half of the second law is in `Shop`, which holds each answer of each test against the document.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from command_api.refused import _PROBLEMS
from domain.refusal import Refusal
from domain.show.refusals import AllotmentAlreadyMade, BookingChangedHands, ShowAlreadyScheduled
from domain.ticket_type.refusals import TicketTypeAlreadyAdded
from domain.venue.refusals import VenueAlreadyOpened
from runtime.authentication.key_ring import ring_of
from runtime.authentication.signing_key import new_signing_key
from runtime.ids import utc_now
from runtime.settings import TokenAlgorithm
from tests.command_api.people import ANA, AUDITOR
from tests.command_api.refusals import PROVOCATIONS
from tests.command_api.requests import COMMANDS, READS, REQUESTS
from tests.command_api.shop import Shop
from tests.signing import SignedTokens

KEYS = count(1)
ANOTHER = ring_of(new_signing_key(TokenAlgorithm.EDDSA, utc_now()))
SIGNED_OUT = {"RegisterUser", "Login", "Refresh", "RequestPasswordReset", "ConfirmPasswordReset"}
OUTAGES = {"unavailable", "overloaded", "too-many-logins", "mail-not-configured", "too-many-attempts"}
"""Provoked in test_outages.py and test_attempts.py."""
BY_SETTING = {"payment-by-staff"}
"""Provoked in test_payments.py."""
GENERIC = {
    "malformed-json", "malformed-form", "unsupported-media-type", "validation-failed", "idempotency-key-reused",
    "version-mismatch", "rate-limited", "unsupported-content-encoding", "bad-cursor", "malformed-url",
    "body-too-large", "authentication-unavailable",
    "not-authenticated", "token-invalid", "token-expired", "token-revoked", "forbidden", *OUTAGES,
    *BY_SETTING,
}  # fmt: skip

NO_WAY_THERE = {
    # The ids of new things are drawn here, so none can be there already.
    VenueAlreadyOpened, TicketTypeAlreadyAdded, ShowAlreadyScheduled, AllotmentAlreadyMade,
    # It is tried again with the new customer's key.
    BookingChangedHands,
}  # fmt: skip


def subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


@pytest.mark.parametrize(("operation", "code"), PROVOCATIONS, ids=lambda name: name)
async def test_the_rules_refuse_with_their_code_and_the_data_behind_it(
    operation: str, code: str, shop: Shop
) -> None:
    provocation = await PROVOCATIONS[operation, code](shop)
    [status] = [status for status, codes in shop.documented(operation).items() if code in codes]
    async with provocation.when(shop):
        problem = await shop.refused(provocation.call, status, code)
    assert {name: problem.get(name) for name in provocation.extras} == provocation.extras


def test_every_documented_code_of_every_operation_is_provoked(shop: Shop) -> None:
    documented = {
        (operation, code)
        for operation in REQUESTS
        for codes in shop.documented(operation).values()
        for code in codes
        if code not in GENERIC
    }
    assert documented == set(PROVOCATIONS)


def test_every_refusal_of_the_domain_has_a_problem_and_an_operation_that_speaks_of_it(shop: Shop) -> None:
    refusals = {refusal for refusal in subclasses(Refusal) if refusal.__module__.startswith("domain.")}
    assert refusals == set(_PROBLEMS)
    documented = {code for name in REQUESTS for codes in shop.documented(name).values() for code in codes}
    assert {refusal for refusal in refusals if _PROBLEMS[refusal][1] not in documented} == NO_WAY_THERE


def test_every_operation_of_the_command_side_is_tested(shop: Shop) -> None:
    operations = {
        operation["operationId"]
        for methods in shop.served.document["paths"].values()
        for operation in methods.values()
        if "operations" not in operation["tags"]
    }
    assert operations == set(REQUESTS)


@pytest.mark.parametrize("operation", sorted(set(REQUESTS) - SIGNED_OUT))
async def test_without_a_good_token_nobody_gets_in(operation: str, shop: Shop) -> None:
    good = await REQUESTS[operation](shop)
    call = good.but(by=None)
    past = SignedTokens(60, now=lambda: utc_now() - timedelta(hours=1)).issue(ANA)
    forged = SignedTokens(60, ring=ANOTHER).issue(ANA)
    await shop.refused(call, 401, "not-authenticated")
    for header in ("Basic YTpi", "Token abc", "x"):
        await shop.refused(call, 401, "not-authenticated", headers={"Authorization": header})
    await shop.refused(call, 401, "token-expired", headers={"Authorization": f"Bearer {past}"})
    for token in (forged, "x.y.z", "", past[:-2], "x" * 5_000):
        await shop.refused(call, 401, "token-invalid", headers={"Authorization": f"Bearer {token}"})
    assert (await shop.send(good)).is_success


@pytest.mark.parametrize("operation", sorted(set(COMMANDS) - SIGNED_OUT))
async def test_an_auditor_writes_nothing(operation: str, shop: Shop) -> None:
    await shop.refused((await REQUESTS[operation](shop)).but(by=AUDITOR), 403, "forbidden")


@pytest.mark.parametrize("operation", sorted(set(REQUESTS) - READS))
async def test_a_body_that_is_no_json_is_refused(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    await shop.refused(call, 400, "malformed-json", content=b'{"name":')
    await shop.refused(
        call, 415, "unsupported-media-type", content=b"a=b", headers={"Content-Type": "text/plain"}
    )
    await shop.refused(call, 422, "validation-failed", content=b'{"nobody_knows_this":1}')
    assert (await shop.send(call)).is_success, "none of these has spoilt it"


@pytest.mark.parametrize("operation", COMMANDS)
async def test_a_key_of_an_impossible_form_is_refused(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    for key in ("", "x" * 256, "tab\there"):
        problem = await shop.refused(call, 422, "validation-failed", key=key)
        assert problem["errors"][0]["path"] == "/Idempotency-Key"


@pytest.mark.parametrize("operation", COMMANDS)
async def test_a_key_stands_for_one_body(operation: str, shop: Shop) -> None:
    call, key = await REQUESTS[operation](shop), f"once-{next(KEYS)}"
    sent = json.dumps(call.json).encode() if call.json is not None else b""
    assert (await shop.send(call, key=key, content=sent)).is_success
    other: dict[str, Any] = {"name": "Somebody else"} if operation == "RegisterUser" else {}
    body = json.dumps({**call.json, **other}, indent=1) if call.json is not None else "{}"
    await shop.refused(call, 422, "idempotency-key-reused", key=key, content=body.encode())


@pytest.mark.parametrize("operation", COMMANDS)
async def test_another_version_than_the_one_that_was_seen_is_refused(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    for version in (
        '"987654321"',
        '"garbage"',
        '""',
        "",
        'W/"987654321"',
        '"1e5"',
        '"' + "9" * 50 + '"',
    ):
        problem = await shop.refused(call, 412, "version-mismatch", if_match=version)
        assert problem["version"] >= 0
    assert (await shop.send(call, if_match="*")).is_success
