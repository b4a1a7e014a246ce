"""Settings of letters: who takes them, whom they are from, and where a link in them leads."""

import re

from pydantic import BaseModel, Field, field_validator

from runtime.mail.smtp_server import smtp_server

SENDER = re.compile(r"[^<>@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+")


class MailSettings(BaseModel):
    """Part of `Settings`."""

    smtp_url: str | None = Field(
        None,
        max_length=1024,
        repr=False,
        description="Mail server: smtps://user:password@host:465, or smtp://host:587 (then STARTTLS); unset = none",
    )
    mail_from: str = Field(
        "Seatledger <seatledger@localhost>", max_length=320, description="Whom letters are from"
    )
    reset_url: str | None = Field(
        None,
        max_length=1024,
        description="Page on which a password is chosen, with {token} in it; unset = letters hold the bare token",
    )

    @field_validator("smtp_url")
    @classmethod
    def _server(cls, value: str | None) -> str | None:
        if value is not None:
            smtp_server(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if not value.isprintable() or not SENDER.fullmatch(value.strip()):
            raise ValueError("must be an e-mail address, or Name <address>")
        return value.strip()

    @field_validator("reset_url")
    @classmethod
    def _page(cls, value: str | None) -> str | None:
        if value is not None and ("{token}" not in value or not value.startswith(("https://", "http://"))):
            raise ValueError("must be an http or https URL with {token} in it")
        return value
