"""Who is erased leaves the read tables, whenever it happens and whatever else does, and a rebuild has the same rows."""

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.person.facts import PersonErased
from domain.personal import Person
from domain.show.facts import BookingTransferred, SeatsBooked, ShowFact, TicketHolderNamed
from domain.show.ticket import NewTicket
from eventstore.appending import Item
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.memory import MemoryStore
from projections.applying import apply
from projections.booking_search import PROJECTOR as SEARCH
from projections.following.follower import Follower
from projections.following.sharing import Sharing
from projections.parked.parking import Parking
from projections.parked.retrying import retry
from projections.read_models import PROJECTORS
from projections.rebuilding.filling import Filling
from projections.rebuilding.proving import NothingToCompare, prove
from projections.rebuilding.rebuild import nobody, rebuild
from projections.schema import LIVE, NEXT, make_tables, work_in
from projections.status import statuses
from runtime.ids import new_code, new_id
from runtime.master_key import MasterKey, MasterKeyMissing
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import KnownPerson, People
from tests.projections.erasing import betrayed, destroy, dump, erase, marks, told
from tests.projections.histories import TRIES, Try, history
from tests.projections.people import BOB_KEY, CARLA_KEY, keyring_over, known
from tests.projections.projecting import follower, project
from tests.projections.season import booked, on_sale, scheduled, seat, standing
from tests.projections.test_laws import CUTS, LAW, WINDOWS, connection, digests, fill, rolled_back
from tests.projections.writing import NOON, LogWriter, encoded

__all__ = ["connection"]

NAME, EMAIL = 'Zoëlla "Quux\\ly" O\'Brïen-Łuk', "Zoëlla.Quux@Quuxpost.net"
HOLDER = "Ægir Ñandú"
ZOE = marks(NAME, EMAIL, HOLDER)

TERMS = "SELECT terms FROM projections.booking_search WHERE booking_id = $1"


async def zoe(people: People) -> tuple[KnownPerson, Person]:
    person = await people.guest(EMAIL.lower(), NOON)
    return person, known(person, NAME, EMAIL)


async def mia(people: People) -> tuple[KnownPerson, Person]:
    person = await people.guest("mia@example.org", NOON)
    return person, known(person, "Mia", "mia@example.org")


async def words_of(pool: asyncpg.Pool, booking: SeatsBooked) -> set[str]:
    """The people's terms of a booking."""
    terms = await pool.fetchval(TERMS, booking.booking_id)
    return {term for term in terms if term[:2] in ("n:", "e:")}


def given_to(booking: SeatsBooked, customer: Person, *tickets: str) -> BookingTransferred:
    codes = tuple(NewTicket(ticket, new_code()) for ticket in tickets)
    return BookingTransferred(booking.show_id, booking.booking_id, customer, codes, NOON)


# ---------------------------------------------------------------------- laws

FEWER = settings(LAW, max_examples=15)


async def log_of(facts: list[ShowFact], at: int, *erased: PersonErased) -> list[RecordedFact]:
    """The facts of a show, and after so many of them those of the people."""
    store = MemoryStore()
    (first,) = await store.append([Item("show-1", EMPTY, [encoded(fact) for fact in facts[:at]])], NOON)
    for each in erased:
        await store.append([Item(f"person-{each.person_id}", EMPTY, [encoded(each)])], NOON)
    if facts[at:]:
        head = first.head  # type: ignore[union-attr]
        await store.append([Item("show-1", head, [encoded(fact) for fact in facts[at:]])], NOON)
    return await store.read_log(0, len(facts) + len(erased))


@FEWER
@given(tries=TRIES, window=WINDOWS, cuts=CUTS, data=st.data())
async def test_erased_at_any_moment_live_rows_are_those_of_a_rebuild(
    connection: PoolConnectionProxy,
    tries: list[Try],
    window: int | None,
    cuts: list[int],
    data: st.DataObject,
) -> None:
    """Live, every batch is folded by a process that still remembers the key; the rebuild finds none."""
    _, facts = history(tries, window)
    whom = data.draw(st.sampled_from((BOB_KEY, CARLA_KEY)))
    log = await log_of(facts, data.draw(st.integers(1, len(facts))), PersonErased(whom.person_id, NOON))
    async with rolled_back(connection):
        await fill(connection, LIVE, log, cuts)
        await work_in(connection, NEXT)
        without = keyring_over(connection, without={whom.person_id})
        for projector in PROJECTORS.values():
            await apply(projector, connection, log, without)
        assert await digests(connection, LIVE) == await digests(connection, NEXT)
        own = {"Bobbinger", "bobbinger"} if whom is BOB_KEY else {"Carla", "carla", "Nuñez", "nunez"}
        found = await connection.fetch("SELECT to_json(s)::text FROM projections.booking_search AS s")
        assert not betrayed(" ".join(row[0] for row in found), own)


