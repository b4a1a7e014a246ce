"""Which facts of a history an auditor wants, in which order, and as what."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator

from audit_api.asking import AsHashed, Asked
from domain.codec import REGISTRY
from eventstore.wanted import Wanted
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.pages import LIMIT_DEFAULT, LIMIT_MAX
from runtime.http.times import rfc_3339

NAMES = frozenset(name for name, _ in REGISTRY)
NAMES_MAX_CHARS = 1_000
BY_MAX_CHARS = 100


def _known(text: str | None) -> str | None:
    if text is not None and (unknown := set(text.split(",")) - NAMES):
        raise ValueError(f"there is no fact called {min(unknown)!r}")
    return text


Since = Annotated[
    datetime | None,
    BeforeValidator(rfc_3339),
    Query(alias="from", description="Recorded at this time (RFC 3339) or later."),
]
Until = Annotated[
    datetime | None, BeforeValidator(rfc_3339), Query(alias="to", description="Recorded before this time.")
]
By = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=BY_MAX_CHARS,
        description="Caused by this account or API key; `time` for what time brought about.",
    ),
]
Names = Annotated[
    str | None,
    AfterValidator(_known),
    Query(
        alias="fact",
        max_length=NAMES_MAX_CHARS,
        description="Only facts of these names, separated by commas.",
        examples=["SeatsHeld,SeatsBooked"],
    ),
]
After = Annotated[
    int | None,
    Query(
        ge=0,
        le=BIGINT_MAX,
        description="Go on behind this position, in the order asked for: `next` of the page before this one.",
    ),
]
Limit = Annotated[
    int | None,
    Query(
        ge=1,
        le=LIMIT_MAX,
        description=f"Facts in the page, at most; {LIMIT_DEFAULT} if not said. A file has all of them.",
    ),
]
Order = Annotated[Literal["asc", "desc"] | None, Query(description="By position; `desc`: the newest first.")]
Format = Annotated[
    Literal["json", "csv", "ndjson"] | None,
    Query(
        description="`csv` and `ndjson` (a CloudEvent a line) give a file with everything that is wanted, as "
        "`Accept: text/csv` and `Accept: application/x-ndjson` do."
    ),
]


class Filtered(Asked):
    """What every history can be asked for."""

    since: Since = None
    until: Until = None
    by: By = None
    names: Names = None
    after: After = None
    limit: Limit = None
    order: Order = None
    format: Format = None
    as_hashed: AsHashed = None

    def wanted(self, upto: int) -> Wanted:
        """The facts that are asked for, up to where the log ended just now."""
        return Wanted(
            names=None if self.names is None else frozenset(self.names.split(",")),
            by=self.by,
            since=self.since,
            until=self.until,
            after=self.after,
            upto=upto,
            descending=self.order == "desc",
        )
