"""Who may do what, as the operations declare it: `python -m cli.roles docs/roles.md`."""

import sys
from pathlib import Path

from cli.openapi import all_sides
from runtime.http.route_table import Served
from runtime.identity import Role

HEAD = """# Who may do what

Made from the code by `python -m cli.roles docs/roles.md`; every operation is asked by everybody in
`tests/roles/test_operations_and_roles.py`.

- **yes**: for anybody's resources.
- **own**: for what is theirs; somebody else's answers as if it did not exist, or with 403 `forbidden` where everybody
  can see that it does. An organizer's own are the venues, events and ticket types that they have made, or that an
  administrator has made for them; of the house's, which have no owner, they may use venues and ticket types. Statistics
  tell organizers of their own events only.
- **no**: 403 `forbidden`, and 401 `not-authenticated` for whoever shows no token.

A key that is for some events gives commands about these alone (403 for anything else), and reads their bookings,
figures and drafts only.

Who is *anonymous* shows no token. Where that is a *yes*, some operations do not look at a token at all and others show
more to those who may see more; to the latter a bad token is 401.
"""
COLUMNS = ("Operation", "Method", "Path", "Token", "anonymous", *(role.value for role in Role))


def page() -> str:
    """The document as it is committed."""
    rows = sorted(all_sides().table, key=lambda row: (row[1], row[0]))
    lines = [COLUMNS, ["---"] * len(COLUMNS), *(_cells(*row) for row in rows)]
    return "\n".join([HEAD, *(f"| {' | '.join(line)} |" for line in lines), ""])


def _cells(method: str, path: str, served: Served) -> list[str]:
    access = served.access
    return [f"`{served.operation_id}`", method, f"`{path}`", access.token.value, *access.by_role.values()]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
