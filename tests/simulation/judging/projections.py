"""Read models, once the trouble is over: all of the log, each fact once and in order, whatever was cut off when."""

from collections.abc import Sequence
from typing import Any

from eventstore.memory import MemoryStore
from projections.applying import apply
from projections.projector import Projector
from tests.simulation.driver import Pool
from tests.simulation.judging.broken import require
from tests.simulation.rows import Key, Rows
from tests.simulation.statements_of_policies import CHECKPOINTS
from tests.simulation.statements_of_projectors import PARKED


def check_followed(projectors: Sequence[Projector], rows: Rows, store: MemoryStore) -> None:
    """Raises `Broken`."""
    for projector in projectors:
        at = rows.committed.get((CHECKPOINTS, projector.name))
        require(at == len(store.log), "projectors follow", f"{projector.name} is at {at} of {len(store.log)}")


async def check_rows(
    projector: Projector, rows: Rows, store: MemoryStore, fresh: Pool, parked: Sequence[str]
) -> None:
    """The same as one batch over empty tables gives, streams left out that are set aside. Raises `Broken`."""
    facts = [fact for fact in store.log if fact.stream not in parked]
    connection: Any = await fresh.connect()
    await apply(projector, connection, facts, None)  # type: ignore[arg-type]
    expected = _rows_of(projector, fresh.server.rows, parked)
    found = _rows_of(projector, rows, parked)
    wrong = {
        key: (found.get(key), expected.get(key))
        for key in {**found, **expected}
        if found.get(key) != expected.get(key)
    }
    require(not wrong, "rows equal the fold", f"{projector.name}: {list(wrong.items())[:3]}")


def parked_streams(projector: Projector, rows: Rows) -> list[str]:
    return [
        key.split(" ")[1]
        for table, key in rows.committed
        if table == PARKED and key.split(" ")[0] == projector.name
    ]


def _rows_of(projector: Projector, rows: Rows, parked: Sequence[str]) -> dict[Key, Any]:
    """Whatever is about a parked stream stands where it was parked, and is left out."""
    shows = [stream.removeprefix("show-") for stream in parked]
    return {
        key: row
        for key, row in rows.committed.items()
        if key[0] in projector.table_names and not any(show in f"{key[1]} {row}" for show in shows)
    }
