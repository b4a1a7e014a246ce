"""What is in the file about a customer, section by section."""

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from audit_api.customers.account import account
from audit_api.customers.bookings import bookings
from audit_api.customers.refusals import refusals
from audit_api.customers.whose import Whose
from audit_api.lifespan_state import AuditServices
from runtime.http.json_answer import json_bytes


class Section(NamedTuple):
    """`covers` says which tables it tells all of. `write` gives one JSON value in pieces that end between values."""

    name: str
    covers: str
    write: Callable[[AuditServices, Whose], AsyncIterator[bytes]]


SECTIONS = (
    Section("account", "eventstore.events: the facts of the account", account),
    Section(
        "bookings",
        "eventstore.events: the facts of each booking while it was theirs, of which every read table is made",
        bookings,
    ),
    Section("refusals", "command_api.refusals: what was refused to them, or for them", refusals),
)
"""Whoever keeps something else about customers adds a section."""


async def customer_file(services: AuditServices, theirs: Whose) -> AsyncIterator[bytes]:
    """The shape of `audit_api.shapes.customer_data.CustomerData`, opened piece by piece. Raises `StoreUnavailable`."""
    head = {
        "person_id": theirs.person_id,
        "account_id": theirs.account_id,
        "covers": {section.name: section.covers for section in SECTIONS},
    }
    yield json_bytes(head)[:-1]
    for section in SECTIONS:
        yield b',"%s":' % section.name.encode()
        async for piece in section.write(services, theirs):
            yield await services.keyring.opened_json(piece)
    yield b"}"
