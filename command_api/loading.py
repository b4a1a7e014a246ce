"""Look at another aggregate while preparing a command: a show copies its venue's plan when it is scheduled."""

from command_api.failed import UNAVAILABLE
from command_api.writing.aggregate import Aggregate, S
from domain.codec import CODEC
from eventstore.appending import StreamHead
from eventstore.hashing import EMPTY
from eventstore.store import LogReader, StoreUnavailable, whole_stream
from runtime.problems import Problem


async def load_at(store: LogReader, aggregate: Aggregate[S], id: str) -> tuple[S, StreamHead]:
    """The aggregate and where its stream stands. Raises `StoreUnavailable`."""
    state, head = aggregate.initial(), EMPTY
    async for page in whole_stream(store, aggregate.stream(id)):
        for fact in page:
            state = aggregate.evolve(state, CODEC.decode(fact.name, fact.schema_version, fact.data))
        head = StreamHead(page[-1].version, page[-1].hash)
    return state, head


async def load(store: LogReader, aggregate: Aggregate[S], id: str) -> S:
    """The aggregate as the log has it now; its initial state when there is none.

    Raises Problem 503 while the log is out of reach.
    """
    try:
        return (await load_at(store, aggregate, id))[0]
    except StoreUnavailable:
        raise Problem(UNAVAILABLE) from None
