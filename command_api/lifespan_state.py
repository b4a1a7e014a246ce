"""What the command side's operations work with; made once by the lifespan, read from `request.state.command`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from command_api.accounts.accounts import Accounts
from command_api.accounts.composing import AccountParts
from command_api.accounts.erasing import Erasing
from command_api.booking_streams import BookingStreams
from command_api.refusals.keeping import KeptRefusals
from command_api.writing.observed import WriteMetrics
from command_api.writing.writers import Writers
from eventstore.store import EventStore
from runtime.authentication.tokens import Tokens
from runtime.notices import Notifier
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People


@dataclass(frozen=True)
class CommandServices:
    writers: Writers
    refusals: KeptRefusals
    store: EventStore
    bookings: BookingStreams
    accounts: Accounts
    account: AccountParts
    erasing: Erasing
    tokens: Tokens
    people: People
    keyring: Keyring
    payments_from_staff: bool
    metrics: WriteMetrics
    notifier: Notifier
    now: Callable[[], datetime]
    wait_seconds: float
    loop: asyncio.AbstractEventLoop


class CommandState(TypedDict):
    """What the lifespan adds to every request's state."""

    command: CommandServices
