"""Log lines: one JSON object each, with the request's id and without credentials."""

import asyncio
import json
import logging
import sys
from datetime import datetime

import asyncpg
import pytest

from runtime.access_log import BLOCK_CHARS_MAX, log_request, write_block
from runtime.logs import configure_logging
from runtime.request_id import REQUEST_ID

pytestmark = pytest.mark.usefixtures("own_logging")
JWT = "eyJhbGciOi.eyJzdWIiOi.c2ln"
log = logging.getLogger("any.where")


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip()


def test_a_record_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    token = REQUEST_ID.set("r1")
    try:
        log.warning("three %s", "things\nhappened", extra={"fields": {"count": 3}})
    finally:
        REQUEST_ID.reset(token)
    line = json.loads(last_line(capsys))
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "any.where",
        "message": "three things\nhappened",
        "request_id": "r1",
        "count": 3,
    }


def test_a_trace_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        log.exception("it is")
    assert "RuntimeError: broken" in json.loads(last_line(capsys))["trace"]


def test_a_pool_whose_database_is_away_says_nothing_and_its_mistakes_have_a_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("info", "json")
    configure_logging("info", "json")
    pool = logging.getLogger("asyncpg.pool")
    for error in (ConnectionRefusedError(), asyncpg.CannotConnectNowError(), TimeoutError()):
        pool.warning("Failed to restore the pool connection floor; retrying", exc_info=error)
    assert last_line(capsys) == ""
    pool.warning("Failed to restore the pool connection floor; retrying", exc_info=RuntimeError("broken"))
    assert "RuntimeError: broken" in json.loads(last_line(capsys))["trace"]


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_credentials_never_reach_the_line(capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    configure_logging("info", log_format)
    log.error(
        "sent Authorization: Bearer abc.def, %s and X-API-Key: slk_0AbC to postgresql://ana:hunter2@db/x", JWT
    )
    line = last_line(capsys)
    assert "abc.def" not in line
    assert "slk_" not in line
    assert JWT not in line
    assert "hunter2" not in line
    assert "@db/x" in line


def test_what_json_cannot_hold_is_still_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    log.error("half \ud800 a pair", extra={"fields": {"number": 10**30}})
    assert "half" in json.loads(last_line(capsys))["message"]


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "text")
    log.info("hello")
    log_request("GET", "/x", 200, 0.0123, "r9")
    first, second = last_line(capsys).splitlines()
    assert first.endswith("info    any.where: hello")
    assert second.endswith("access: GET /x 200 12.3 ms [r9]")


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("error", "json")
    log.warning("no")
    log_request("GET", "/x", 200, 0.1, "r9")
    assert last_line(capsys) == ""


def test_uvicorn_speaks_through_us_and_only_when_something_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("info", "json")
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    assert json.loads(last_line(capsys))["logger"] == "uvicorn.error"


@pytest.mark.parametrize(
    "secret",
    [
        "slk_01a201e2_" + "aB3-" * 10,
        "xJ7" + "aB3_" * 10,
        "ana.ruiz+x@example.org",
        "o'brien@sub.example.co.uk",
        "zoë@xn--bcher-kva.example",
    ],
)
def test_keys_and_addresses_are_hidden_wherever_they_stand(
    capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    configure_logging("info", "json")
    log.error("sent %s, (%s) and '%s'", secret, secret, secret, extra={"fields": {"who": f"by {secret}"}})
    line = json.loads(last_line(capsys))
    assert secret not in str(line)
    assert line["message"].count("[hidden]") == 3
    assert line["message"].startswith("sent [hidden], (")


def test_what_is_no_secret_stays(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    plain = (
        "01a201e2-0000-7000-8000-00000000000a a_name_of_forty_three_signs_but_without_a_key @decorated x@y "
        + "0" * 64
    )
    log.error("%s", plain)
    assert json.loads(last_line(capsys))["message"] == plain


def access_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_access_lines_are_written_together_soon_after(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    for number in range(3):
        log_request("GET", "/x", 200, 0.1, f"r{number}")
    written = access_lines(capsys)
    assert written == []
    async with asyncio.timeout(60):
        while not written:
            await asyncio.sleep(0)
            written = access_lines(capsys)
    assert [line["request_id"] for line in written] == ["r0", "r1", "r2"]


async def test_no_block_of_access_lines_is_longer_than_what_a_pipe_takes_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logging("info", "json")
    blocks: list[str] = []
    monkeypatch.setattr(sys.stderr, "write", blocks.append)
    for number in range(100):
        log_request("GET", "/x", 200, 0.1, f"r{number}")
    write_block()
    assert len(blocks) < 10
    assert max(map(len, blocks)) <= BLOCK_CHARS_MAX
    assert [json.loads(line)["request_id"] for line in "".join(blocks).splitlines()] == [
        f"r{number}" for number in range(100)
    ]


def test_an_access_line_is_what_the_logging_machinery_would_write(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    log_request('P"T', "/x/{id}", 404, 0.01234567, "r9")
    (line,) = access_lines(capsys)
    assert datetime.fromisoformat(str(line.pop("at"))).tzinfo is not None
    assert line == {
        "level": "info", "logger": "access", "message": 'P"T /x/{id} 404', "request_id": "r9",
        "method": 'P"T', "route": "/x/{id}", "status": 404, "ms": 12.346,
    }  # fmt: skip
