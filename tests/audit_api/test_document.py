"""docs/audit.md is what auditors build on, so it is tested like code."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from domain.codec import REGISTRY
from domain.personal import personal_fields
from eventstore.verify import Guarantee
from tests.audit_api.conftest import World, pool_of
from tests.eventstore.seals.sealing import sealer

DOCUMENT = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)\n```$", DOCUMENT, re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    return DOCUMENT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_worked_example_is_right() -> None:
    envelopes, hashes = blocks("json"), blocks("text")
    previous = bytes(32)
    for envelope, digest in zip(envelopes, hashes, strict=True):
        previous = hashlib.sha256(previous + envelope.encode()).digest()
        assert previous.hex() == digest
    assert len(envelopes) == 2


def test_the_envelopes_are_in_the_form_that_the_document_describes() -> None:
    for envelope in blocks("json"):
        printed = json.dumps(json.loads(envelope), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert printed == envelope


async def test_the_program_in_the_document_verifies_a_log(world: World) -> None:
    event = await world.event()
    booked = await world.book(event, key="k")
    await world.pay(booked)
    names: dict[str, Any] = {}
    (program,) = blocks("python")
    exec(program, names)
    hashes: dict[str, bytes] = {}
    after = 0
    for _ in range(4):
        items = (await world.read("/facts", after=after, limit=1, as_hashed=True))["items"]
        names["verify"](items, hashes)
        after = items[-1]["position"]
    assert list(hashes) == [f"show-{event}"]


def test_every_personal_field_is_listed() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section("Personal data"), re.MULTILINE)
    listed = {name: re.findall(r"`([^`]+)`", fields) for name, fields in rows}
    marked = {name: personal_fields(fact) for (name, _), fact in REGISTRY.items()}
    assert listed == {name: fields for name, fields in marked.items() if fields}


async def test_every_member_of_a_fact_is_in_the_table_of_the_envelope(world: World) -> None:
    await world.event()
    rows = re.findall(r"^\| (`.*?) \|", section("The envelope of a fact"), re.MULTILINE)
    documented = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(documented) == sorted((await world.read("/facts"))["items"][0])


async def test_the_check_of_a_proof_in_the_document_is_right(world: World, database: str) -> None:
    names: dict[str, Any] = {}
    (program,) = blocks("py")
    exec(program, names)
    event = await world.event()
    async with pool_of(database, "seatledger_projections") as pool:
        for _ in range(5):
            await world.book(event)
            await sealer(pool).step()
    for size in range(3, 8):
        for position in range(1, size + 1):
            proof = await world.read("/proofs/inclusion", position=position, size=size)
            assert names["is_included"](proof)
            proof["fact"]["version"] += 1
            assert not names["is_included"](proof)


def test_every_guarantee_is_in_the_document() -> None:
    rows = re.findall(r"^\| `([a-z ]+)` \| ", section("What finds what"), re.MULTILINE)
    assert rows == list(Guarantee)
