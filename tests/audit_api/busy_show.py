"""A small house sold out again and again: holds, payments in time and late, cancellations, drawn from a seed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from domain.refusal import Refused
from domain.show.commands import ShowCommand
from domain.show.facts import ShowFact
from domain.show.state import Show
from tests.domain.show.words import (
    NOON,
    SHOW_DECIDER,
    STANDARD,
    VIP,
    WINDOW,
    book,
    cancel,
    expire_holds,
    on_sale,
    pay,
    places,
)

COMMANDS = 300
STEPS = (timedelta(0), timedelta(seconds=1), WINDOW / 12, WINDOW / 6, WINDOW / 2)


def busy_stream(seed: int) -> list[ShowFact]:
    """The facts that some hundred commands leave, bookings interleaved."""
    chance, now = Random(seed), NOON
    facts = on_sale(STANDARD, VIP, window=chance.choice([WINDOW, WINDOW, None]))
    show = SHOW_DECIDER.fold(Show(), facts)
    for number in range(COMMANDS):
        now += chance.choice(STEPS)
        try:
            command = chance.choice([_book, _book, _pay, _pay, _cancel, _expire])(chance, show, number, now)
            show, new = SHOW_DECIDER.run(command, show)
        except Refused:
            # What had lapsed by then was folded but never written: back to what was.
            show = SHOW_DECIDER.fold(Show(), facts)
            continue
        facts += new
    return facts


Later = Callable[[Random, Show, int, datetime], ShowCommand]


def _book(chance: Random, show: Show, number: int, now: datetime) -> ShowCommand:
    return book(places(chance.randint(1, 8), STANDARD.id), booking=f"b{number}", at=now)


def _pay(chance: Random, show: Show, number: int, now: datetime) -> ShowCommand:
    booking_id = _any_booking(chance, show)
    return pay(show.due(show.booking(booking_id)).amount, booking_id, now, f"pay-{number}")


def _cancel(chance: Random, show: Show, number: int, now: datetime) -> ShowCommand:
    booking_id = _any_booking(chance, show)
    live = [ticket.id for ticket in show.booking(booking_id).live_tickets]
    return cancel(*chance.sample(live, chance.randint(0, len(live))), booking=booking_id, at=now)


def _expire(chance: Random, show: Show, number: int, now: datetime) -> ShowCommand:
    return expire_holds(now)


def _any_booking(chance: Random, show: Show) -> str:
    """One of the last dozen: old ones are mostly over."""
    return chance.choice(list(show.bookings)[-12:] or ["none"])
