"""Every setting of every process, read once from the environment.

`docs/settings.md` holds the same list for operators, and a test keeps the two equal.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode

from runtime.limit_settings import PREFIX, LimitSettings
from runtime.mail_settings import MailSettings
from runtime.master_key import master_keys
from runtime.oidc_settings import OidcSettings


class BadSettings(Exception):
    """One line that names the environment variable and what is wrong with it, never its value."""


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    JSON = "json"
    TEXT = "text"


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class PaymentsFrom(StrEnum):
    ANYBODY = "anybody"
    STAFF = "staff"


class TokenAlgorithm(StrEnum):
    EDDSA = "EdDSA"
    RS256 = "RS256"


class Settings(OidcSettings, MailSettings, LimitSettings):
    """What an operator may choose. Seconds are wall-clock seconds, bytes are bytes on the wire.

    Fields that hold a secret stay out of `repr`, so a logged `Settings` gives nothing away.
    """

    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        repr=False,
        description="PostgreSQL to use, as postgresql://user:password@host:port/name, or with host1:port,host2:port; "
        "unset = the embedded one",
    )
    data_dir: Path = Field(
        Path(".seatledger"), description="Folder for the embedded database and generated secrets"
    )
    wal_archive: Path | None = Field(
        None,
        description="Folder for the write-ahead log of the embedded database, to restore to any moment; unset = none",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on; 0 = any free one")
    log_level: LogLevel = Field(
        LogLevel.INFO, description="Least severe level that is logged: debug, info, warning or error"
    )
    log_format: LogFormat = Field(
        LogFormat.JSON, description="json = one object per line, text = lines for people"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Browser origins allowed to call the API, comma separated; * = any; unset = none"
    )
    mode: Mode = Field(
        Mode.DEVELOPMENT,
        description="production = refuse to start with secrets that are weak or not given; development = make them",
    )
    master_key: str | None = Field(
        None,
        max_length=2048,
        repr=False,
        description="Wraps the secrets in the database: 32 bytes of chance in base64url or hex; further ones, after "
        "commas, only unwrap; unset = generated in the data folder",
    )
    payments_from: PaymentsFrom = Field(
        PaymentsFrom.ANYBODY,
        description="Whose word counts that something was paid: anybody, about what is theirs, or staff and keys",
    )
    token_algorithm: TokenAlgorithm = Field(
        TokenAlgorithm.EDDSA,
        description="What a new signing key is for: EdDSA, or RS256 for readers that know nothing newer",
    )
    access_token_seconds: int = Field(
        1800, ge=10, le=86400, description="Life of an access token, in seconds"
    )
    refresh_token_seconds: int = Field(
        604800, ge=60, le=31536000, description="Life of a refresh token, in seconds"
    )
    admin_email: str | None = Field(
        None, max_length=320, description="E-mail address of the first administrator; unset = one is made up"
    )
    admin_password: str | None = Field(
        None,
        min_length=8,
        max_length=1024,
        repr=False,
        description="Password of the first administrator, 8 to 1024 characters; unset = one is made up",
    )
    body_max_bytes: int = Field(
        1_048_576, ge=1024, le=1_073_741_824, description="Largest request body, in bytes"
    )
    pool_min_connections: int = Field(
        1, ge=0, le=1000, description="Database connections kept open by a process"
    )
    pool_max_connections: int = Field(
        10, ge=1, le=1000, description="Database connections of one process, at most"
    )
    audit_connections: int = Field(
        4,
        ge=1,
        le=1000,
        description="Database connections with which one process reads the log for auditors, at most",
    )
    append_flights: int = Field(
        2, ge=1, le=16, description="Appends to the log in flight at once, per process"
    )
    batch_facts_max: int = Field(64, ge=1, le=10_000, description="Facts in one append to the log, at most")
    queue_max: int = Field(
        1000, ge=1, le=100_000, description="Commands waiting for one stream; beyond it the answer is 503"
    )
    queue_seconds_max: float = Field(
        2.0,
        ge=0.05,
        le=10,
        description="How long a command may have to wait for its turn, in seconds; beyond it the answer is 503",
    )
    writers_max: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="Streams kept in memory by a process; the least used leave first",
    )
    min_position_wait_seconds: float = Field(
        2.0, ge=0, le=60, description="How long a read waits for a position before it answers 503, in seconds"
    )
    streams_max: int = Field(
        10_000,
        ge=0,
        le=1_000_000,
        description="Live streams open at once, per process; beyond it the answer is 503",
    )
    stream_heartbeat_seconds: float = Field(
        15.0,
        ge=0.05,
        le=600,
        description="How often a live stream on which nothing happens says so, in seconds",
    )
    stream_seconds_max: int = Field(
        3600,
        ge=1,
        le=604_800,
        description="Life of a live stream, in seconds; its client comes back and goes on where it was",
    )
    projection_batch_max: int = Field(
        1000, ge=1, le=100_000, description="Facts applied to the read tables in one transaction, at most"
    )
    seal_seconds: float = Field(
        5.0, ge=0.05, le=3600, description="How long facts may gather before they are sealed, in seconds"
    )
    seals_path: str | None = Field(
        None,
        max_length=4096,
        description="Folder, file ending in .ndjson, or file URL that gets a copy of every seal; unset = none",
    )
    refusals_kept_days: int = Field(
        400,
        ge=0,
        le=36_500,
        description="Days for which refused commands are kept for auditors; 0 = for ever",
    )
    password_hash_threads: int = Field(2, ge=1, le=64, description="Passwords hashed at once, per process")
    shutdown_grace_seconds: int = Field(
        10, ge=0, le=600, description="Time for requests in flight to end after a stop signal, in seconds"
    )

    shutdown_wait_seconds: float = Field(
        0.0,
        ge=0,
        le=600,
        description="Time after a stop signal in which /readyz fails and requests are still taken, in seconds",
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("master_key")
    @classmethod
    def _holds_master_keys(cls, value: str | None) -> str | None:
        if value is not None:
            master_keys(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_postgres_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgres://", "postgresql://")):
            raise ValueError("must start with postgresql://")
        return value

    @model_validator(mode="after")
    def _pool_has_room(self) -> Self:
        if self.pool_min_connections > self.pool_max_connections:
            low, high = variable_of("pool_min_connections"), variable_of("pool_max_connections")
            raise ValueError(f"{low}: must not be greater than {high}")
        return self


def variable_of(field: str) -> str:
    """The environment variable that sets `field`."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` are what the command line says, by field name.

    Raises BadSettings with one line about the first value that does not parse.
    """
    given = {
        variable_of(name) if name == "database_url" else name: value for name, value in overrides.items()
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSettings(_one_line(error)) from None


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ").replace("\n", " ")
    if not first["loc"]:
        # A rule between two settings names them itself.
        return message
    name = str(first["loc"][0])
    variable = variable_of(name) if name in Settings.model_fields else name
    return f"{variable}: {message[0].lower()}{message[1:]}"


def known_variables() -> frozenset[str]:
    """Every environment variable that is read."""
    return frozenset(variable_of(name) for name in Settings.model_fields)


def unknown_variables() -> list[str]:
    """Variables with our prefix that nothing reads: most often a typing mistake worth a warning."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known_variables())
