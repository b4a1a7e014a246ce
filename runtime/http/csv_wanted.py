"""Whether a client wants a table as CSV."""

import re
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.requests import Request

MEDIA_TYPE = "text/csv"

QUALITY = re.compile(r"0(\.\d*)?|1(\.0*)?", re.ASCII)
"""RFC 9110, 12.4.2. What `float` reads beside it (`inf`, `1_0`) would be wanted more than anything."""

Format = Annotated[
    Literal["json", "csv"] | None,
    Query(description="`csv` gives all rows as a CSV file, as `Accept: text/csv` does."),
]

CSV_CONTENT: dict[str, Any] = {MEDIA_TYPE: {"schema": {"type": "string"}}}
"""In the `content` of an answer that may be CSV."""


def wants_csv(request: Request, asked: Literal["json", "csv"] | None) -> bool:
    """`asked` decides where it is given; else CSV has to be named, and wanted no less than JSON."""
    if asked is not None:
        return asked == "csv"
    weights = dict(map(_weighed, request.headers.get("accept", "").split(",")))
    csv = weights.get(MEDIA_TYPE, 0.0)
    return csv > 0 and csv >= weights.get("application/json", 0.0)


def _weighed(media_range: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in media_range.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            quality = parameter[2:]
            return name, float(quality) if QUALITY.fullmatch(quality) else 0.0
    return name, 1.0
