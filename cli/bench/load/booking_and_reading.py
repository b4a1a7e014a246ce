"""`python -m cli.bench.load.booking_and_reading`: at a steady rate somebody books, and looks at once at what they have.

The rate is given and does not wait for answers, as customers do not.
"""

import asyncio
import gc
import sys
from time import perf_counter

import orjson

from cli.bench.load.exchange import Answer, Exchange
from cli.bench.load.visible import BookAndRead, Seen
from cli.bench.sides.side import PATH
from runtime.serving import run

HEAD = "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
POSITION = b"seatledger-position: "
LATE_SECONDS = 0.005


async def book_and_read(job: BookAndRead) -> Seen:
    """Until the time is over, or something was answered that should not have been."""
    exchanges = [await Exchange.connect(job.host, job.port) for _ in range(job.connections)]
    seen, began = Seen([], [], 0), perf_counter()
    counts = await asyncio.gather(
        *(_customer(job, exchange, number, began, seen) for number, exchange in enumerate(exchanges)),
        return_exceptions=True,
    )
    for exchange in exchanges:
        exchange.close()
    failure = next((str(each) for each in counts if isinstance(each, BaseException)), None)
    return Seen(
        seen.booked_ms, seen.visible_ms, sum(each for each in counts if isinstance(each, int)), failure
    )


async def _customer(job: BookAndRead, exchange: Exchange, number: int, began: float, seen: Seen) -> int:
    """One connection: its share of the bookings, each in its turn. Returns how many were late."""
    token, body = (
        job.tokens[number % len(job.tokens)],
        orjson.dumps({"event_id": job.event_id, "quantity": 1}),
    )
    post = HEAD.format(method="POST", path=PATH, token=token)
    post += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    every, late, due = job.connections / job.per_second, 0, number / job.per_second
    while due < job.seconds:
        wait = began + due - perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        elif wait < -LATE_SECONDS:
            late += 1
        booked = await exchange.ask(post.encode() + body)
        booked.must_be(b"201")
        read = await exchange.ask(_read(booked, token))
        read.must_be(b"200")
        seen.booked_ms.append(booked.seconds * 1000)
        seen.visible_ms.append(read.seconds * 1000)
        due += every
    return late


def _read(booked: Answer, token: str) -> bytes:
    at = booked.head.lower().index(POSITION) + len(POSITION)
    position = booked.head[at : booked.head.index(b"\r", at)].decode()
    path = f"{PATH}/{orjson.loads(booked.body)['id']}?min_position={position}"
    return f"{HEAD.format(method='GET', path=path, token=token)}\r\n".encode()


def main() -> None:
    """Carry out one job."""
    job = BookAndRead(**orjson.loads(sys.stdin.buffer.read()))
    gc.disable()
    sys.stdout.buffer.write(orjson.dumps(run(book_and_read(job))))


if __name__ == "__main__":
    main()
