"""What was found when somebody's credential was verified."""

from dataclasses import dataclass
from datetime import datetime

from runtime.identity import Caller


@dataclass(slots=True)
class Credential:
    """`caller` may be remembered until `good_until`, as long as neither is told to count no more: those of the
    `generation` and before (of other issuers, who know of none: those issued before a time), and what the key `kid`
    signed.
    """

    caller: Caller
    good_until: datetime
    issued_at: datetime
    generation: int | None = None
    kid: str | None = None
    epoch: int = -1
    """In which it was last found to count."""
