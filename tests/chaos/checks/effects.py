"""What a command has to have done, all of it, and once."""

from collections.abc import Sequence
from typing import Any

from domain.show import facts as f
from eventstore.facts import RecordedFact
from tests.chaos.checks.logged import Logged
from tests.chaos.clients.booking import live_seats, live_tickets
from tests.chaos.clients.call import Call, Said

EFFECTS: dict[str, tuple[type, ...]] = {
    "book": (f.SeatsHeld, f.SeatsBooked),
    "confirm": (f.BookingConfirmed,),
    "cancel": (f.BookingCancelled,),
    "exchange": (f.TicketsExchanged,),
}


Group = Sequence[tuple[RecordedFact, Any]]


def lost(calls: Sequence[Call], log: Logged) -> list[str]:
    """Calls that were acknowledged and are not in the log, or are there as something else."""
    keys, commands = log.by_key(), log.by_command()
    found = []
    for call in calls:
        if call.said is Said.DONE:
            groups = [commands[each] for each in keys.get((call.client, call.key), ())]
            if not groups:
                found.append(f"{call.key} {call.action} was acknowledged at {call.position} and is not there")
            elif not any(_is_effect_of(call, group) for group in groups):
                found.append(f"{call.key} {call.action} was acknowledged as something else: {call.answer}")
    return found


def doubled(calls: Sequence[Call], log: Logged) -> list[str]:
    """Keys with more than one effect."""
    keys, commands = log.by_key(), log.by_command()
    found = []
    for call in calls:
        groups = [commands[each] for each in keys.get((call.client, call.key), ())]
        effects = sum(isinstance(fact, EFFECTS[call.action]) for group in groups for _, fact in group)
        if effects > 1:
            found.append(f"{call.key} {call.action} was carried out {effects} times")
    return found


def refused_and_done(calls: Sequence[Call], log: Logged) -> list[str]:
    """Calls that were refused and carried out all the same, by an earlier attempt or a later one."""
    keys, commands = log.by_key(), log.by_command()
    return [
        f"{call.key} {call.action} was refused as {call.code} and is there"
        for call in calls
        if call.said is Said.REFUSED
        and any(
            isinstance(fact, EFFECTS[call.action])
            for each in keys.get((call.client, call.key), ())
            for _, fact in commands[each]
        )
    ]


def halves(log: Logged) -> list[str]:
    """Commands of clients of which only a part is there: their facts follow one another in one stream, and the answer
    is remembered at the last of them.
    """
    keyed = {command for commands in log.by_key().values() for command in commands}
    found = []
    for command, group in log.by_command().items():
        if command not in keyed:
            continue
        facts = [fact for fact, _ in group]
        first, last = facts[0], facts[-1]
        steps = range(first.version, first.version + len(facts))
        if len({fact.stream for fact in facts}) > 1 or [fact.version for fact in facts] != list(steps):
            found.append(f"{command} is scattered: {[(fact.stream, fact.version) for fact in facts]}")
        elif log.commands.get(command) != last.position:
            told = log.commands.get(command)
            found.append(f"{command} ends at {last.position} and its answer says {told}")
    return found


def _is_effect_of(call: Call, group: Group) -> bool:
    """Whether it is this very booking, with these tickets."""
    effects = EFFECTS[call.action]
    for fact, value in group:
        if type(value) in effects and value.booking_id == call.answer["id"]:
            return fact.position <= call.position and _tickets_fit(call, value)
    return False


def _tickets_fit(call: Call, fact: Any) -> bool:
    match fact:
        case f.SeatsHeld() | f.SeatsBooked():
            told = {ticket["id"]: ticket["seat"] for ticket in call.answer["tickets"]}
            return {ticket.id: ticket.seat for ticket in fact.tickets} == told
        case f.BookingCancelled():
            return set(fact.ticket_ids).isdisjoint(ticket["id"] for ticket in live_tickets(call.answer))
        case f.TicketsExchanged():
            return {ticket.seat for ticket in fact.tickets} <= live_seats(call.answer)
        case _:
            return True
