"""Files that are written while their client reads them, within the lane of reports.

Each keeps its place and a connection for as long as that takes, so they may never be so many that other reports find
none. Nobody waits for a place among them: that could take as long as another client cares to read.
"""

from query_api.problems import OVERLOADED
from runtime.http.lanes import BoundedLane

SHARE_OF_POOL = 4
"""One in so many connections: half of what reports have together."""


def files_lane(connections: int) -> BoundedLane:
    """Room for the files of one process. `connections` are as many as there are for all reads together."""
    return BoundedLane("files", max(1, connections // SHARE_OF_POOL), 0, full=OVERLOADED)
