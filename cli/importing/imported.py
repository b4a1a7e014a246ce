"""What came of an import, for people and for programs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cli.importing.season import AnyEntry, Kind
from runtime.problems import ProblemDetail

LINES_MAX = 20
NOUNS = {Kind.VENUE: "venues", Kind.TICKET_TYPE: "ticket_types", Kind.EVENT: "events"}


class RefusedEntry(NamedTuple):
    entry: AnyEntry
    problem: ProblemDetail

    @property
    def sentence(self) -> str:
        title, detail = self.problem.title, self.problem.detail
        return f"{title}: {detail}" if detail else title


@dataclass
class Imported:
    """`resources` are the API's answers at the time of the import, this one or an earlier one, by kind and key."""

    resources: dict[Kind, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {kind: {} for kind in Kind}
    )
    new: Counter[Kind] = field(default_factory=Counter)
    there_already: int = 0
    differs: list[AnyEntry] = field(default_factory=list)
    refused: list[RefusedEntry] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The summary first, then what needs somebody's attention."""
        counts = ", ".join(_counted(self.new[kind], noun) for kind, noun in NOUNS.items())
        were = "was" if self.there_already == 1 else "were"
        attention = [
            f"{entry} differs from what was imported under this key before, which stays as it is: "
            "change it through the API, or give it a new key"
            for entry in self.differs
        ]
        attention += [f"{one.entry} was refused: {one.sentence}" for one in self.refused]
        shown = attention[:LINES_MAX]
        if len(attention) > LINES_MAX:
            shown.append(f"and {len(attention) - LINES_MAX} more (--json lists them all)")
        return [f"imported {counts}; {self.there_already} {were} there already", *shown]

    def as_json(self, position: int) -> dict[str, Any]:
        """`position` is that of the log after the import, for `Seatledger-Min-Position`."""
        return {
            "imported": {noun: self.new[kind] for kind, noun in NOUNS.items()},
            "there_already": self.there_already,
            "differs": [{"kind": entry.kind, "key": entry.body.key} for entry in self.differs],
            "refused": [
                {"kind": entry.kind, "key": entry.body.key, "code": problem.code, "detail": problem.detail}
                for entry, problem in self.refused
            ],
            "position": position,
        }


def _counted(count: int, noun: str) -> str:
    words = noun.replace("_", " ")
    return f"{count} {words.removesuffix('s') if count == 1 else words}"
