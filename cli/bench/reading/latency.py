"""How long an answer takes to somebody who asks alone, as a multiple of the simplest read there is."""

from typing import Any

from cli.bench.figures import p50, ratio, side_figures
from cli.bench.goals import at_most
from cli.bench.reading.house import House
from cli.bench.reading.questions import Question, ask_all, public
from cli.bench.reading.reads import ASKED_MAX, EVENTS
from cli.bench.rounds import How

BY_KEY = "one-event"


async def compared(
    house: House, questions: list[Question], goal: float, how: How, judged: list[str]
) -> dict[str, Any]:
    """One connection. For each question its median latency to that of GET one event; `judged` should be at most `goal`
    times as long.
    """
    (anybody,) = house.stage.tokens(1)
    paths = [f"{EVENTS}/{show.show_id}" for show in house.season.programme[-ASKED_MAX:]]
    measured = await ask_all(house, [Question(BY_KEY, public(paths, anybody)), *questions], 1, how)
    names = {question.name: f"{question.name.replace('-', '_')}_to_one_event" for question in questions}
    return {
        **{label: ratio(measured, name, BY_KEY, p50) for name, label in names.items()},
        "goals": {names[name]: at_most(goal) for name in judged},
        "season": house.season.told(),
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }
