"""What every exchange is wrapped in."""

import json

import httpx
import pytest
from prometheus_client import CollectorRegistry

from runtime.access_log import write_block
from runtime.logs import configure_logging
from runtime.metrics import REGISTRY

THING = "/api/v1/things/0190a6a4-0000-7000-8000-000000000000"


async def test_a_sane_request_id_is_kept_and_another_replaced(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez", headers={"x-request-id": "order-7:a_b.c"})).headers[
        "x-request-id"
    ] == "order-7:a_b.c"
    for odd in ("", "a b", "x" * 65, "a\tb", "<script>"):
        made = (await client.get("/livez", headers={"x-request-id": odd})).headers["x-request-id"]
        assert len(made) == 36


async def test_a_trailing_slash_is_served_without_a_redirect(client: httpx.AsyncClient) -> None:
    for path in (THING, "/api/v1/things/all", "/livez", "/docs"):
        plain, slashed = await client.get(path), await client.get(path + "/")
        assert (slashed.status_code, slashed.content) == (200, plain.content)


async def test_every_answer_has_the_standing_headers(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/nope", "/api/v1/things/broken/badly"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


async def test_requests_are_counted_by_the_template_of_their_route(client: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "/api/v1/things/{thing_id}", "status": "200"}
    before = count(REGISTRY, labels)
    await client.get(THING)
    await client.request("BREW", "/no/such/path")
    assert count(REGISTRY, labels) == before + 1
    assert count(REGISTRY, {"method": "OTHER", "route": "(unmatched)", "status": "404"}) >= 1


def count(registry: CollectorRegistry, labels: dict[str, str]) -> float:
    return registry.get_sample_value("http_requests_total", labels) or 0.0


@pytest.mark.usefixtures("own_logging")
async def test_the_access_line_has_the_template_and_no_query(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info", "json")
    await client.get(f"{THING}?email=ana@example.org", headers={"x-request-id": "r1"})
    write_block()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [line for line in lines if line["logger"] == "access"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/things/{thing_id}", 200)
    assert line["request_id"] == "r1"
    assert line["ms"] >= 0
    assert "ana" not in str(line)


@pytest.mark.usefixtures("own_logging")
async def test_nothing_is_written_when_the_level_is_off(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("warning", "json")
    await client.get("/livez")
    assert capsys.readouterr().err == ""


async def test_browsers_of_a_known_origin_may_call_and_read_our_headers(client: httpx.AsyncClient) -> None:
    preflight = await client.options(
        THING, headers={"origin": "https://shop.example", "access-control-request-method": "DELETE"}
    )
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
    refused = await client.delete(THING, headers={"origin": "https://shop.example"})
    assert refused.status_code == 409
    exposed = refused.headers["access-control-expose-headers"]
    assert {"ETag", "Seatledger-Position", "Seatledger-Match", "Retry-After", "Content-Disposition"} <= set(
        exposed.split(", ")
    )
    other = await client.get(THING, headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_head_and_options_are_answered_for_every_path(client: httpx.AsyncClient) -> None:
    assert (await client.head(THING)).status_code == 200
    assert (await client.options(THING)).headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
