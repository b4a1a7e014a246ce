"""Questions asked in turns: each once in every round, so that whatever else the machine does falls on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle, islice

from cli.bench.calm import until_calm
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured
from cli.bench.reading.house import House
from cli.bench.rounds import WARM_UP_SECONDS, How, Rounds

# More than are answered: a question that came twice could be answered from memory.
FRESH_PER_SECOND = 3_000


@dataclass(frozen=True)
class Question:
    """A name for the table, and the requests that ask it.

    With `fresh` no request is like any other that was ever sent: each asks for another position, all of them long
    reached. So nobody can answer from memory.
    """

    name: str
    asks: list[Ask]
    fresh: bool = False


def public(paths: Sequence[str], token: str) -> list[Ask]:
    """These paths, all as one caller."""
    return [Ask(path, token) for path in paths]


class Asking:
    """Asks the house, and remembers which positions were asked for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._numbers = count(1)

    async def ask(self, question: Question, connections: int, seconds: float) -> Measured:
        asks = question.asks
        if question.fresh:
            times = max(len(asks), round(seconds * FRESH_PER_SECOND))
            asks = [self._fresh(ask) for ask in islice(cycle(asks), times)]
        return await self._house.ask(asks, connections, seconds)

    def _fresh(self, ask: Ask) -> Ask:
        position = next(self._numbers) % self._house.season.kept.facts
        return replace(ask, path=f"{ask.path}{'&' if '?' in ask.path else '?'}min_position={position}")


async def ask_all(house: House, questions: Sequence[Question], connections: int, how: How) -> Rounds:
    """One warm-up for each, then the rounds, every second one in the opposite order."""
    measured: dict[str, list[Measured]] = {question.name: [] for question in questions}
    asking = Asking(house)
    for question in questions:
        how.say(f"warming up {question.name}")
        await asking.ask(question, connections, min(WARM_UP_SECONDS, how.seconds))
    for number in range(how.rounds):
        for question in questions if number % 2 == 0 else reversed(questions):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}: {question.name}")
            measured[question.name].append(await asking.ask(question, connections, how.seconds))
    return measured
