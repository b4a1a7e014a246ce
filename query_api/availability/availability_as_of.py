"""What was left of an event at an earlier moment: the last time it was written down whole, and what has moved since."""

from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import AsOf, begin_as_of, history_condition
from query_api.availability.availability_shape import availability_shape
from query_api.availability.stock_now import figures
from query_api.drafts import require_may_see
from query_api.problems import EVENT_NOT_FOUND, not_there_then
from query_api.reading import Read
from resources.stock import KEYFRAME_EVERY, Move, Place, Stock
from runtime.problems import Problem

STEPS = "projections.availability_steps"

# One statement, and so one moment of the tables, for all of it. The last KEYFRAME_EVERY steps have a keyframe among
# them, or the deletion of the show. `live` tells whether there is a show that is no draft now.
GET_STEPS = """
WITH steps AS MATERIALIZED (
    SELECT h.position, h.state, h.moves FROM projections.availability_steps AS h
    WHERE h.show_id = $1 AND {then} ORDER BY h.position DESC LIMIT $3
)
SELECT (SELECT json_agg(s ORDER BY s.position DESC) FROM steps AS s)::text AS steps,
       {overdue} AS holds,
       (SELECT NOT a.draft FROM projections.availability AS a WHERE a.show_id = $1) AS live"""

# What was pending then although its time was up. Some of that has been written off since, some is pending still.
OVERDUE = """(SELECT json_agg(o.places)::text FROM (
    SELECT places FROM projections.availability_overdue
    WHERE show_id = $1 AND position > {last} AND since <= {last} AND expires_at < $2
    UNION ALL
    SELECT (SELECT json_agg(each.value) FROM json_each(places) AS each) FROM projections.availability_bookings
    WHERE show_id = $1 AND since <= {last} AND status = 'pending' AND expires_at < $2) AS o)"""
LAST = "(SELECT max(position) FROM steps)"


class State(msgspec.Struct):
    draft: bool
    stock: Stock


class Step(msgspec.Struct):
    position: int
    state: State | None
    moves: list[Move] | None


decode_steps = msgspec.json.Decoder(list[Step]).decode
decode_holds = msgspec.json.Decoder(list[list[Place] | None]).decode


class Then(msgspec.Struct):
    """`position` is that of the last fact that counts; `live` whether the event is there now, and no draft. One that
    was deleted since was a mistake, and is there for whom drafts are.
    """

    position: int
    draft: bool
    stock: Stock
    live: bool


async def availability_then(request: Request, show_id: UUID, when: AsOf) -> Response:
    read = await begin_as_of(request, when, ("availability",))
    then = await stock_then(read, show_id, when)
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=then.draft or not then.live)
    position = then.position if when.position is None else when.position
    read.position = max(read.position, position)
    return read.answer(availability_shape({"show_id": str(show_id), **figures(then.stock)}, position))


async def stock_then(read: Read, show_id: UUID, when: AsOf) -> Then:
    """Raises Problem 404 when there was no such event then."""
    condition = history_condition(when, STEPS, "show_id", "$1", "$2")
    # As of a position there is no clock: what the facts have left is what there was.
    overdue = "NULL" if when.moment is None else OVERDUE.format(last=LAST)
    statement = GET_STEPS.format(then=condition, overdue=overdue)
    (row,) = await read.rows(statement, show_id, when.value, KEYFRAME_EVERY)
    steps = decode_steps(row["steps"]) if row["steps"] is not None else []
    state = replayed(steps)
    if state is None:
        raise Problem(not_there_then(EVENT_NOT_FOUND))
    if when.moment is not None:
        holds = decode_holds(row["holds"]) if row["holds"] is not None else []
        state.stock.lapse(when.moment, (places or () for places in holds))
    return Then(steps[0].position, state.draft, state.stock, bool(row["live"]))


def replayed(steps: list[Step]) -> State | None:
    """What the steps lead to, of which the last one comes first; None where that is no event."""
    moved: list[Any] = []
    for step in steps:
        if step.moves is None:
            if step.state is not None:
                for move in reversed(moved):
                    step.state.stock.make(move)
            return step.state
        moved += reversed(step.moves)
    return None
