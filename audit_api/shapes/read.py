"""Audit reads as auditors get them."""

from typing import Annotated

from pydantic import Field

from resources.shape import Id, Moment, Shape


class AuditRead(Shape):
    """Somebody looked."""

    id: Id
    recorded_at: Moment
    by: Annotated[
        str,
        Field(
            description="The account or the API key; `cli:` and the user of the machine for the command line."
        ),
    ]
    account_id: Annotated[
        str,
        Field(
            description="The account, also where an API key was used; `database:` and the login for the command line."
        ),
    ]
    role: Annotated[str, Field(description="`operator` for the command line.")]
    path: Annotated[
        str,
        Field(
            description="What was asked: a path, or a command.", examples=["/api/v1/audit/events/{event_id}"]
        ),
    ]
    ids: Annotated[dict[str, str], Field(description="What stood in the path.")]
    filters: Annotated[dict[str, str], Field(description="The query, or the options.")]
    status: Annotated[int, Field(description="404 where there was no such thing.")]
    facts: Annotated[
        int | None,
        Field(
            description="How many facts were told; null while a file is written, where it broke off, and for all "
            "that is held about a customer."
        ),
    ]
    request_id: Annotated[str, Field(description="Find it in the logs; empty for the command line.")]
