"""/docs, /redoc and /openapi.json, without asking any other host for anything.

The pages are FastAPI's, with the scripts and styles that fastapi-offline carries in its wheel.
"""

from importlib.util import find_spec
from pathlib import Path

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from runtime.http.access import PUBLIC
from runtime.http.envelope import PAGE
from runtime.http.hot_route import hot_route
from runtime.problems import Problem

ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "favicon.png")

# The bundles know addresses of validators and logos; a browser that obeys this line never visits them.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def documents_router(app: FastAPI) -> APIRouter:
    """The documentation pages of `app`, as it stands when they are first asked for."""
    router = APIRouter(include_in_schema=False)

    @hot_route(router, "GET", "/openapi.json", operation_id="OpenApiDocument", access=PUBLIC)
    async def openapi(_request: Request) -> Response:
        return Response(orjson.dumps(app.openapi()), media_type="application/json")

    @hot_route(router, "GET", "/docs", operation_id="SwaggerPage", access=PUBLIC)
    async def swagger(request: Request) -> Response:
        root = request.scope.get("root_path", "")
        page = get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=app.title,
            oauth2_redirect_url=f"{root}/docs/oauth2-redirect",
            swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs/assets/favicon.png",
            swagger_ui_parameters={
                "persistAuthorization": True,
                "showExtensions": True,
                "validatorUrl": None,
            },
        )
        return _guarded(request, page)

    @hot_route(router, "GET", "/docs/oauth2-redirect", operation_id="SwaggerRedirect", access=PUBLIC)
    async def redirect(request: Request) -> Response:
        return _guarded(request, get_swagger_ui_oauth2_redirect_html())

    @hot_route(router, "GET", "/redoc", operation_id="RedocPage", access=PUBLIC)
    async def redoc(request: Request) -> Response:
        root = request.scope.get("root_path", "")
        page = get_redoc_html(
            openapi_url=f"{root}/openapi.json",
            title=app.title,
            redoc_js_url=f"{root}/docs/assets/redoc.standalone.js",
            redoc_favicon_url=f"{root}/docs/assets/favicon.png",
            with_google_fonts=False,
        )
        return _guarded(request, page)

    @hot_route(router, "GET", "/docs/assets/{name}", operation_id="DocsAsset", access=PUBLIC)
    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            raise Problem.of(404, "route-not-found", "There is nothing at this path")
        return FileResponse(assets_folder() / name, headers={"Cache-Control": "public, max-age=86400"})

    return router


def assets_folder() -> Path:
    """Where fastapi-offline keeps its static files."""
    # Found, not imported: importing the package would build another FastAPI machinery nobody asked for.
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is not installed")
    return Path(spec.origin).parent / "static"


def _guarded(request: Request, page: HTMLResponse) -> HTMLResponse:
    request.scope[PAGE] = True
    page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    page.headers["Permissions-Policy"] = PERMISSIONS_POLICY
    return page
