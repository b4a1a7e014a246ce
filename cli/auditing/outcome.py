"""What would have differed, for people and for programs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from audit_api.what_if.outcome import Fate, Figures, Outcome
from cli.bench.bars import bar

SHOWN_MAX = 20
BARS = 12

KNOWN = """What this says rests on facts. A refusal is none: who was refused and would have been sold is only seen where
their money came too late. Each booking asks for the places it got; who might have taken others counts as refused.
Everybody is supposed to pay what is asked, and nobody to buy less for it."""

Row = tuple[str, Callable[[Figures], int]]


def lines(found: Outcome) -> Iterator[str]:
    """A table, the bookings that would have fared otherwise, and sales over time as bars."""
    yield from _table(found)
    yield from _fates("sold, and would not have been", found.lost)
    yield from _fates("not sold, and would have been", found.gained)
    yield from _fates("held and never paid, and would have been refused", found.turned_away)
    yield from _listed("sold only if nobody had taken the places after the hold had run out", found.late)
    yield from _listed(
        "would have been refused later on",
        [f"{each.booking_id}  {each.at:%Y-%m-%d %H:%M:%S}  {each.step}: {each.why}" for each in found.steps],
    )
    yield from _listed(
        "could not have been done by the organiser",
        [f"{at:%Y-%m-%d %H:%M:%S}  {what}: {why}" for at, what, why in found.not_done],
    )
    yield from _listed(
        "come out otherwise under the old rules, too: nothing can be said of them, and sums are off by them",
        found.unlike,
    )
    yield from _over_time(found)
    yield ""
    yield KNOWN


def _table(found: Outcome) -> Iterator[str]:
    rows: tuple[Row, ...] = (
        ("bookings sold", lambda each: each.bookings_sold),
        ("tickets sold in the end", lambda each: each.tickets_sold),
        (f"revenue, {found.currency} in minor units", lambda each: each.revenue),
    )
    width = max(len(name) for name, _ in rows)
    yield f"{'':{width}}  {'in fact':>14}  {'what if':>14}  {'difference':>14}"
    for name, of in rows:
        before, after = of(found.in_fact), of(found.supposed)
        yield f"{name:{width}}  {before:>14,}  {after:>14,}  {after - before:>+14,}"


def _fates(title: str, fates: Sequence[Fate]) -> Iterator[str]:
    yield from _listed(title, [_fate(each) for each in fates])


def _fate(each: Fate) -> str:
    tickets = "1 ticket" if each.tickets == 1 else f"{each.tickets:,} tickets"
    return f"{each.booking_id}  {each.at:%Y-%m-%d %H:%M:%S}  {tickets}: {each.why}"


def _listed(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield ""
        yield f"{title}: {len(texts):,}"
        yield from (f"  {text}" for text in texts[:SHOWN_MAX])
        if len(texts) > SHOWN_MAX:
            yield f"  and {len(texts) - SHOWN_MAX:,} more (all of them with --json)"


def _over_time(found: Outcome) -> Iterator[str]:
    """Two bars for each of some times, the longest as wide as the plot."""
    most = max(max(each.in_fact.tickets_sold, each.supposed.tickets_sold) for each in found.points) or 1
    yield ""
    yield "tickets sold over time"
    step = max(1, len(found.points) // BARS)
    times = "%H:%M:%S" if found.points[-1].at - found.points[0].at < timedelta(hours=1) else "%H:%M"
    for each in found.points[::-1][::step][::-1]:
        for label, figures in ((f"{each.at:%Y-%m-%d {times}}", each.in_fact), ("what if", each.supposed)):
            sold = figures.tickets_sold
            yield f"{label:>19} {bar(sold / most)} {sold:,}"


def body(found: Outcome) -> dict[str, Any]:
    """The same, as JSON has it."""
    said: dict[str, Any] = asdict(found)
    for each in (*said["lost"], *said["gained"], *said["turned_away"], *said["steps"], *said["points"]):
        each["at"] = each["at"].isoformat()
    said["not_done"] = [{"at": at.isoformat(), "what": what, "why": why} for at, what, why in found.not_done]
    return {
        "in_fact": asdict(found.in_fact),
        "supposed": asdict(found.supposed),
        **said,
        "known": " ".join(KNOWN.split()),
    }
