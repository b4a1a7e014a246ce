"""Whether a caller may be told what one event has sold."""

from uuid import UUID

from starlette.requests import Request

from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import begin
from query_api.sight import sight_of
from runtime.identity import FORBIDDEN
from runtime.problems import Problem

# An owner never changes: the first version says it, also of a show that has been deleted, which has no status.
SHOW = """SELECT (h.row::json->>'owner_id')::uuid AS owner_id, s.status
          FROM projections.sales_shows_versions AS h LEFT JOIN projections.sales_shows AS s USING (show_id)
          WHERE h.show_id = $1 ORDER BY h.position LIMIT 1"""


async def require_figures(request: Request, show_id: UUID) -> None:
    """Raises Problem 404 where there is no such event, or none that the caller may know of; 403 where everybody may see
    it, but not its figures.
    """
    show = await (await begin(request, "sales")).one(EVENT_NOT_FOUND, SHOW, show_id)
    if not sight_of(request).admits(show_id, show["owner_id"]):
        raise Problem(EVENT_NOT_FOUND if show["status"] in (None, "draft") else FORBIDDEN)
