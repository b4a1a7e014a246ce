"""An export: all that was hashed, byte for byte; whole, in parts, packed; and no byte of it can be changed unseen."""

import asyncio
import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstore.appending import Item
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY, canonical, envelope
from eventstore.offline.checking import check_export
from eventstore.offline.file import NotAKey, opened, public_key
from eventstore.offline.lines import FACT, SEAL, Trailer, fact_of
from eventstore.postgres import exporting
from eventstore.postgres.exporting import export
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.seals.kept import UnreadableSeals, saved_seals
from eventstore.seals.key import Signer, key_line
from eventstore.seals.seal import seal_of
from eventstore.verify import Guarantee, Verdict
from tests.eventstore.seals.sealing import NOON, Streams, seal_all, sealer, secrets
from tests.eventstore.words import NOBODY

NOW = datetime(2026, 6, 2, tzinfo=UTC)
AWKWARD = [
    "",
    "plain",
    'a "quoted" one',
    "back\\slash",
    "Größe 🎟",
    "\x01\x1f\x7f\t\n\r\b\f",
    "/",
    "\u2028",
]


async def exported(pool: asyncpg.Pool, after: int = 0) -> list[bytes]:
    pieces = list[bytes]()

    async def write(piece: bytes) -> None:
        pieces.append(piece)

    await export(pool, after, NOW, write, lambda *_: None)
    return b"".join(pieces).splitlines(keepends=True)


def checked(lines: list[bytes], pinned: bytes | None = None) -> Verdict:
    return check_export(lines, pinned, (), lambda _: None)


@pytest.fixture
def streams(postgres_store: PostgresStore) -> Streams:
    return Streams(postgres_store)


async def test_every_fact_is_exported_as_it_was_hashed(
    pool: asyncpg.Pool, postgres_store: PostgresStore
) -> None:
    for number, text in enumerate(AWKWARD, start=1):
        new = NewFact(
            f"Name{text}", number, canonical({"text": text, "more": AWKWARD}), canonical({"by": {"id": text}}),
            (f"tag:{text}", *AWKWARD[:number]), f"00000000-0000-7000-8000-{number:012}",
        )  # fmt: skip
        await postgres_store.append([Item(f"stream-{text}", EMPTY, [new])], NOON)
    lines = await exported(pool)
    recorded = await postgres_store.read_log(0, 100)
    found = [fact_of(line[:-1], 1) for line in lines if line.startswith(FACT)]
    assert [each.hashed for each in found] == [envelope(fact) for fact in recorded]
    assert [(each.position, each.stream, each.version, each.hash) for each in found] == [
        (fact.position, fact.stream, fact.version, fact.hash) for fact in recorded
    ]
    assert checked(lines)[:4] == (len(AWKWARD), len(AWKWARD), len(AWKWARD), None)
    # And a reader who knows nothing of us finds CloudEvents.
    for line, fact in zip((line for line in lines if line.startswith(FACT)), recorded, strict=True):
        event = json.loads(line)
        assert (event["specversion"], event["id"], event["type"]) == ("1.0", str(fact.position), fact.name)
        assert (event["subject"], event["time"]) == (fact.stream, "2026-06-01T12:00:00.000000Z")
        assert event["data"]["data"] == json.loads(fact.data)


async def test_with_an_export_alone_anybody_can_verify_the_chains(
    pool: asyncpg.Pool, streams: Streams
) -> None:
    """As docs/audit.md says: the hash of the fact before, and the bytes of `data`."""
    await streams.append("a", "b", "a", "a", "b")
    hashes: dict[str, bytes] = {}
    for line in await exported(pool):
        if line.startswith(b'{"specversion"'):
            event = json.loads(line)
            data = line.split(b',"data":', 1)[1][:-2]
            before = hashes.get(event["subject"], bytes(32))
            hashes[event["subject"]] = hashlib.sha256(before + data).digest()
            assert hashes[event["subject"]].hex() == event["hash"]
    assert len(hashes) == 2


