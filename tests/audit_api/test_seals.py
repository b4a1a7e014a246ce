"""Seals, keys and proofs over the API: enough to prove a fact without having the log."""

from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from audit_api.shapes.seal import ConsistencyProof, InclusionProof, SealKeys, SealPage
from audit_api.shapes.seal import Seal as SealShape
from eventstore.hashing import canonical
from eventstore.postgres.sealer import Sealer
from eventstore.seals.key import key_of
from eventstore.seals.keys import Keys
from eventstore.seals.proofs import consistent, included
from eventstore.seals.seal import seal_of
from tests.audit_api.conftest import World, pool_of
from tests.eventstore.seals.sealing import sealer


@pytest.fixture
async def one(database: str) -> Any:
    """A sealer with the rights of a projection worker."""
    async with pool_of(database, "seatledger_projections") as pool:
        yield sealer(pool)


async def sealed(world: World, one: Sealer) -> list[int]:
    """Three seals over an event and its bookings; their sizes."""
    event = await world.event()
    sizes = list[int]()
    for _ in range(3):
        await world.book(event)
        await world.book(event)
        await one.step()
        sizes.append((await world.read("/seals/latest"))["size"])
    return sizes


async def test_seals_are_read_in_pages_and_by_size(world: World, one: Sealer) -> None:
    sizes = await sealed(world, one)
    assert sizes == [4, 6, 8]
    page = await world.read("/seals", limit=2)
    SealPage.model_validate(page)
    assert [seal["size"] for seal in page["items"]] == [4, 6]
    rest = await world.read("/seals", limit=2, after=page["next"])
    assert ([seal["size"] for seal in rest["items"]], rest["next"]) == ([8], None)
    for seal in page["items"] + rest["items"]:
        SealShape.model_validate(seal)
        assert await world.read(f"/seals/{seal['size']}") == seal
    assert await world.read("/seals/latest") == rest["items"][0]


async def test_whoever_has_keys_and_seals_can_check_the_signatures(world: World, one: Sealer) -> None:
    await sealed(world, one)
    found = await world.read("/keys")
    SealKeys.model_validate(found)
    keys = Keys()
    for each in found["items"]:
        assert keys.add(key_of(canonical({"key": each}))) is None
    for each in (await world.read("/seals"))["items"]:
        assert keys.problem_with(seal_of(canonical({"seal": each}))) is None


async def test_a_fact_is_proven_with_a_seal_alone(world: World, one: Sealer) -> None:
    sizes = await sealed(world, one)
    facts = (await world.read("/facts"))["items"]
    for size in (*sizes, None):
        query = {} if size is None else {"size": size}
        for fact in facts[: size or 8]:
            proof = await world.read("/proofs/inclusion", position=fact["position"], **query)
            InclusionProof.model_validate(proof)
            digest = bytes.fromhex(fact["hash"])
            leaf = sha256(
                b"\x00"
                + fact["position"].to_bytes(8, "big")
                + fact["version"].to_bytes(8, "big")
                + digest
                + fact["stream"].encode()
            ).digest()
            assert proof["leaf"] == leaf.hex()
            path, root = [bytes.fromhex(each) for each in proof["path"]], bytes.fromhex(proof["seal"]["root"])
            assert included(leaf, fact["position"] - 1, proof["seal"]["size"], path, root)


async def test_a_log_is_proven_to_be_the_beginning_of_a_later_one(world: World, one: Sealer) -> None:
    sizes = await sealed(world, one)
    for first in sizes:
        for second in (*[size for size in sizes if size >= first], None):
            query = {"from": first} if second is None else {"from": first, "to": second}
            proof = await world.read("/proofs/consistency", **query)
            ConsistencyProof.model_validate(proof)
            old, new = proof["first"], proof["second"]
            assert (old["size"], new["size"]) == (first, second or 8)
            path = [bytes.fromhex(each) for each in proof["path"]]
            roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
            assert consistent(old["size"], roots[0], new["size"], roots[1], path)


async def test_the_sizes_of_a_consistency_proof_must_be_in_order(world: World, one: Sealer) -> None:
    await sealed(world, one)
    answer = await world.audit("/proofs/consistency", **{"from": 8, "to": 4})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/seals/5", "seal-not-found"),
        ("/seals/x", "seal-not-found"),
        ("/seals/99999999999999999999", "seal-not-found"),
        ("/proofs/inclusion?position=1&size=5", "seal-not-found"),
        ("/proofs/inclusion?position=9", "fact-not-sealed"),
        ("/proofs/inclusion?position=5&size=4", "fact-not-sealed"),
        ("/proofs/consistency?from=5", "seal-not-found"),
        ("/proofs/consistency?from=4&to=5", "seal-not-found"),
    ],
)
async def test_what_there_is_not_is_not_found(world: World, one: Sealer, path: str, code: str) -> None:
    await sealed(world, one)
    answer = await world.audit(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_log_that_was_never_sealed_has_no_seals_and_no_keys(world: World) -> None:
    await world.event()
    assert await world.read("/seals") == {"items": [], "next": None}
    assert await world.read("/keys") == {"items": [], "next": None}
    assert (await world.audit("/seals/latest")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/proofs/inclusion",
        "/proofs/inclusion?position=0",
        "/proofs/consistency",
        "/seals?limit=0",
        "/keys?x=1",
    ],
)
async def test_what_cannot_be_meant_is_refused(world: World, path: str) -> None:
    answer = await world.audit(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")


@pytest.mark.parametrize("path", ["/proofs/inclusion?position=3", "/proofs/consistency?from=4"])
async def test_a_log_that_was_altered_gives_no_proof(
    world: World, one: Sealer, superuser: asyncpg.Connection, path: str
) -> None:
    await sealed(world, one)
    await superuser.execute("DELETE FROM eventstore.events WHERE position IN (3, 5)")
    answer = await world.audit(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "log-broken")


async def test_the_api_verifies_the_seals_too(
    world: World, one: Sealer, superuser: asyncpg.Connection
) -> None:
    await sealed(world, one)
    answer = await world.read("/verify")
    assert (answer["verified"], answer["seals"], answer["sealed_to"]) == (True, 3, 8)
    await superuser.execute("UPDATE eventstore.seals SET root = sha256('x') WHERE size = 6")
    bad = (await world.read("/verify"))["first_bad"]
    assert (bad["position"], bad["guarantee"]) == (6, "signature")
