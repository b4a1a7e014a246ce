"""Settings that keep a process on the open internet alive, and fair to everybody it serves."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SEATLEDGER_"


class LimitSettings(BaseSettings):
    """Each limit is for one process. The part of `Settings` that operators rarely touch."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    rate_address_per_minute: int = Field(
        600_000,
        ge=0,
        le=100_000_000,
        description="Requests a minute from one address (of IPv6: one /64); beyond it the answer is 429; 0 = any",
    )
    rate_caller_per_minute: int = Field(
        300_000,
        ge=0,
        le=100_000_000,
        description="Requests a minute of one signed-in caller; beyond it the answer is 429; 0 = any",
    )
    sign_in_failures_per_minute: int = Field(
        10,
        ge=0,
        le=10_000,
        description="Failed attempts a minute to sign in to one account, ten times that from one address; 0 = any",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Networks of proxies whose X-Forwarded-For is believed, comma separated; unset = none"
    )
    strict_transport: bool = Field(
        False, description="true = browsers are told to come by HTTPS only (Strict-Transport-Security)"
    )
    reports_at_once: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Reports, exports and searches of staff served at once; unset = half of the connections",
    )
    reports_queue_max: int = Field(
        100, ge=0, le=10_000, description="Reports that wait for their turn; beyond it the answer is 503"
    )
    connections_max: int = Field(
        20_000, ge=1, le=1_000_000, description="Open connections of clients; beyond it the answer is 503"
    )
    connections_per_address_max: int = Field(
        4_096,
        ge=1,
        le=1_000_000,
        description="Open connections from one address (of IPv6: one /64) that is no trusted proxy",
    )
    head_max_bytes: int = Field(
        65_536, ge=1024, le=1_048_576, description="Largest head of a request (URL and headers), in bytes"
    )
    headers_max: int = Field(100, ge=10, le=10_000, description="Headers of one request, at most")
    url_max_bytes: int = Field(49_152, ge=256, le=1_048_576, description="Longest URL of a request, in bytes")
    head_seconds_max: float = Field(
        10.0, ge=0.05, le=600, description="Time a client has to send the head of a request, in seconds"
    )
    body_seconds_max: float = Field(
        60.0, ge=0.05, le=3600, description="Time a client has to send the body of a request, in seconds"
    )
    stall_seconds_max: float = Field(
        30.0,
        ge=0.05,
        le=3600,
        description="How long a client may leave an answer unread before it is cut off, in seconds",
    )
    keep_alive_seconds: float = Field(
        75.0,
        ge=0.05,
        le=3600,
        description="How long an idle connection stays open, in seconds: longer than proxies keep theirs",
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError("must be networks such as 10.0.0.0/8, comma separated") from None
