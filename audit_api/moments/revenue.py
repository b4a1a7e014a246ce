"""Revenue by event, venue or ticket type and by period, as it was."""

from typing import Any

from audit_api.moments.groups import Groups
from audit_api.moments.question import Question
from audit_api.moments.sold_show import SoldShow
from audit_api.moments.venues import venues_then
from audit_api.moments.walk import Progress, walk
from eventstore.postgres.streams import PostgresStreams


async def revenue_then(
    streams: PostgresStreams, upto: int, question: Question, rows_max: int, progress: Progress
) -> list[dict[str, Any]] | None:
    """The rows, as of position `upto`; None where there would be more than `rows_max`. Raises what `walk` does."""
    venues = await venues_then(streams, upto, progress) if question.group_by == "venue" else {}
    groups = Groups(question, venues)
    beginning = "show-" if question.event_id is None else f"show-{question.event_id}"
    async for show in walk(streams, beginning, upto, lambda: SoldShow(question), progress):
        if show.books.is_there and question.is_about(show.books):
            groups.add(show)
        if len(groups) > rows_max:
            return None
    return list(groups.rows())
