"""Handing a letter over to the outbox, as an operation does it."""

from command_api.lifespan_state import CommandServices
from runtime.mail.outbox import Writing
from runtime.problems import Problem, ProblemDetail, come_back_later

MAIL_PROBLEMS = ["mail-not-configured", "overloaded"]

NO_MAIL = come_back_later(
    "mail-not-configured",
    "This server sends no mail",
    "Whoever runs it has to set SEATLEDGER_SMTP_URL.",
    3600,
)
TOO_MUCH_MAIL = come_back_later(
    "overloaded", "Too many letters wait to be sent", "Nothing was done. Try again later.", 10
)


def mail_problem(services: CommandServices) -> ProblemDetail | None:
    """Why no letter can be sent at all; None when one can."""
    return NO_MAIL if services.account.outbox is None else None


def post(services: CommandServices, writing: Writing) -> None:
    """Have it written and sent. Raises Problem 503, whoever it is for."""
    outbox = services.account.outbox
    if outbox is None:
        raise Problem(NO_MAIL)
    if not outbox.post(writing):
        raise Problem(TOO_MUCH_MAIL)
