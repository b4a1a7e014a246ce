"""Every side by name: a server process is told which one it serves."""

from cli.bench.sides.noop import NOOP
from cli.bench.sides.noop_route import NOOP_ROUTE
from cli.bench.sides.ours import (
    OURS,
    OURS_FORGETFUL,
    OURS_FOUR,
    OURS_FOUR_APART,
    OURS_KEYED,
    OURS_SEATED,
    OURS_TWO,
)
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.sides.row_lock import ONE_STATEMENT, ROW_LOCK
from cli.bench.sides.seat_lock import SEAT_LOCK
from cli.bench.sides.side import Side
from cli.bench.sides.skip_locked import SKIP_LOCKED
from cli.bench.sides.two_doors import TWO_DOORS

SIDES: dict[str, Side] = {
    side.name: side
    for side in (
        NOOP,
        NOOP_ROUTE,
        ROW_LOCK,
        ONE_STATEMENT,
        SKIP_LOCKED,
        OURS,
        OURS_KEYED,
        OURS_TWO,
        OURS_FOUR,
        OURS_FOUR_APART,
        OURS_FORGETFUL,
        OURS_SEATED,
        SEAT_LOCK,
        READ_SIDE,
        TWO_DOORS,
    )
}
