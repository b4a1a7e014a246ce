"""Scenario `search`: what people type, beside a read by primary key."""

from typing import Any
from urllib.parse import quote

from cli.bench.reading.house import House
from cli.bench.reading.latency import compared
from cli.bench.reading.questions import Question, public
from cli.bench.rounds import How
from cli.stopped import Stopped

SEARCH = "/api/v1/events/search?limit=20&q="
GOAL = 5.0

TYPED: dict[str, tuple[str, ...]] = {
    "rare-word": ("theremin", "zarzuela", "glockenspiel"),
    "two-words": ("swan lake", "twelfth night", "requiem camerata", "boheme filarmonica"),
    "prefix": ("xylo", "rigol", "nutcr", "götterd"),
    "misspelt": ("rigoleto", "nutcraker", "flamnco", "wintereise"),
    "city": ("torino", "koln", "malaga", "edinburgh"),
    "broad-word": ("clocks", "teatro", "with", "opera"),
}
MIX, AGAIN = "mix", "mix-again"


async def search(house: House, how: How) -> dict[str, Any]:
    """One connection, median latencies. The goal is for the mix of all kinds; each kind is shown as well.

    No request is like one before, but for `mix-again`, which asks the same few again and again.
    """
    (anybody,) = house.stage.tokens(1)
    kinds = {kind: [f"{SEARCH}{quote(words)}" for words in typed] for kind, typed in TYPED.items()}
    await _check(house, anybody)
    # One of each kind after another, as many visitors would send them.
    most = max(map(len, kinds.values()))
    mixed = [paths[place % len(paths)] for place in range(most) for paths in kinds.values()]
    questions = [Question(MIX, public(mixed, anybody), fresh=True), Question(AGAIN, public(mixed, anybody))]
    questions += [Question(kind, public(paths, anybody), fresh=True) for kind, paths in kinds.items()]
    return await compared(house, questions, GOAL, how, [MIX])


async def _check(house: House, anybody: str) -> None:
    """What is in the season is found, whatever is typed for it."""
    for typed, meant in {
        "museum of clocks": "Museum of Clocks",
        "musem clocks": "Museum of Clocks",
        "rigoleto": "Rigoletto",
    }.items():
        if any(meant in show.name for show in house.season.programme):
            found = await house.get(f"{SEARCH}{quote(typed)}", anybody)
            if not any(meant in item["name"] for item in found["items"]):
                raise Stopped(f"{typed!r} does not find {meant}: {str(found)[:500]}")
