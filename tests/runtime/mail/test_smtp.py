"""Letters handed in to a mail server."""

import email
from datetime import UTC, datetime
from email.policy import default

import pytest

from runtime.mail.letter import Letter, NotDelivered
from runtime.mail.message import message
from runtime.mail.smtp import SmtpMail
from runtime.mail.smtp_server import SmtpServer, smtp_server
from tests.runtime.mail.mail_server import MailServer, mail_server

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LETTER = Letter(
    "ana@example.org", "A new password — now", "Grüße,\n\n.\nhttps://shop.example/?t=1&x=" + "a" * 200
)


def mail(server: MailServer, *, seconds_max: float = 5.0, credentials: str = "") -> SmtpMail:
    url = f"smtp://{credentials}127.0.0.1:{server.port}"
    return SmtpMail(smtp_server(url), "Box office <shop@example.org>", lambda: NOON, seconds_max=seconds_max)


async def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        await mail(server).send(LETTER)
    [(recipients, text)] = server.letters
    assert len(recipients) == 1
    assert "ana@example.org" in recipients[0]
    read = email.message_from_string(text, policy=default)
    assert (read["To"], read["Subject"]) == (LETTER.to, LETTER.subject)
    assert read["From"] == "Box office <shop@example.org>"
    body = read.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == LETTER.text


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ana@example.org\r\nBcc: all@example.org", "Hello"),
        ("ana@example.org\nBcc: all@example.org", "Hello"),
        ("ana@example.org", "Hello\r\nBcc: all@example.org"),
        ("ana@example.org, all@example.org", "Hello"),
        ("", "Hello"),
        ("nobody", "Hello\n"),
        ("<ana@example.org> all@example.org", "Hello"),
    ],
)
def test_nobody_writes_a_header(to: str, subject: str) -> None:
    with pytest.raises(NotDelivered) as refused:
        message(Letter(to, subject, "text"), "shop@example.org", NOON)
    assert refused.value.for_good
    assert "example.org" not in str(refused.value)


async def test_what_is_refused_for_good_is_not_tried_again() -> None:
    with (
        mail_server({"RCPT": "550 no such mailbox ana@example.org"}) as server,
        pytest.raises(NotDelivered) as refused,
    ):
        await mail(server).send(LETTER)
    assert refused.value.for_good
    assert "ana" not in str(refused.value), "an address is personal, and failures are logged"


@pytest.mark.parametrize(
    "answers", [{"RCPT": "451 later"}, {"MAIL": "421 busy"}, {"EHLO": "421 x", "HELO": "421 x"}]
)
async def test_what_may_be_taken_later_is_tried_again(answers: dict[str, str]) -> None:
    with mail_server(answers) as server, pytest.raises(NotDelivered) as refused:
        await mail(server).send(LETTER)
    assert not refused.value.for_good


async def test_a_server_that_is_silent_or_gone_is_not_waited_for() -> None:
    with mail_server(is_silent=True) as server, pytest.raises(NotDelivered):
        await mail(server, seconds_max=0.2).send(LETTER)
    with pytest.raises(NotDelivered) as refused:
        await mail(server, seconds_max=0.2).send(LETTER)
    assert not refused.value.for_good


async def test_a_password_is_not_sent_to_a_server_elsewhere_that_offers_no_encryption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mail_server() as server:
        monkeypatch.setattr("runtime.mail.smtp.LOOPBACK", frozenset())
        with pytest.raises(NotDelivered) as refused:
            await mail(server, credentials="box:secret@").send(LETTER)
    assert refused.value.for_good
    assert not [each for each in server.commands if each.upper().startswith(("AUTH", "MAIL"))]


def test_a_url_says_where_how_and_as_whom() -> None:
    assert smtp_server("smtps://b%40x:p%3Aw@mail.example") == SmtpServer(
        "mail.example", 465, True, "b@x", "p:w"
    )
    assert smtp_server("smtp://mail.example:2525") == SmtpServer("mail.example", 2525, False, None, None)
    assert "p:w" not in repr(smtp_server("smtps://b:p%3Aw@mail.example"))
    for bad in ("", "mail.example", "http://x", "smtp://", "smtp://x:port", "smtp://x/path", "smtps://x?a=b"):
        with pytest.raises(ValueError, match="must be smtps"):
            smtp_server(bad)
