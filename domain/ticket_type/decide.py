"""Decide one command about a ticket type."""

from domain.refusal import Refused
from domain.ticket_type.commands import AddTicketType, ChangeTicketType, TicketTypeCommand, WithdrawTicketType
from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeFact, TicketTypeWithdrawn
from domain.ticket_type.refusals import TicketTypeAlreadyAdded, TicketTypeIsWithdrawn, TicketTypeNotFound
from domain.ticket_type.state import TicketType


def decide(command: TicketTypeCommand, known: TicketType) -> list[TicketTypeFact]:
    """The facts that follow from `command`; raises `Refused`."""
    if isinstance(command, AddTicketType):
        if known.id:
            raise Refused(TicketTypeAlreadyAdded(known.id))
        new_id, name, price, now = command.ticket_type_id, command.name, command.price, command.now
        return [TicketTypeAdded(new_id, name, price, now, command.description, command.owner_id)]
    if not known.id:
        raise Refused(TicketTypeNotFound(command.ticket_type_id))
    match command:
        case ChangeTicketType():
            return _change(command, known)
        case WithdrawTicketType():
            return [] if known.status == "withdrawn" else [TicketTypeWithdrawn(known.id, command.now)]


def _change(command: ChangeTicketType, known: TicketType) -> list[TicketTypeFact]:
    if known.status == "withdrawn":
        raise Refused(TicketTypeIsWithdrawn(known.id))
    wanted = (command.name, command.price, command.description)
    if wanted == (known.name, known.price, known.description):
        return []
    return [TicketTypeChanged(known.id, command.name, command.price, command.now, command.description)]
