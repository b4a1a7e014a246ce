"""How many more commands one stream's queue may take, so that nobody waits for long only to be told to come again."""

from math import inf

from command_api.writing.limits import WriteLimits


class Room:
    """By count, and by time: a queue that moves slowly is full sooner.

    What a newcomer will wait is told from how long the writer needs from one batch to the next, and from how many
    batches stand before them. One whole batch may wait however long that takes: were there room for less, the next
    batch would be smaller and no faster, and so on down to nothing. Only while a batch does not come back at all is
    nobody taken. Times are the event loop's, in seconds.
    """

    def __init__(self, limits: WriteLimits) -> None:
        self._queue_max = limits.queue_max
        self._batch_max = limits.batch_facts_max
        self._seconds_max = limits.queue_seconds_max
        self._batch_seconds = 0.0
        self._batch_began_at = inf

    def batch_begins(self, clock: float, share: int) -> None:
        """Of so many commands, if as many wait."""
        self._batch_max = share
        if self._batch_began_at < clock:
            self._batch_seconds = clock - self._batch_began_at
        self._batch_began_at = clock

    def rests(self) -> None:
        """The writer has nothing to do, or something else: the time until the next batch says nothing."""
        self._batch_seconds, self._batch_began_at = 0.0, inf

    def left(self, waiting: int, aboard: int, clock: float) -> int:
        """For so many more there is room. There is for the first, who will show whether it moves again.

        `aboard` are those whose append is under way. They come back if it fails, on top of those that have come:
        unless they count, too, the queue would grow with every append that does, if only by that first one.
        """
        if clock - self._batch_began_at > self._seconds_max:
            return min(1, 2 * self._queue_max - aboard) - waiting
        places = min(self._queue_max, 2 * self._queue_max - aboard)
        if self._batch_seconds > 0:
            batches = max(1.0, self._seconds_max / self._batch_seconds - 1)
            places = int(min(places, batches * self._batch_max))
        return places - waiting
