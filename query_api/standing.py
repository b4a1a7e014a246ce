"""Where a read model stands, as its checkpoint and the notices of its projector tell it."""

import msgspec


class Standing(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`position`, and by its hash the fact there, where that is known. While `rows` is the same, so is every row."""

    position: int
    rows: str
    fact: str | None = None

    @property
    def is_astray(self) -> bool:
        return self.fact == ASTRAY

    @property
    def is_told(self) -> bool:
        """Not so of who keeps no rows for others, like the policies, and of workers of an older version."""
        return not self.rows.startswith(UNTOLD)


UNKNOWN = Standing(0, "")
UNTOLD = "@"
ASTRAY = "astray"
"""In the place of a fact: the log has not the one that its tables stand at. They change only by being made anew."""

NOTICE = msgspec.json.Decoder(dict[str, Standing])
