"""Letters of a program under development: there is no mail server, so they are written to its log."""

import logging

from runtime.mail.letter import Letter

log = logging.getLogger("seatledger.mail")


class LoggedMail:
    """Never used in production, where a log must not hold what opens an account."""

    async def send(self, letter: Letter) -> None:
        log.warning(
            "This letter was not sent: no mail server is set. Letters are shown like this only in development.\n"
            "To: %s\nSubject: %s\n\n%s",
            letter.to,
            letter.subject,
            letter.text,
        )