@FEWER
@given(tries=TRIES, window=WINDOWS, data=st.data())
async def test_a_show_folded_after_the_erasure_leaves_the_same_rows_as_before_it(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, data: st.DataObject
) -> None:
    """As when its stream was parked, and is retried later by a process that still remembers the key."""
    facts = history(tries, window)[1]
    stop = data.draw(st.integers(1, len(facts)))
    log = await log_of(facts, stop, PersonErased(CARLA_KEY.person_id, NOON))
    show = [fact for fact in log if fact.stream == "show-1"]
    person = [fact for fact in log if fact.stream != "show-1"]
    async with rolled_back(connection):
        for schema, parts in ((LIVE, (log,)), (NEXT, (person, show))):
            await work_in(connection, schema)
            for part in parts:
                await apply(SEARCH, connection, part, keyring_over(connection))
        assert (await digests(connection, LIVE))["booking_search"] == (await digests(connection, NEXT))[
            "booking_search"
        ]


# ---------------------------------------------------------------------- one by one


async def test_nothing_of_somebody_erased_is_left_in_any_table(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    (person, customer), (_, other) = await zoe(people), await mia(people)
    show = scheduled()
    first, second = booked(show, standing(), customer=customer), booked(show, standing(), customer=other)
    named = TicketHolderNamed(
        show.show_id, first.booking_id, first.tickets[0].id, person.key.encrypt(HOLDER), NOON
    )
    await log.append(f"show-{show.show_id}", *on_sale(show), first, second, named)
    await project(pool)
    before = await dump(pool)
    assert {"n:zoella", "n:quux", "n:brien", "n:aegir", "e:zoëlla.quux@quuxpost.net"} <= await words_of(
        pool, first
    )
    # What everybody may read is made of other tables than these.
    assert {line.split()[0] for line in before.splitlines() if betrayed(line, ZOE)} == {"booking_search"}
    assert {line.split()[0] for line in before.splitlines() if "pd1." in line} == {
        "bookings",
        "booking_versions",
    }
    await erase(people, log, person)
    await project(pool)
    assert not betrayed(await dump(pool), ZOE)
    assert await words_of(pool, first) == set()
    assert await words_of(pool, second) == {"n:mia", "e:mia@example.org"}
    for name in PROJECTORS:
        proof = (await rebuild(name, pool, keyring_over(pool), proven=True)).proof
        assert proof is not None
        assert proof.differing == (), name
    assert not betrayed(await dump(pool), ZOE)


@pytest.mark.parametrize("key_is_gone", [True, False])
async def test_a_command_under_way_meanwhile_writes_no_word(
    pool: asyncpg.Pool, log: LogWriter, people: People, key_is_gone: bool
) -> None:
    """Whether the key goes before or after the fact says so, and whoever remembers it."""
    person, customer = await zoe(people)
    show = scheduled()
    first, second = booked(show, standing(), customer=customer), booked(show, standing(), customer=customer)
    one = follower(SEARCH, pool)
    await log.append(f"show-{show.show_id}", *on_sale(show), first)
    await one.step()
    assert await words_of(pool, first)
    other_process = keyring_over(pool)
    assert await other_process.keys([person.key.person_id.replace("-", "")])
    if key_is_gone:
        await erase(people, log, person)
    else:
        await told(log, person)
    await one.step()
    await log.append(f"show-{show.show_id}", second)
    await one.step()
    assert await words_of(pool, first) == await words_of(pool, second) == set()
    facts = await log.store.read_log(0, 100)
    async with pool.acquire() as connection, connection.transaction():
        await work_in(connection, LIVE)
        await apply(SEARCH, connection, facts, other_process)
    assert await words_of(pool, second) == set()
    assert other_process.remembered(person.person_id) is None


async def test_within_one_batch_words_go_and_do_not_come_again(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    (person, customer), (_, other) = await zoe(people), await mia(people)
    show = scheduled()
    first, second, third = (booked(show, standing(), customer=who) for who in (customer, customer, other))
    await log.append(f"show-{show.show_id}", *on_sale(show), first, third)
    await told(log, person)
    await log.append(f"show-{show.show_id}", second, given_to(third, customer))
    await project(pool, [SEARCH])
    for each in (first, second, third):
        assert await words_of(pool, each) == set()


async def test_of_a_booking_that_changed_hands_each_words_go_with_whom_they_are_about(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    """A ticket that was void before keeps the holder whom the first customer named."""
    (first, zoes), (second, mias) = await zoe(people), await mia(people)
    show = scheduled()
    booking = booked(show, seat("A/1"), standing(), customer=zoes)
    void, live = (ticket.id for ticket in booking.tickets)
    await log.append(
        f"show-{show.show_id}",
        *on_sale(show),
        booking,
        TicketHolderNamed(show.show_id, booking.booking_id, void, first.key.encrypt("Umberto"), NOON),
        given_to(booking, mias, live),
        TicketHolderNamed(show.show_id, booking.booking_id, live, second.key.encrypt("Wanda"), NOON),
    )
    await project(pool, [SEARCH])
    assert await words_of(pool, booking) == {"n:umberto", "n:mia", "n:wanda", "e:mia@example.org"}
    await erase(people, log, first)
    await project(pool, [SEARCH])
    assert await words_of(pool, booking) == {"n:mia", "n:wanda", "e:mia@example.org"}
    await erase(people, log, second)
    await project(pool, [SEARCH])
    assert await words_of(pool, booking) == set()


async def test_a_booking_given_to_somebody_erased_has_no_words(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    (person, customer), (_, other) = await zoe(people), await mia(people)
    show = scheduled()
    booking = booked(show, standing(), customer=other)
    await log.append(f"show-{show.show_id}", *on_sale(show), booking)
    await erase(people, log, person)
    await log.append(f"show-{show.show_id}", given_to(booking, customer))
    await project(pool, [SEARCH])
    assert await words_of(pool, booking) == set()


async def test_whoever_comes_again_under_the_same_address_is_found(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    person, customer = await zoe(people)
    show = scheduled()
    before = booked(show, standing(), customer=customer)
    await log.append(f"show-{show.show_id}", *on_sale(show), before)
    await project(pool, [SEARCH])
    await erase(people, log, person)
    again, same_address = await zoe(people)
    assert again.person_id != person.person_id
    after = booked(show, standing(), customer=same_address)
    await log.append(f"show-{show.show_id}", after)
    await project(pool, [SEARCH])
    assert await words_of(pool, before) == set()
    assert "e:zoëlla.quux@quuxpost.net" in await words_of(pool, after)


MEND = """INSERT INTO projections.booking_search
              (booking_id, show_id, customer, email, code, tickets, people, terms)
          VALUES ($1, $2, '', '', '', '[]', '{}', '{}')"""


async def test_a_parked_show_that_is_retried_after_the_erasure_writes_no_word(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    person, customer = await zoe(people)
    show = scheduled()
    stream = f"show-{show.show_id}"
    before, after = booked(show, standing(), customer=customer), booked(show, standing(), customer=customer)
    missing = new_id()
    bad = encoded(TicketHolderNamed(show.show_id, missing, new_id(), "x", NOON))
    await log.append_new(stream, [*(encoded(each) for each in (*on_sale(show), before)), bad])
    await log.append(stream, after)
    await project(pool, [SEARCH])
    await erase(people, log, person)
    await project(pool, [SEARCH])
    assert await words_of(pool, before) == set()
    (status,) = await statuses(pool, NOON, ["booking_search"])
    assert [each.stream for each in status.parked] == [stream]
    await pool.execute(MEND, missing, show.show_id)
    assert await retry("booking_search", stream, pool, keyring_over(pool))
    assert await words_of(pool, after) == set()
    assert not betrayed(await dump(pool), ZOE)


async def test_a_proof_while_somebody_is_erased_asks_for_another_one(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    """The key is gone, and the fact that says so has yet to come."""
    person, customer = await zoe(people)
    show = scheduled()
    booking = booked(show, standing(), customer=customer)
    await log.append(f"show-{show.show_id}", *on_sale(show), booking)
    await project(pool, [SEARCH])
    filling = Filling(SEARCH, Parking(SEARCH, keyring_over(pool)), keyring_over(pool), 10)
    await filling.fill(pool, nobody)
    assert (await prove(filling, pool, nobody, lambda: NOON)).differing == ()
    await destroy(people, log.pool, person.person_id)
    async with pool.acquire() as connection, connection.transaction():
        await make_tables(connection, SEARCH, NEXT)
        await apply(SEARCH, connection, await log.store.read_log(0, 100), keyring_over(pool))
    with pytest.raises(NothingToCompare, match="erased meanwhile"):
        await prove(filling, pool, nobody, lambda: NOON)


async def test_without_the_master_key_nothing_is_parked_and_nothing_folded_as_erased(
    pool: asyncpg.Pool, log: LogWriter, people: People
) -> None:
    """That is no fault of a fact: the projector waits for somebody to give it the key."""
    _, customer = await zoe(people)
    show = scheduled()
    await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing(), customer=customer))
    other = Keyring(pool, MasterKey([b"x" * 32]))
    stranger = Follower(SEARCH, pool, Sharing.over(pool, 10, other), lambda: NOON)
    with pytest.raises(MasterKeyMissing):
        await stranger.step()
    (status,) = await statuses(pool, NOON, ["booking_search"])
    assert (status.position, status.parked) == (0, ())
    await project(pool, [SEARCH])
    assert await pool.fetchval("SELECT email FROM projections.booking_search") == EMAIL.lower()


async def test_an_error_that_quotes_a_row_is_written_down_without_it(
    pool: asyncpg.Pool, log: LogWriter, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    _, customer = await zoe(people)
    show = scheduled()
    await project(pool, [SEARCH])
    await pool.execute("ALTER TABLE projections.booking_search ADD CHECK (email NOT LIKE 'zoë%')")
    await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing(), customer=customer))
    await project(pool, [SEARCH])
    (status,) = await statuses(pool, NOON, ["booking_search"])
    (parked,) = status.parked
    assert parked.error.startswith("CheckViolationError: 23514")
    assert not betrayed(parked.error + caplog.text, ZOE)
