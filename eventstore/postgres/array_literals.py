"""Arrays of text as PostgreSQL reads them."""

from collections.abc import Sequence


def array_literal(texts: Sequence[str]) -> str:
    """A literal of any texts."""
    if not texts:
        return "{}"
    quoted = '","'.join(texts)
    if "\\" in quoted or quoted.count('"') != 2 * (len(texts) - 1):
        quoted = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return f'{{"{quoted}"}}'
