"""Options that several verbs share, and how they become settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from runtime.settings import Settings, load_settings

F = TypeVar("F", bound=Callable[..., Any])


def data_dir(function: F) -> F:
    """`--data-dir`."""
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the embedded database and of generated secrets.  [default: .seatledger]",
    )(function)


def as_json(function: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def listening(function: F) -> F:
    """`--host` and `--port`."""
    port = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8000]")
    host = click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
    return host(port(function))


def settings_with(**given: Any) -> Settings:
    """The settings of the environment, with what the command line says on top."""
    return load_settings(**{name: value for name, value in given.items() if value is not None})
