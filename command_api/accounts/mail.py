"""Which mail a process has."""

from collections.abc import Callable
from datetime import datetime

from runtime.mail.letter import Mail
from runtime.mail.logged import LoggedMail
from runtime.mail.smtp import SmtpMail
from runtime.mail.smtp_server import smtp_server
from runtime.settings import Mode, Settings


def mail_of(settings: Settings, now: Callable[[], datetime]) -> Mail | None:
    """By the server of the settings; without one in the log, but in production not at all."""
    if settings.smtp_url is not None:
        return SmtpMail(smtp_server(settings.smtp_url), settings.mail_from, now)
    return None if settings.mode is Mode.PRODUCTION else LoggedMail()
