"""`If-None-Match`: whether a client has already what it asks for (RFC 9110, 13.1.2)."""

import re

TAG = re.compile(r'(?:W/)?("[^"]*")')


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether `tag` is among those the client names, weak or strong: for a read that makes no difference."""
    return if_none_match is not None and tag.removeprefix("W/") in TAG.findall(if_none_match)


def is_any(if_none_match: str | None) -> bool:
    """Whether the client has something, it does not say what, and wants nothing if there is anything at all."""
    return if_none_match is not None and if_none_match.strip() == "*"
