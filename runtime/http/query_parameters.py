"""Query parameters of hot routes: declared as for the framework, and read only when somebody needs them.

LISTED = QueryParameters(page_asked, event_filters)

@hot_route(router, "GET", "", parameters=LISTED.parameters, ...)
async def list_events(request: Request) -> Response:
    page, filters = LISTED.read(request)
"""

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, get_type_hints

from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, ValidationError, create_model
from starlette.requests import Request

Reader = Callable[..., Any]
"""Its parameters are those of the query; what it makes of them is what is read."""


class QueryParameters:
    """What `readers` take, together. They may not both take a parameter of one name."""

    def __init__(self, *readers: Reader) -> None:
        self._readers = tuple((reader, _parameters(reader)) for reader in readers)
        self.parameters: dict[str, Parameter] = {}
        for _, parameters in self._readers:
            self.parameters.update(parameters)
        fields: dict[str, Any] = {
            name: (each.annotation, ... if each.default is Parameter.empty else each.default)
            for name, each in self.parameters.items()
        }
        self._model = create_model("Query", __config__=ConfigDict(extra="ignore"), **fields)

    def read(self, request: Request) -> list[Any]:
        """What each reader makes of the request's query. Raises RequestValidationError, answered 422."""
        try:
            found = self._model.model_validate(dict(request.query_params))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            wrong = [{**one, "loc": ("query", *one["loc"])} for one in details]
            raise RequestValidationError(wrong) from None
        return [reader(**{name: getattr(found, name) for name in names}) for reader, names in self._readers]


def _parameters(reader: Reader) -> Mapping[str, Parameter]:
    hints = get_type_hints(reader, include_extras=True)
    return {
        name: each.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)
        for name, each in signature(reader).parameters.items()
    }
