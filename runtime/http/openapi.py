"""What our OpenAPI document says beyond what FastAPI derives: problems, how to sign in, and who may call what."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from runtime.http.access import Access, Token
from runtime.http.lanes import Lane
from runtime.http.route_table import RouteTable
from runtime.identity import Role
from runtime.problems import MEDIA_TYPE

PROBLEM_REFERENCE = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Any error, as RFC 9457 problem details. A code may add members of its own.",
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/validation-failed"]},
        "title": {"type": "string", "description": "The same sentence for every occurrence of the code"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": ["string", "null"], "description": "About this occurrence"},
        "code": {"type": "string", "description": "Stable; match on it", "examples": ["validation-failed"]},
        "request_id": {"type": "string", "description": "Find it in the logs"},
        "errors": {
            "type": "array",
            "description": "With validation-failed: what is wrong, and where",
            "items": {
                "type": "object",
                "required": ["in", "path", "message", "type"],
                "properties": {
                    "in": {"enum": ["body", "query", "path", "header", "cookie"]},
                    "path": {
                        "type": "string",
                        "description": "JSON pointer",
                        "examples": ["/items/0/quantity"],
                    },
                    "message": {"type": "string"},
                    "type": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}
NO_NUL = "^[^\\u0000]*$"
TOLD_BY = frozenset({"enum", "format", "pattern"})
SIGN_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"api_key": []}, {"password": []}]
FASTAPI_SUCCESS = "Successful Response"
FASTAPI_ERROR_SCHEMAS = ("HTTPValidationError", "ValidationError")


def problem_answers(codes: Mapping[int, Sequence[str]]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that may answer these problem codes, by status.

    `problem_answers({404: ["thing-not-found"], 409: ["thing-is-taken", "thing-is-gone"]})`
    """
    return {
        status: {
            "description": ", ".join(names),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [PROBLEM_REFERENCE, {"properties": {"code": {"enum": list(names)}}}],
                    }
                }
            },
        }
        for status, names in codes.items()
    }


def completed(document: dict[str, Any], token_url: str, table: RouteTable) -> dict[str, Any]:
    """FastAPI's `document` with our problems in place of its own errors, with the ways to sign in and who may.

    `token_url` takes the OAuth2 password form, so that /docs can authorise. `table` says who may call which operation,
    and which are turned away when their lane is full.
    """
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in FASTAPI_ERROR_SCHEMAS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, or an API key",
        },
        "api_key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "An API key, where there is no Authorization header",
        },
        "password": {
            "type": "oauth2",
            "description": "An access token for an e-mail address and a password",
            "flows": {"password": {"tokenUrl": token_url, "scopes": {}}},
        },
    }
    document["security"] = SIGN_IN
    for method, path, served in table:
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            _with_access(operation, served.access)
            if served.lane is Lane.REPORTS:
                _also(operation["responses"], 503, ["overloaded"])
    used = set[str]()
    for operation in _operations(document):
        used.update(operation.get("tags", ()))
        _with_plain_inputs(operation)
        _with_problems(operation)
    # Of all that are explained, those of the side that is served.
    document["tags"] = [tag for tag in document.get("tags", ()) if tag["name"] in used]
    return document


def _with_plain_inputs(operation: dict[str, Any]) -> None:
    """What may be left out is not therefore null: a URL and a header have no way to say null, and no body is one.

    Text in a URL holds no NUL, which no text column does either (`runtime.http.dispatch`).
    """
    for parameter in operation.get("parameters", ()):
        name: str = parameter["name"]
        if name.endswith("_id") and parameter["in"] == "path":
            parameter.setdefault("description", f"Id of the {name.removesuffix('_id').replace('_', ' ')}")
        schema = parameter["schema"] = _without_null(parameter["schema"])
        # Of a list it is the single texts that count.
        text = schema.get("items", schema)
        if parameter["in"] != "header" and text.get("type") == "string" and not TOLD_BY & text.keys():
            text["pattern"] = NO_NUL
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _without_null(content["schema"])


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    said = {name: value for name, value in schema.items() if name != "anyOf"}
    # A reference says everything itself.
    return choices[0] if "$ref" in choices[0] else {**choices[0], **said}


def _with_problems(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    common = problem_answers(
        {422: ["validation-failed"], 400: ["malformed-json"], 415: ["unsupported-media-type"]}
    )
    if "HTTPValidationError" in str(answers.get("422")):
        answers["422"] = common[422]
    if "requestBody" in operation:
        for status in (400, 415, 422):
            answers.setdefault(str(status), common[status])
        _also(answers, 413, ["body-too-large"])
        _also(answers, 415, ["unsupported-content-encoding"])
    if any(parameter["in"] in {"path", "query"} for parameter in operation.get("parameters", ())):
        _also(answers, 400, ["malformed-url"])
    _also(answers, 429, ["rate-limited"])
    answers.setdefault(
        "default",
        {"description": "Any other problem", "content": {MEDIA_TYPE: {"schema": PROBLEM_REFERENCE}}},
    )
    for status, answer in answers.items():
        if answer["description"] == FASTAPI_SUCCESS:
            answer["description"] = HTTPStatus(int(status)).phrase
    operation["responses"] = dict(sorted(answers.items()))


def _with_access(operation: dict[str, Any], access: Access) -> None:
    """Who may call it, and the answers to those who may not."""
    operation["x-roles"] = {who: may for who, may in access.by_role.items() if may != "no"}
    if access.token is Token.IGNORED:
        operation["security"] = []
        return
    if access.token is Token.OPTIONAL:
        operation["security"] = [{}, *SIGN_IN]
    _also(
        operation["responses"], 401, ["not-authenticated", "token-invalid", "token-expired", "token-revoked"]
    )
    _also(operation["responses"], 503, ["authentication-unavailable"])
    if len(access.admitted) < len(Role):
        _also(operation["responses"], 403, ["forbidden"])


def _also(answers: dict[str, Any], status: int, codes: Sequence[str]) -> None:
    """These problem codes too, beside those that the operation says itself."""
    said = answers.get(str(status))
    own = said["content"][MEDIA_TYPE]["schema"]["allOf"][1]["properties"]["code"]["enum"] if said else []
    answers[str(status)] = problem_answers({status: list(dict.fromkeys([*codes, *own]))})[status]


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))
