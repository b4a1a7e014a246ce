"""What is not public, such as a draft: there for staff and for the organiser whose it is."""

from collections.abc import Collection
from uuid import UUID

from starlette.requests import Request

from query_api.reading import begin
from query_api.sight import sight_of
from runtime.problems import Problem, ProblemDetail

# An owner never changes, and a show that has been deleted had one too: so the first version of each says it.
OWNERS = """SELECT asked.show_id, first.owner_id
            FROM unnest($1::uuid[]) AS asked (show_id) CROSS JOIN LATERAL (
                SELECT (h.row::json->>'owner_id')::uuid AS owner_id FROM projections.listing_versions AS h
                WHERE h.show_id = asked.show_id ORDER BY h.position LIMIT 1) AS first"""


async def seen_drafts(request: Request, show_ids: Collection[UUID]) -> set[UUID]:
    """Those of these drafts that the caller may see."""
    sight = sight_of(request)
    if sight.owner is None:
        return {show_id for show_id in show_ids if sight.admits(show_id, None)}
    read = await begin(request, "listings")
    rows = await read.rows(OWNERS, list(show_ids))
    if len(rows) < len(show_ids):
        # What the caller made a moment ago is theirs already.
        await read.catch_up()
        rows = await read.rows(OWNERS, list(show_ids))
    return {row["show_id"] for row in rows if sight.admits(row["show_id"], row["owner_id"])}


async def require_may_see(request: Request, not_found: ProblemDetail, show_id: UUID, *, hidden: bool) -> None:
    """Raises Problem `not_found` to whoever may not see what is `hidden`."""
    if hidden and not await seen_drafts(request, [show_id]):
        raise Problem(not_found)
