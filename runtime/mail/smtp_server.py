"""Where letters are handed in, as a URL says it."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SMTPS_PORT, SUBMISSION_PORT = 465, 587
FORM = "must be smtps://user:password@host:port or smtp://host:port"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed in. `encrypted` from the first byte; otherwise by STARTTLS, which must succeed
    unless the server is this very machine.
    """

    host: str
    port: int
    encrypted: bool
    user: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port})"


def smtp_server(url: str) -> SmtpServer:
    """Of `smtps://user:password@host:465` or `smtp://host:587`. Raises ValueError, which repeats nothing of `url`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(FORM) from None
    if (
        parts.scheme not in {"smtp", "smtps"}
        or not parts.hostname
        or parts.path not in {"", "/"}
        or parts.query
    ):
        raise ValueError(FORM)
    encrypted = parts.scheme == "smtps"
    return SmtpServer(
        parts.hostname,
        port or (SMTPS_PORT if encrypted else SUBMISSION_PORT),
        encrypted,
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )
