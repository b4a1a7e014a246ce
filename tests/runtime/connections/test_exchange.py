"""An answer goes over the wire as uvicorn itself would send it, only sooner."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from runtime.http.connections.exchange import Exchange

LENGTH = (b"content-length", b"2")


class Written(asyncio.Transport):
    """A transport of which all that is known is what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.data += bytes(data)

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def start(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [*headers]}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


ANSWERS: dict[str, list[dict[str, Any]]] = {
    "plain": [start(LENGTH, (b"etag", b'"1"')), body(b"ok")],
    "with a status that nobody has heard of": [start(LENGTH, status=299), body(b"ok")],
    "without a length": [start((b"etag", b'"1"')), body(b"ok")],
    "in chunks": [start((b"transfer-encoding", b"chunked")), body(b"o", more=True), body(b"k")],
    "in pieces": [start(LENGTH), body(b"o", more=True), body(b"k")],
    "empty": [start((b"content-length", b"0")), body(b"")],
    "with no content": [start(status=204), body(b"")],
    "not modified": [start((b"etag", b'"1"'), status=304), body(b"")],
    "that ends the connection": [start(LENGTH, (b"connection", b"close")), body(b"ok")],
    "with two lengths": [start(LENGTH, LENGTH), body(b"ok")],
    "with an umlaut and a tabulator": [start(LENGTH, (b"x-name", b"Zo\xeb\tk")), body(b"ok")],
    "too long": [start(LENGTH), body(b"oko")],
    "too short": [start(LENGTH), body(b"o")],
    "whose header begins a line": [start(LENGTH, (b"location", b"/x\r\nset-cookie: a=b")), body(b"ok")],
    "whose header ends its line": [start(LENGTH, (b"location", b"/x\n")), body(b"ok")],
    "whose header holds a NUL": [start(LENGTH, (b"location", b"/x\x00")), body(b"ok")],
    "begun twice": [start(LENGTH), start(LENGTH)],
    "that begins with its body": [body(b"ok")],
    "after the answer": [start(LENGTH), body(b"ok"), body(b"ok")],
}


async def sent(
    kind: type[RequestResponseCycle], messages: list[dict[str, Any]], method: str, *, keep_alive: bool
) -> tuple[bytes, bool, bool, int, str]:
    """What went out, whether the connection was closed and the answer complete, how often that was said, the error."""
    transport, said = Written(), []
    cycle = kind(
        scope={"type": "http", "method": method},  # type: ignore[typeddict-item]
        transport=transport,
        flow=FlowControl(transport),
        logger=logging.getLogger("test"),
        access_logger=logging.getLogger("test"),
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: said.append("done"),
    )
    error = ""
    try:
        for message in messages:
            sending: Awaitable[None] = cycle.send(message)  # type: ignore[arg-type]
            await sending
    except (RuntimeError, KeyError) as raised:
        error = str(raised)
    return transport.data, transport.closed, cycle.response_complete, len(said), error


@pytest.mark.parametrize("keep_alive", [True, False], ids=["kept", "closed after"])
@pytest.mark.parametrize("method", ["POST", "HEAD"])
@pytest.mark.parametrize("answer", ANSWERS)
async def test_an_answer_is_sent_as_uvicorn_sends_it(answer: str, method: str, keep_alive: bool) -> None:
    ours = await sent(Exchange, ANSWERS[answer], method, keep_alive=keep_alive)
    assert ours == await sent(RequestResponseCycle, ANSWERS[answer], method, keep_alive=keep_alive)
