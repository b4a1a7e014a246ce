"""Questions asked in turns: each once in every round, so that whatever else the machine does falls on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cli.bench.calm import until_calm
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured
from cli.bench.reading.house import House
from cli.bench.rounds import WARM_UP_SECONDS, How, Rounds


@dataclass(frozen=True)
class Question:
    """A name for the table, and the requests that ask it."""

    name: str
    asks: list[Ask]


def public(paths: Sequence[str], token: str) -> list[Ask]:
    """These paths, all as one caller."""
    return [Ask(path, token) for path in paths]


async def ask_all(house: House, questions: Sequence[Question], connections: int, how: How) -> Rounds:
    """One warm-up for each, then the rounds, every second one in the opposite order."""
    measured: dict[str, list[Measured]] = {question.name: [] for question in questions}
    for question in questions:
        how.say(f"warming up {question.name}")
        await house.ask(question.asks, connections, min(WARM_UP_SECONDS, how.seconds))
    for number in range(how.rounds):
        for question in questions if number % 2 == 0 else reversed(questions):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}: {question.name}")
            measured[question.name].append(await house.ask(question.asks, connections, how.seconds))
    return measured
