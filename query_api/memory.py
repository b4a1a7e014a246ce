"""The answers one process remembers, and the questions it is just answering."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

BYTES_MAX = 32 * 1024 * 1024
ENTRY_BYTES = 1024
"""What an answer takes beside its body and the question: dictionaries, objects, what the caller sees."""

Key = tuple[str, bytes, Hashable]
"""Path, query, and what the caller sees."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What went out under `tag`."""

    tag: str
    body: bytes
    position: str


class Memory:
    """The answers of one process, the least used forgotten first. `bytes_max` bounds what it keeps.

    Questions count as much as answers: they are the client's own text, as long as a URL may be.
    """

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._bytes_max = bytes_max
        self._under_way: dict[tuple[Key, str], asyncio.Task[Answer]] = {}

    async def answer(self, key: Key, tag: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """What is remembered, or what `make` makes: once, however many ask for it meanwhile.

        Raises what `make` raises, and remembers nothing then.
        """
        known = self._answers.get(key)
        if known is not None and known.tag == tag:
            self._answers.move_to_end(key)
            return known
        task = self._under_way.get((key, tag))
        if task is None:
            task = asyncio.create_task(self._make(key, make))
            self._under_way[key, tag] = task
            task.add_done_callback(lambda done: self._done(key, tag, done))
        # Whoever goes away while waiting does not take the answer away from the others.
        return await asyncio.shield(task)

    async def _make(self, key: Key, make: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = await make()
        self._keep(key, answer)
        return answer

    def _done(self, key: Key, tag: str, task: "asyncio.Task[Answer]") -> None:
        del self._under_way[key, tag]
        if not task.cancelled():
            # Looked at here, because all who waited may have gone away.
            task.exception()

    def _keep(self, key: Key, answer: Answer) -> None:
        size = _size(key, answer)
        if size > self._bytes_max:
            return
        old = self._answers.pop(key, None)
        self._bytes += size - (_size(key, old) if old else 0)
        self._answers[key] = answer
        while self._bytes > self._bytes_max:
            self._bytes -= _size(*self._answers.popitem(last=False))


def _size(key: Key, answer: Answer) -> int:
    path, query, _ = key
    return ENTRY_BYTES + len(path) + len(query) + len(answer.body)
