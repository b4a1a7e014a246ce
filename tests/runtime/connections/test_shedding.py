"""A crowd is refused before anything runs for it; everybody else is served as ever."""

import asyncio
from collections.abc import Callable

import orjson
import pytest

from runtime.http.connections.shedding import HELD_SECONDS_MAX, NAMES_MAX, Crowd, Shedding
from runtime.problems import come_back_later
from tests.runtime.connections.conftest import Raw, Serving

pytestmark = pytest.mark.usefixtures("own_logging")

CROWDED = come_back_later("overloaded", "Too many are asking at once", "Nothing was done.")
NAME = b"0190-the-hot-one"


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def shedding(clock: Clock) -> Shedding:
    made = Shedding(clock)
    made.declare("/echo", CROWDED)
    return made


def test_only_what_names_it_is_refused_and_only_until_there_is_room() -> None:
    shed = shedding(Clock())
    assert not shed.concerns("/echo")
    shed.hold("/echo", NAME, 0)
    assert shed.concerns("/echo")
    assert not shed.concerns("/other")
    assert shed.judged("/echo", b'{"of": "another"}') is None
    assert isinstance(shed.judged("/echo", b'{"of": "%b"}' % NAME), bytes)
    shed.release("/echo", NAME)
    assert not shed.concerns("/echo")


def test_so_many_as_there_is_room_for_get_past() -> None:
    shed = shedding(Clock())
    shed.hold("/echo", NAME, 2)
    assert [isinstance(shed.judged("/echo", NAME), Crowd) for _ in range(4)] == [True, True, False, False]


async def test_who_is_answered_without_having_waited_gives_the_place_back(serving: Serving) -> None:
    """A stranger without a token, say, asks for it again and again."""
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", CROWDED)
        crowds.hold("/echo", NAME, 1)
        stranger, customer = await server.connect(), await server.connect()
        for _ in range(20):
            assert (await post(stranger, NAME))[1] == NAME
        assert (await post(customer, NAME))[1] == NAME


async def test_so_does_who_hangs_up(serving: Serving) -> None:
    async with serving() as server:
        crowds, stuck = server.app.shedding, b"wait for ever " + NAME
        crowds.declare("/stuck", CROWDED)
        crowds.hold("/stuck", NAME, 1)
        crowd = crowds._crowded["/stuck"][NAME]
        stranger = await server.connect()
        await stranger.send("POST /stuck HTTP/1.1", "Host: t", f"Content-Length: {len(stuck)}", body=stuck)
        await until(lambda: crowd.places == 0)
        await stranger.close()
        await until(lambda: crowd.places == 1)


def test_what_was_said_since_is_not_changed_by_it() -> None:
    """Who has waited for a turn is counted in that already."""
    shed = shedding(Clock())
    shed.hold("/echo", NAME, 1)
    crowd = shed.judged("/echo", NAME)
    assert isinstance(crowd, Crowd)
    before = crowd.said
    shed.hold("/echo", NAME, 0)
    crowd.give_back(before)
    assert isinstance(shed.judged("/echo", NAME), bytes)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - sockets make it so
            await asyncio.sleep(0.005)


def test_who_has_a_place_and_is_still_coming_counts_in_what_is_said_next() -> None:
    shed = shedding(Clock())
    shed.hold("/echo", NAME, 5)
    crowd = shed.judged("/echo", NAME)
    assert isinstance(crowd, Crowd)
    crowd.coming = 1
    shed.hold("/echo", NAME, 3)
    assert [isinstance(shed.judged("/echo", NAME), Crowd) for _ in range(3)] == [True, True, False]


def test_nobody_is_refused_for_long_on_an_old_word() -> None:
    clock = Clock()
    shed = shedding(clock)
    shed.hold("/echo", NAME, 0)
    clock.time = HELD_SECONDS_MAX
    assert shed.judged("/echo", NAME) is None
    assert not shed.concerns("/echo")


def test_there_are_never_more_names_to_look_for_than_allowed() -> None:
    shed = shedding(Clock())
    for number in range(NAMES_MAX + 1):
        shed.hold("/echo", b"%06d" % number, 0)
    assert shed.judged("/echo", b"%06d" % NAMES_MAX) is None
    assert shed.judged("/echo", b"%06d" % (NAMES_MAX - 1)) is not None


async def post(raw: Raw, body: bytes, *headers: str) -> tuple[bytes, bytes]:
    """The head and the body of the answer."""
    await raw.send("POST /echo HTTP/1.1", "Host: t", f"Content-Length: {len(body)}", *headers, body=body)
    return await answered(raw)


async def answered(raw: Raw) -> tuple[bytes, bytes]:
    head = (await raw.until(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return head, await raw.reader.readexactly(length)


async def test_a_refusal_over_the_wire_is_a_problem_and_the_connection_goes_on(serving: Serving) -> None:
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", CROWDED)
        raw = await server.connect()
        crowds.hold("/echo", NAME, 0)
        for _ in range(3):
            head, body = await post(raw, NAME)
            assert head.startswith(b"http/1.1 503 ")
            assert b"retry-after: 1\r\n" in head
            assert b"x-content-type-options: nosniff\r\n" in head
            problem = orjson.loads(body)
            assert (problem["code"], problem["status"]) == ("overloaded", 503)
            assert f"x-request-id: {problem['request_id']}\r\n".encode() in head
            head, body = await post(raw, b"something else")
            assert (head[:12], body) == (b"http/1.1 200", b"something else")
        crowds.release("/echo", NAME)
        assert (await post(raw, NAME))[1] == NAME


async def test_what_comes_in_pieces_or_is_long_or_asks_first_is_heard_out(serving: Serving) -> None:
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", CROWDED)
        crowds.hold("/echo", NAME, 0)
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", "Host: t", f"Content-Length: {len(NAME)}", body=NAME[:4])
        await raw.write(NAME[4:])
        assert (await answered(raw))[0].startswith(b"http/1.1 503 ")
        long = b"x" * 20_000 + NAME
        assert (await post(raw, long))[1] == long
        await raw.send(
            "POST /echo HTTP/1.1", "Host: t", f"Content-Length: {len(NAME)}", "Expect: 100-continue"
        )
        await raw.until(b"100 Continue\r\n\r\n")
        await raw.write(NAME)
        assert (await answered(raw))[1] == NAME
        # Two requests in one piece are answered in their order.
        one = b"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n%b"
        await raw.write(one % (5, b"other") + one % (len(NAME), NAME))
        assert (await answered(raw))[1] == b"other"
        assert (await answered(raw))[1] == NAME


async def test_a_client_that_hangs_up_before_its_body_leaves_nothing(serving: Serving) -> None:
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", CROWDED)
        crowds.hold("/echo", NAME, 0)
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", "Host: t", "Content-Length: 100", body=NAME)
        await raw.close()
        other = await server.connect()
        assert (await asyncio.wait_for(post(other, b"still here"), 60))[1] == b"still here"
