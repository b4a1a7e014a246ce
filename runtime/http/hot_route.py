"""Routes that stand in the OpenAPI document but are served without the framework.

A FastAPI route costs several times what a plain one does: it solves dependencies, opens exit stacks and
validates its answer. A hot route is documented in its decorator and served by the function below it, which takes
the bare request:

    @hot_route(router, "POST", "/things/{thing_id}/rename", operation_id="RenameThing",
               access=STAFF, parameters={"thing_id": UUID}, body=RenameThing, response_model=Thing)
    async def rename_thing(request: Request) -> Response:
        '''Give a thing another name.'''
        command = await json_body(request, RENAME_THING)
        ...
"""

import inspect
import re
from collections.abc import Callable, Coroutine, Mapping
from types import NoneType
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Body
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from runtime.http.access import Access

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
"""Serves a request: reads it, decides, answers. What goes wrong is raised as Problem."""

_PATH_PARAMETER = re.compile(r"{(\w+)}")


class Documented:
    """Stands for a handler inside FastAPI: has the signature that is documented, and is never called."""

    def __init__(
        self, handler: Handler, operation_id: str, access: Access, signature: inspect.Signature
    ) -> None:
        self.handler = handler
        self.access = access
        self.__name__ = getattr(handler, "__name__", operation_id)
        self.__doc__ = handler.__doc__
        self.__signature__ = signature

    def __call__(self) -> None:
        raise AssertionError("a hot route is served by its handler")


class HotRoute(APIRoute):
    """An APIRoute of which only the documentation is FastAPI's. Made by `hot_route`."""

    @property
    def handler(self) -> Handler:
        return cast("Documented", self.endpoint).handler

    @override
    def get_route_handler(self) -> Handler:
        # FastAPI asks for this once per inclusion, so the raw handler serves under any prefix, and also in an
        # application that is not ours.
        return self.handler


def hot_route(
    router: APIRouter,
    method: str,
    path: str,
    *,
    operation_id: str,
    access: Access,
    parameters: Mapping[str, Any] | None = None,
    body: Any = None,
    **documentation: Any,
) -> Callable[[Handler], Handler]:
    """Add the decorated handler to `router`, and leave the function as it is.

    `access` says who may call it: when the handler runs they have been let in, and `request.state.caller` is who it is.
    `parameters` maps each path, query or header parameter to its annotation, written as in a FastAPI signature (`UUID`,
    `Annotated[str | None, Header()]`); one that admits None is optional, and an `inspect.Parameter` stands for itself.
    Path parameters that are not named are strings. `body` is the annotation of the JSON body, which may be left out
    where it admits None. `documentation` is what `APIRouter.add_api_route` takes: `response_model`, `status_code`,
    `responses`, `dependencies` (documented, never run), `tags`, `summary`, `openapi_extra`.
    """
    in_path = dict.fromkeys(_PATH_PARAMETER.findall(router.prefix + path), str)
    signature = _signature({**in_path, **(parameters or {})}, body)

    def add(handler: Handler) -> Handler:
        router.add_api_route(
            path,
            Documented(handler, operation_id, access, signature),
            methods=[method],
            operation_id=operation_id,
            route_class_override=HotRoute,
            **documentation,
        )
        return handler

    return add


def _signature(parameters: Mapping[str, Any], body: Any) -> inspect.Signature:
    documented = [_parameter(name, annotation) for name, annotation in parameters.items()]
    if body is not None:
        documented.append(_parameter("body", Annotated[body, Body()]))
    return inspect.Signature(documented)


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    if isinstance(annotation, inspect.Parameter):
        return annotation
    default = None if _admits_none(annotation) else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _admits_none(annotation: Any) -> bool:
    arguments = get_args(annotation)
    return NoneType in arguments or (bool(arguments) and NoneType in get_args(arguments[0]))
