"""What a process may hold at most while it works, and what must be left of it when all is answered: nothing."""

from command_api.writing.limits import WriteLimits
from command_api.writing.writers import Writers
from tests.simulation.judging.broken import require


def check_bounds(writers: Writers, limits: WriteLimits) -> None:
    """At any moment. Commands that were taken back wait beside those of a full queue."""
    for writer in writers._writers.values():
        # A flight may carry as many commands as the queue had room for, and they come back on top of those that came.
        require(len(writer.queue) <= 2 * limits.queue_max, "queues are bounded", len(writer.queue))
    require(len(writers._appender._tasks) <= 3 * len(writers._writers) + 50, "tasks are bounded", "")


def check_rest(writers: Writers, limits: WriteLimits) -> None:
    """When nobody waits any more, and a writer more than were at work at once was asked for."""
    require(len(writers._writers) <= limits.writers_max, "writers are forgotten", len(writers._writers))
    require(not writers._keyed, "nothing is left", f"keys under way: {writers._keyed}")
    require(not writers._appender._tasks, "nothing is left", "tasks of the appender")
    require(not writers._appender._ready, "nothing is left", "writers ready to fly")
    require(writers._appender._flights_free == limits.flights_max, "nothing is left", "flights are still out")
    require(writers._appender._turns_free == limits.turns_max, "nothing is left", "turns are still out")
    for writer in writers._writers.values():
        require(writer.is_idle, "nothing is left", f"{writer.stream} is at work")
        # One that is broken is kept only until somebody asks for its stream.
        require(writer.is_broken or not writer._in_doubt, "nothing is left", f"{writer.stream} is in doubt")
