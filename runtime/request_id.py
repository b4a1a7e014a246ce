"""The id of the request being served, visible to whatever runs on its behalf."""

from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside a request. Tasks started by a request inherit it, so their log lines carry it too."""
