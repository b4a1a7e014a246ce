"""A letter as it goes over the wire."""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from runtime.ids import new_id
from runtime.mail.letter import Letter, NotDelivered


def message(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """`sender` is an address, or a name and an address in angle brackets.

    Raises NotDelivered for a letter to what is no address, and for headers of more than one line: nobody who fills in a
    form gets to write a header.
    """
    made = EmailMessage(policy=SMTP if letter.to.isascii() else SMTPUTF8)
    try:
        made["From"] = _address(sender)
        made["To"] = Address(addr_spec=letter.to)
        made["Subject"] = letter.subject
    except (ValueError, IndexError, MessageError):
        raise NotDelivered("an address or the subject cannot stand in a header", for_good=True) from None
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{new_id()}@{made['From'].addresses[0].domain}>"
    # So that no holiday note answers it.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    return made


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)
