"""What our OpenAPI document says beyond what FastAPI derives: problems, and how to sign in."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from runtime.problems import MEDIA_TYPE

PUBLIC: dict[str, Any] = {"security": []}
"""`openapi_extra` of an operation that needs no token."""

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


def completed(document: dict[str, Any], token_url: str, reports: Container[str] = ()) -> dict[str, Any]:
    """FastAPI's `document` with our problems in place of its own errors and with the ways to sign in.

    `token_url` takes the OAuth2 password form, so that /docs can authorise. `reports` are the operations, by id, that
    are turned away when their lane is full.
    """
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in FASTAPI_ERROR_SCHEMAS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "password": {"type": "oauth2", "flows": {"password": {"tokenUrl": token_url, "scopes": {}}}},
    }
    document["security"] = [{"bearer": []}, {"password": []}]
    for operation in _operations(document):
        _with_plain_inputs(operation)
        _with_problems(operation)
        if operation["operationId"] in reports:
            _also(operation["responses"], 503, "overloaded")
    return document


def _with_plain_inputs(operation: dict[str, Any]) -> None:
    """What may be left out is not therefore null: a URL and a header have no way to say null, and no body is one.

    Text in a URL holds no NUL, which no text column does either (`runtime.http.dispatch`).
    """
    for parameter in operation.get("parameters", ()):
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
        _also(answers, 415, "unsupported-content-encoding")
    _also(answers, 429, "rate-limited")
    if operation.get("security") != []:
        answers.setdefault(
            "401",
            problem_answers({401: ["not-authenticated", "token-invalid", "token-expired"]})[401],
        )
    answers.setdefault(
        "default",
        {"description": "Any other problem", "content": {MEDIA_TYPE: {"schema": PROBLEM_REFERENCE}}},
    )
    operation["responses"] = dict(sorted(answers.items()))


def _also(answers: dict[str, Any], status: int, code: str) -> None:
    """Adds a code to those that are documented for the status."""
    content = answers.get(str(status), {}).get("content", {})
    parts = content.get(MEDIA_TYPE, {}).get("schema", {}).get("allOf", ())
    known: list[str] = parts[1]["properties"]["code"]["enum"] if parts else []
    if code not in known:
        answers[str(status)] = problem_answers({status: [*known, code]})[status]


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))
