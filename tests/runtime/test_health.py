"""Alive, ready, and what it is."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from runtime.http.application import create_application
from runtime.http.health import Check, Unhealthy, readiness
from runtime.settings import load_settings


async def database() -> dict[str, Any]:
    return {"milliseconds": 1}


async def behind() -> dict[str, Any]:
    raise Unhealthy("7 facts behind")


async def buggy() -> dict[str, Any]:
    raise RuntimeError("password=hunter2")


async def hanging() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


def app(**checks: Check) -> FastAPI:
    return create_application(title="t", version="1.2", routers=[], settings=load_settings(), checks=checks)


async def get(app: FastAPI, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


@pytest.mark.parametrize("path", ["/readyz", "/health"])
async def test_it_is_ready_when_every_check_passes(path: str) -> None:
    answer = await get(app(database=database), path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": {"milliseconds": 1, "status": "ok"}}}


async def test_one_failing_check_is_503_and_says_only_what_it_means_to_say(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await get(app(database=database, projections=behind, disk=buggy), "/health")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert [checks[name]["status"] for name in checks] == ["ok", "failing", "failing"]
    assert checks["projections"]["reason"] == "7 facts behind"
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text


async def watch() -> dict[str, Any]:
    return {"warning": "2 open violations"}


async def test_a_warning_is_said_and_takes_nobody_down() -> None:
    answer = await get(app(database=database, watch=watch), "/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "warning")
    assert answer.json()["checks"]["watch"] == {"warning": "2 open violations", "status": "warning"}
    answer = await get(app(watch=watch, projections=behind), "/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")


async def test_a_check_that_hangs_does_not_hang_the_answer() -> None:
    answer = await readiness({"database": hanging}, seconds_max=0.0)(Request({"type": "http"}))
    assert answer.status_code == 503
    assert b"no answer within 0 seconds" in answer.body


async def test_it_is_alive_whatever_the_checks_say() -> None:
    assert (await get(app(projections=behind), "/livez")).status_code == 200


async def test_the_root_says_what_this_is() -> None:
    answer = (await get(app(), "/")).json()
    assert (answer["name"], answer["version"]) == ("t", "1.2")
    for link in answer["links"].values():
        assert (await get(app(), link)).status_code == 200
