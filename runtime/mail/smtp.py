"""Letters over SMTP, each on a connection and a thread of its own, with a limit on how long that may take."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from threading import Thread

from runtime.mail.letter import Letter, NotDelivered
from runtime.mail.message import message
from runtime.mail.smtp_server import SmtpServer

SECONDS_MAX = 10.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpMail:
    """Mail through one server, from one address."""

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        now: Callable[[], datetime],
        *,
        seconds_max: float = SECONDS_MAX,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._now = now
        self._seconds_max = seconds_max
        self._tls = tls or ssl.create_default_context()

    async def send(self, letter: Letter) -> None:
        made = message(letter, self._sender, self._now())
        await _on_a_thread(lambda: self._hand_in(made))

    def _hand_in(self, made: EmailMessage) -> None:
        try:
            connection = self._connection()
            try:
                if self._server.user is not None:
                    connection.login(self._server.user, self._server.password or "")
                connection.send_message(made)
            finally:
                # Whatever is said to a good-bye, a letter that was taken is not sent again for it.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotDelivered("the address was refused", for_good=min(codes, default=0) >= 500) from None
        except smtplib.SMTPNotSupportedError as error:
            raise NotDelivered(f"the server cannot do that: {type(error).__name__}", for_good=True) from None
        except (smtplib.SMTPException, OSError) as error:
            # Messages of servers may repeat the address.
            code = getattr(error, "smtp_code", "")
            raise NotDelivered(f"{type(error).__name__} {code}".strip(), for_good=False) from None

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        if server.encrypted:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=self._seconds_max, context=self._tls)
        connection = smtplib.SMTP(server.host, server.port, timeout=self._seconds_max)
        try:
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=self._tls)
            elif server.host not in LOOPBACK:
                raise NotDelivered("the server offers no encryption", for_good=True)
        except BaseException:
            connection.close()
            raise
        return connection


async def _on_a_thread(work: Callable[[], None]) -> None:
    """On a daemon thread: one that waits for a dead server does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 - handed on to whoever waits
            error = failure
        with suppress(RuntimeError):
            # Raised when the loop has been closed meanwhile: then nobody waits any more.
            loop.call_soon_threadsafe(finish, error)

    Thread(target=run, name="mail", daemon=True).start()
    await done
