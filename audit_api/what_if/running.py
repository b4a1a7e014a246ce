"""Run an event's facts through both worlds: the one that was, and the one that would have been."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from audit_api.what_if.asking import ask
from audit_api.what_if.changes import Changes
from audit_api.what_if.outcome import Fate, Figures, Kind, Outcome, Point, Step
from audit_api.what_if.world import World
from domain.refusal import Refusal
from domain.show import commands as c
from domain.show import facts as f
from domain.show.booking import Booking

POINTS = 24


class NothingHappened(Exception):
    """There are no bookings to be looked at."""


class UnknownTypes(Exception):
    """Says which ticket types were never on offer."""


def what_if(facts: Sequence[f.ShowFact], changes: Changes, points: int = POINTS) -> Outcome:
    """What would have differed. `facts` are all of one event, in order.

    Raises `NothingHappened` and `UnknownTypes`.
    """
    if unknown := changes.unknown(dict(_offered(facts))):
        raise UnknownTypes(f"this event has never offered {', '.join(unknown)}")
    times = _times(facts, points)
    run, plain = Run(changes), Run(Changes())
    shown: list[Point] = []
    for fact in facts:
        while times and times[0] < fact.at:
            shown.append(run.point(times.pop(0)))
        run.happen(fact)
        plain.happen(fact)
    shown += [run.point(at) for at in times]
    unlike = {fate.booking_id for fate in plain.fates()}
    refused_anyway = set(plain.steps())
    fates = [fate for fate in run.fates() if fate.booking_id not in unlike]
    return Outcome(
        run.currency,
        lost=[each for each in fates if each.in_fact == "sold"],
        gained=[each for each in fates if each.supposed == "sold"],
        turned_away=[each for each in fates if (each.in_fact, each.supposed) == ("held", "refused")],
        late=run.late(),
        steps=[step for step in run.steps() if step not in refused_anyway],
        unlike=sorted(unlike),
        not_done=run.not_done,
        points=shown,
    )


def _offered(facts: Sequence[f.ShowFact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if isinstance(fact, f.ShowScheduled):
            yield from ((offer.id, offer.name) for offer in fact.offers)
        elif isinstance(fact, f.TicketTypeOffered | f.OfferChanged):
            yield fact.offer.id, fact.offer.name


def _times(facts: Sequence[f.ShowFact], points: int) -> list[datetime]:
    """Evenly from the first booking to the last fact."""
    first = next((fact.at for fact in facts if isinstance(fact, f.SeatsHeld | f.SeatsBooked)), None)
    if first is None:
        raise NothingHappened("nothing was ever booked of this event")
    last = max(facts[-1].at, first)
    step = (last - first) / max(points - 1, 1)
    return [first + number * step for number in range(points - 1)] + [last]


class Run:
    """Both worlds, side by side."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._actual = World()
        self._supposed = World()
        self.not_done: list[tuple[datetime, str, str]] = []

    @property
    def currency(self) -> str:
        return next(iter(self._actual.show.bookings.values())).total.currency

    def happen(self, fact: f.ShowFact) -> None:
        """In the one world the fact, in the other what would have come of it."""
        match fact:
            case f.SalesOpened():
                pass  # It follows from what is sold.
            case f.ShowPlanChanged():
                self._do("change the seating plan", c.ChangeShow(fact.show_id, fact.at, plan=fact.plan))
            case f.SeatsAllotted():
                self._do("keep seats back", c.AllotSeats(fact.show_id, fact.allotment, fact.at))
            case f.AllotmentReleased():
                self._supposed.carry_out(c.ReleaseAllotment(fact.show_id, fact.allotment_id, fact.at))
            case f.ShowCancelled():
                self._call_off(fact)
            case _ if isinstance(fact, f.BookingFact):
                ask(fact, self._actual.show, self._supposed)
            case _:
                self._supposed.pass_time(fact.at)
                self._supposed.happen([self._changes.supposed(fact)])
        self._actual.happen([fact])

    def _do(self, what: str, command: c.OfferCommand) -> None:
        """What an organiser does may run into what would have been sold."""
        reason = self._supposed.carry_out(command)
        if reason is not None:
            self.not_done.append((command.now, what, in_words(reason)))

    def _call_off(self, fact: f.ShowCancelled) -> None:
        """Each booking is cancelled by a fact that follows, but for those that in fact had ended by then."""
        self._supposed.pass_time(fact.at)
        self._supposed.happen([fact])
        in_fact = self._actual.show.bookings
        for booking in list(self._supposed.show.bookings.values()):
            if booking.is_live and not in_fact[booking.id].is_live:
                self._supposed.carry_out(c.CancelBooking(fact.show_id, booking.id, fact.at))

    def point(self, at: datetime) -> Point:
        return Point(at, _figures(self._actual), _figures(self._supposed))

    def late(self) -> list[str]:
        """What was paid late in one world only, and sold in both."""
        return sorted((self._supposed.late - self._actual.late) & self._actual.sold)

    def fates(self) -> Iterator[Fate]:
        """Of the bookings that fared otherwise."""
        for booking in self._actual.show.bookings.values():
            in_fact, supposed = _kind(self._actual, booking.id), _kind(self._supposed, booking.id)
            if in_fact != supposed:
                why = _why(
                    self._supposed if in_fact == "sold" or supposed == "refused" else self._actual, booking
                )
                yield Fate(booking.id, booking.created_at, len(booking.tickets), in_fact, supposed, why)

    def steps(self) -> Iterator[Step]:
        """What would have been refused to bookings that fared alike."""
        for booking_id, (step, at, reason) in self._supposed.refused.items():
            if _kind(self._actual, booking_id) == _kind(self._supposed, booking_id):
                yield Step(booking_id, at, step, in_words(reason))


def _figures(world: World) -> Figures:
    return Figures(len(world.sold), world.tickets_sold, world.revenue)


def _kind(world: World, booking_id: str) -> Kind:
    if booking_id in world.sold:
        return "sold"
    return "held" if booking_id in world.show.bookings else "refused"


def _why(world: World, booking: Booking) -> str:
    """What was in the way of a booking in the world in which it was not sold."""
    there = world.show.bookings.get(booking.id)
    if there is not None and there.unwanted_payments:
        return "payment came too late"
    if booking.id in world.refused:
        return in_words(world.refused[booking.id][2])
    return "hold ran out"


def in_words(reason: Refusal) -> str:
    """The name of a refusal, as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(reason).__name__).lower()