async def test_each_seal_stands_behind_the_last_fact_that_it_covers(
    pool: asyncpg.Pool, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = sealer(pool)
    for batch in (1, 1, 3, 1, 4):
        await streams.append("a", batch=batch)
        await one.step()
    await streams.append("a")
    whole = await exported(pool)
    kinds = [next(iter(json.loads(line))) for line in whole]
    assert kinds == [
        "header", "key", "specversion", "seal", "specversion", "seal", *["specversion"] * 3, "seal", "specversion",
        "seal", *["specversion"] * 4, "seal", "specversion", "trailer",
    ]  # fmt: skip
    for page in (1, 2, 5):
        monkeypatch.setattr(exporting, "PAGE", page)
        assert await exported(pool) == whole


async def test_pieces_may_be_cut_anywhere(pool: asyncpg.Pool, streams: Streams) -> None:
    await streams.append("a", "b", "a")
    await sealer(pool).step()
    await streams.append("b")
    [seal] = await PostgresSeals(pool).read_seals(0)
    whole = b"".join(line for line in await exported(pool) if line.startswith(FACT))
    copied = whole.replace(b"\\", rb"\\")
    for cut in range(0, len(copied), 7):
        pieces = list[bytes]()

        async def write(piece: bytes, pieces: list[bytes] = pieces) -> None:
            pieces.append(piece)

        page = exporting._Page(write, [seal])
        await page.take(copied[:cut])
        await page.take(copied[cut:])
        assert await page.end() == 1
        lines = b"".join(pieces).splitlines(keepends=True)
        assert b"".join(line for line in lines if line.startswith(FACT)) == whole
        assert lines[3].startswith(b'{"seal"')


@pytest.mark.parametrize("after", [1, 2, 4, 5, 300, 556, 600, 613, 614, 9_999])
async def test_a_part_proves_itself_as_the_end_of_the_whole(
    pool: asyncpg.Pool, streams: Streams, after: int
) -> None:
    one = sealer(pool)
    await streams.append("a", "b", "a")
    await one.step()
    await streams.append("c", batch=300)
    await one.step()
    await streams.append("a", "b", batch=150)
    await streams.append("d", "a")
    await one.step()
    await streams.append("a", batch=9)
    lines = await exported(pool, after)
    assert checked(lines, Signer(next(secrets())).public if after < 605 else None).first_bad is None
    facts = [index for index, line in enumerate(lines) if line.startswith(FACT)]
    assert len(facts) == max(0, 614 - after)
    if facts:
        # What stands before a part is told by it, and is under its seals.
        place = facts[len(facts) // 2]
        forged = lines[:place] + lines[place + 1 :]
        assert checked(forged).first_bad is not None
        peak = json.loads(lines[0])["header"]["peaks"][0].encode()
        if after < 605:
            bad = checked([lines[0].replace(peak, b"0" * 64), *lines[1:]]).first_bad
            assert bad is not None
            assert bad.guarantee is Guarantee.TREE


async def test_an_empty_log_is_exported_and_verified(pool: asyncpg.Pool) -> None:
    lines = await exported(pool)
    assert len(lines) == 2
    assert checked(lines)[:4] == (0, 0, 0, None)


async def test_facts_that_come_meanwhile_are_not_in_it(pool: asyncpg.Pool, streams: Streams) -> None:
    await streams.append("a", "b")
    await sealer(pool).step()
    pieces = list[bytes]()

    async def write(piece: bytes) -> None:
        if len(pieces) < 3:
            await streams.append("a")
            await sealer(pool).step()
        pieces.append(piece)

    assert await export(pool, 0, NOW, write, lambda *_: None) == Trailer(2, 1)
    assert checked(b"".join(pieces).splitlines(keepends=True)).first_bad is None


# ------------------------------------------------------------------------------------- one byte at a time


@pytest.fixture
async def small(pool: asyncpg.Pool, streams: Streams) -> bytes:
    """Everything that an export can hold: two keys, seals by both, facts of two streams."""
    await streams.append("a", "b")
    await sealer(pool).step()
    await sealer(pool, name="other").rotate()
    await streams.append("a", "b", "a")
    await seal_all(sealer(pool))
    return b"".join(await exported(pool))


def is_outside(text: bytes, place: int) -> bool:
    """When it was made is in no hash and under no signature: nothing about the log."""
    begin = text.index(b'"exported_at":"') + len(b'"exported_at":"')
    return begin <= place < text.index(b'"', begin)


async def test_no_byte_of_an_export_can_be_changed_unseen(small: bytes) -> None:
    assert checked(small.splitlines(keepends=True)).first_bad is None

    @settings(max_examples=1_500, deadline=None)
    @given(st.integers(0, len(small) - 1), st.integers(1, 255))
    def law(place: int, change: int) -> None:
        changed = small[:place] + bytes([small[place] ^ change]) + small[place + 1 :]
        found = checked(changed.splitlines(keepends=True)).first_bad
        assert found is not None or is_outside(small, place), changed[max(0, place - 30) : place + 30]

    law()


async def test_it_ends_where_its_first_line_says(small: bytes) -> None:
    for instead in (b'"to":4', b'"to":6'):
        changed = small.replace(b'"to":5', instead, 1)
        assert checked(changed.splitlines(keepends=True)).first_bad is not None


async def test_no_line_can_be_left_out_or_repeated(small: bytes) -> None:
    lines = small.splitlines(keepends=True)
    for place in range(len(lines)):
        assert checked(lines[:place] + lines[place + 1 :]).first_bad is not None
        assert checked(lines[: place + 1] + lines[place:]).first_bad is not None
        assert checked(lines[:place]).first_bad is not None
    assert checked([*lines[:-1], lines[-1][:-1]]).first_bad is not None
    assert checked([*lines, b"more\n"]).first_bad is not None


async def test_what_is_wrong_with_a_line_is_said_with_its_number(small: bytes) -> None:
    lines = small.splitlines(keepends=True)
    bad = checked([*lines[:4], b"nonsense\n", *lines[4:]]).first_bad
    assert bad is not None
    assert bad.problem.startswith("line 5: ")
    assert bad.guarantee is Guarantee.FORM
    assert checked([]).first_bad is not None
    assert checked([b"\x1f\x8b\n"]).first_bad is not None


HOSTILE = [
    (b'"after":0', b'"after":1'),
    (b'"peaks":[]', b'"peaks":["00"]'),
    (b'"to":5', b'"to":9223372036854775808'),
    (b'"exported_at":"2026-06-02', b'"exported_at":"0001-01-01'),
    (b'"version":1}}', b'"version":99999999999999999999}}'),
    (b'"id":"1"', b'"id":"99999999999999999999"'),
    (b'"size":2', b'"size":99999999999999999999'),
    (b'"size":2', b'"size":true'),
    (b'"subject":"a"', b'"subject":"\\ud800"'),
    (b'"sealed_at":"2026', b'"sealed_at":"9999'),
    (b'"public_key":"', b'"public_key":"zz'),
    (b'{"header":', b'{"header":[],"x":'),
]


@pytest.mark.parametrize(("was", "becomes"), HOSTILE)
async def test_a_hostile_export_is_refused_and_breaks_nothing(
    small: bytes, was: bytes, becomes: bytes
) -> None:
    assert was in small
    lines = small.replace(was, becomes).splitlines(keepends=True)
    seals = [line[:-1] for line in small.splitlines(keepends=True) if line.startswith(SEAL)]
    saved = list(map(seal_of, seals))
    found = check_export(lines, None, saved, lambda _: None).first_bad
    assert found is not None or b"exported_at" in becomes


# ------------------------------------------------------------------------------------- files


async def test_a_compressed_export_is_read_as_it_is(small: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    for content in (small, gzip.compress(small)):
        path.write_bytes(content)
        with opened(path) as (lines, _):
            assert check_export(lines, None, (), lambda _: None).first_bad is None
    path.write_bytes(gzip.compress(small)[:-20])
    with opened(path) as (lines, _), pytest.raises(OSError, match="cut off"):
        check_export(lines, None, (), lambda _: None)


async def test_a_public_key_is_given_as_digits_or_as_a_file(
    pool: asyncpg.Pool, small: bytes, tmp_path: Path
) -> None:
    first, _ = await PostgresSeals(pool).keys()
    digits, saved = tmp_path / "digits", tmp_path / "saved"
    digits.write_text(first.public.hex() + "\n")
    saved.write_bytes(key_line(first) + b"\n")
    for given_key in (first.public.hex(), str(digits), str(saved)):
        assert public_key(given_key) == first.public
    for nothing in ("", "abc", str(tmp_path / "absent")):
        with pytest.raises((NotAKey, OSError)):
            public_key(nothing)
    for garbage in (b"x\n", b"\xff\xfe\x00" * 40):
        saved.write_bytes(garbage)
        with pytest.raises(NotAKey):
            public_key(str(saved))


def test_a_file_without_a_seal_is_nothing_to_compare_with(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.write_bytes(b"")
    with pytest.raises(UnreadableSeals, match="there is no seal in"):
        saved_seals(saved)


async def test_who_cannot_write_on_is_told_and_the_connection_goes_on(
    pool: asyncpg.Pool, postgres_store: PostgresStore
) -> None:
    """The server has more to say than fits into what is on its way."""
    await postgres_store.append(
        [Item("much", EMPTY, [NewFact("Big", 1, canonical({"text": "x" * 50_000}), b"{}", (), NOBODY)] * 60)],
        NOON,
    )
    heard = 0

    async def write(_piece: bytes) -> None:
        nonlocal heard
        heard += 1
        if heard > 1:
            raise OSError("no space left")

    async with asyncio.timeout(20):
        with pytest.raises(OSError, match="no space left"):
            await export(pool, 0, NOW, write, lambda *_: None)
        assert (await exported(pool))[-1].startswith(b"{")
