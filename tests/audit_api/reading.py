"""Histories read over HTTP, page by page."""

from typing import Any

import httpx

from tests.audit_api.conftest import CALLERS, TOKENS


async def ask(
    client: httpx.AsyncClient, path: str, who: str = "auditor", /, **query: object
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS.issue(CALLERS[who])}"}
    params = {name.rstrip("_"): str(value) for name, value in query.items()}
    return await client.get(f"/api/v1/audit{path}", params=params, headers=headers)


async def whole(
    client: httpx.AsyncClient, path: str, limit: int = 100, items: str = "items", **query: object
) -> list[dict[str, Any]]:
    """All pages of it."""
    found: list[dict[str, Any]] = []
    after: int | None = None
    while True:
        asked = query | {"limit": limit} | ({} if after is None else {"after": after})
        answer = await ask(client, path, **asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page[items]) <= limit
        found += page[items]
        after = page["next"]
        if after is None:
            return found
