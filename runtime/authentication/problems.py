"""Why somebody is not let in. None of these says what was wrong with a credential: it would help to forge the next."""

import logging
from typing import NoReturn

from runtime.problems import Problem, ProblemDetail, come_back_later

NOT_AUTHENTICATED = ProblemDetail(
    401,
    "not-authenticated",
    "Sign in first",
    "Send the access token as 'Authorization: Bearer <token>'.",
    headers={"WWW-Authenticate": "Bearer"},
)
TOKEN_INVALID = ProblemDetail(
    401,
    "token-invalid",
    "This is not an access token of ours",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
)
KEY_MISTYPED = ProblemDetail(
    401,
    "token-invalid",
    "This is not an access token of ours",
    "It looks like an API key, but a character of it is wrong or missing.",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
)
TOKEN_EXPIRED = ProblemDetail(
    401,
    "token-expired",
    "The access token has expired",
    "Get a new one with the refresh token.",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token", error_description="expired"'},
)
TOKEN_REVOKED = ProblemDetail(
    401,
    "token-revoked",
    "The access token counts no more",
    "Sign in again.",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token", error_description="revoked"'},
)
CANNOT_TELL = come_back_later(
    "authentication-unavailable",
    "It cannot be told at the moment who is calling",
    "Nothing is wrong with the request. Send it again after the time in Retry-After.",
)

_log = logging.getLogger(__name__)


def refuse(why: str) -> NoReturn:
    """Raises Problem 401 `token-invalid`; the reason stays in our log."""
    _log.debug("access token refused for %s", why)
    raise Problem(TOKEN_INVALID) from None
