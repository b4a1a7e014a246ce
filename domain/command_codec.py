"""Commands out of their JSON, for whoever decides one again that was refused.

Unlike a fact a command is no storage format for ever: one that was kept by an earlier version and has another shape now
cannot be read any more, and that is all.
"""

from typing import Any, get_args

import msgspec

from domain.person.commands import PersonCommand
from domain.show.commands import ShowCommand
from domain.ticket_type.commands import TicketTypeCommand
from domain.user.commands import UserCommand
from domain.venue.commands import VenueCommand

COMMANDS: dict[str, type[Any]] = {
    command.__name__: command
    for command in (
        *get_args(ShowCommand),
        *get_args(VenueCommand),
        *get_args(TicketTypeCommand),
        *get_args(UserCommand),
        PersonCommand,
    )
}
"""By the name under which it is kept."""


class UnreadableCommand(Exception):
    """It was kept by a version of this program that asked otherwise."""


def decode_command(name: str, data: str) -> Any:
    """The command that was given. Raises `UnreadableCommand`."""
    try:
        return msgspec.json.decode(data, type=COMMANDS[name])
    except (KeyError, msgspec.MsgspecError) as error:
        raise UnreadableCommand(f"{name}: {error}") from error
