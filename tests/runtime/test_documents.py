"""The documentation works on a machine without a network."""

import re

import httpx
import pytest

ASKED_FOR = re.compile(r"""(?:src|href|url|spec-url)\s*[=:]\s*['"]([^'"]+)['"]""")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_page_asks_only_this_server(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    asked_for = ASKED_FOR.findall(page.text)
    assert "/openapi.json" in asked_for
    for address in asked_for:
        assert not address.startswith("//")
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert answer.content, address


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
async def test_a_browser_is_told_to_ask_nobody_else(client: httpx.AsyncClient, path: str) -> None:
    policy = (await client.get(path)).headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy


async def test_no_other_file_can_be_had(client: httpx.AsyncClient) -> None:
    for name in ("../core.py", "..%2fcore.py", "core.py", ""):
        assert (await client.get(f"/docs/assets/{name}")).status_code == 404


async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json()["info"]["title"] == "Things"
