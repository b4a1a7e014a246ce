"""What an auditor asks for, checked."""

from typing import Annotated, TypeVar, get_type_hints

from fastapi import Query
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from audit_api.lifespan_state import AuditServices
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.validation import validation_problem
from runtime.identity import FORBIDDEN, Caller
from runtime.problems import Problem

MinPosition = Annotated[
    int | None, Query(ge=0, le=BIGINT_MAX, description="Accepted as on every read: the log is never behind itself.")
]  # fmt: skip


AsHashed = Annotated[
    bool | None,
    Query(
        description="true: names and addresses stay encrypted, so that each fact is what its hash is of. Else they are "
        "opened, and read `[erased]` where their key is gone."
    ),
]


class Asked(BaseModel):
    """The query parameters of one operation. A misspelt one is refused: ignored, it would change what was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_position: MinPosition = None


Q = TypeVar("Q", bound=Asked)


def asked(request: Request, parameters: type[Q]) -> tuple[AuditServices, Q]:
    """The services and the checked query parameters.

    Raises Problem 422; 403 for a key that is for some events only: the log is everybody's, and is verified as a whole.
    """
    services: AuditServices = request.state.audit
    caller: Caller = request.state.caller
    if caller.events is not None:
        raise Problem(FORBIDDEN)
    try:
        return services, parameters.model_validate(dict(request.query_params))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        raise Problem(validation_problem({**one, "loc": ("query", *one["loc"])} for one in details)) from None


def documented(parameters: type[Asked]) -> dict[str, object]:
    """`parameters` as `hot_route` takes them."""
    hints = get_type_hints(parameters, include_extras=True)
    return {name: hints[name] for name in parameters.model_fields}


def position_header(position: int) -> dict[str, str]:
    """Up to which position the log was read, at least."""
    return {"Seatledger-Position": str(position)}
