"""What all clients have written down."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.clients.call import Call
from tests.chaos.world.clocks import true_time


@dataclass
class Diary:
    """`reads` of own writes were answered; `unseen` are those that did not show the write, `unread` those that nobody
    answered in time.
    """

    calls: list[Call] = field(default_factory=list)
    began: float = field(default_factory=true_time)
    reads: int = 0
    unread: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """One call on a line, for whoever looks for what went wrong."""
        with path.open("w") as file:
            for call in self.calls:
                attempts: list[Any] = [each._asdict() for each in call.attempts]
                file.write(json.dumps({**asdict(call), "attempts": attempts}) + "\n")
