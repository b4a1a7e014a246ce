"""As little of an HTTP client as a thousand buyers at once need: one connection for each request."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

SECONDS_MAX = 60.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    port: int, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request. Raises OSError or EOFError when there is no server or it goes away before it has answered."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: test",
        "Connection: close",
        f"Content-Length: {len(content)}",
    ]
    lines += ["Content-Type: application/json"] if content else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    async with asyncio.timeout(SECONDS_MAX):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write("\r\n".join((*lines, "", "")).encode() + content)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            length = int(fields.get("content-length", "0"))
            return Answer(int(head[0].split(" ")[1]), fields, await reader.readexactly(length))
        finally:
            writer.close()
