"""From a file's bytes to a season that the API would take. Nothing is written while there is any problem."""

import codecs
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from cli.importing.bad_season import BadSeason, in_words, json_path
from cli.importing.fingerprint import fingerprint_of
from cli.importing.references import check_references
from cli.importing.season import B, Entry, Kind, Season
from cli.importing.season_body import SeasonBody
from cli.stopped import Stopped

FILE_BYTES_MAX = 256 * 1024 * 1024

SEASON = TypeAdapter(SeasonBody)


def read_season(path: Path) -> Season:
    """The season in a file. Raises `Stopped` when it cannot be read, `BadSeason` for the first problem in it."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Stopped(
                f"{path} is larger than {FILE_BYTES_MAX // 1024**2} MiB: split the season into several files"
            )
        content = path.read_bytes()
    except OSError as error:
        raise Stopped(f"{path} cannot be read: {error.strerror}") from None
    return parsed_season(content, path.name)


def parsed_season(content: bytes, name: str) -> Season:
    """The season in the bytes of the file `name`. Raises `BadSeason`."""
    # Spreadsheets and editors on Windows put a mark first that JSON does not know.
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        raw: dict[str, Any] = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadSeason(
            f"{name}, line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}"
        ) from None
    try:
        body = SEASON.validate_json(content)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        place, problem = json_path(problems[0]["loc"]), in_words(problems[0])
        raise BadSeason(f"{name}, {place}", problem, len(problems) - 1) from None
    season = Season(
        _entries(Kind.VENUE, "venues", body.venues, raw),
        _entries(Kind.TICKET_TYPE, "ticket_types", body.ticket_types, raw),
        _entries(Kind.EVENT, "events", body.events, raw),
    )
    check_references(season, name)
    return season


def _entries(kind: Kind, field: str, bodies: list[B], raw: dict[str, Any]) -> tuple[Entry[B], ...]:
    return tuple(
        Entry(kind, json_path((field, place)), body, fingerprint_of(raw[field][place]))
        for place, body in enumerate(bodies)
    )
