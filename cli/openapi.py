"""The OpenAPI document of all sides together, made without a database: `python -m cli.openapi docs/openapi.json`."""

import sys
from importlib.metadata import version
from pathlib import Path

import orjson

import audit_api.app
import command_api.app
import query_api.app
from cli.application import DESCRIPTION
from cli.openapi_tags import TAGS
from runtime.authentication import jwks
from runtime.http.application import Application, create_application
from runtime.settings import load_settings


def all_sides() -> Application:
    """Every operation there is, to be looked at and not to be served."""
    return create_application(
        title="Seatledger",
        version=version("seatledger"),
        description=DESCRIPTION,
        tags=TAGS,
        routers=(jwks.router, *command_api.app.ROUTERS, *query_api.app.ROUTERS, *audit_api.app.ROUTERS),
        settings=load_settings(),
    )


def document() -> bytes:
    """The document as it is committed: indented and sorted, so that a change shows as the lines it changes."""
    return written(all_sides().openapi())


def written(openapi: dict[str, object]) -> bytes:
    return orjson.dumps(
        openapi, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(document())
