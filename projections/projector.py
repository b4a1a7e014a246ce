"""What a read model is: a name, a version, the tables it owns, and what each fact does to their rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from domain.codec import CODEC, REGISTRY
from eventstore.facts import RecordedFact
from projections.batch import Batch
from projections.following.decoding import Decode
from projections.ledger import Ledger
from projections.table import Table

Fold = Callable[[Batch, Any], None]

Reads = Mapping[Table[Any], str]
"""Which rows a fold looks at: table -> the field of the fact that holds the key."""

About = Mapping[Table[Any], str]
"""Which rows a fold looks at by whom they are about: table -> the field of the fact that holds the person."""

Then = Callable[[Batch, Any], Mapping[Table[Any], Iterable[str]]]
"""Which further rows it looks at, table -> keys, told from the rows that `reads` has found. It must change none of
these, and a row that the same batch makes is not there yet.
"""

KNOWN_NAMES = frozenset(name for name, _ in REGISTRY)


@dataclass(frozen=True, slots=True)
class On:
    """What a fact class does: `fold` changes rows of the batch.

    Rows that the fact itself makes need no `reads`. `about` is for facts about a person, whose rows others have made.
    """

    fold: Fold
    reads: Reads = field(default_factory=dict)
    then: Then | None = None
    about: About = field(default_factory=dict)


class Projector:
    """One read model. A change to its rows or tables is a higher `version`: the worker then rebuilds it by itself.

    A fact may only touch rows made by its own stream, so that a parked stream holds up no other. What stands across
    streams are the sums of a ledger, which do not depend on any order, and what `On.about` blanks for ever.

    `opens` is for the one that needs people's words in the clear: the table of those who have been erased, by their
    person. Then `Batch.opened` opens what the facts of the batch have encrypted.

    `unconcerned` are the names of the facts that do nothing here. `urgent` are those that people look at right after
    they have done something.
    """

    def __init__(
        self,
        name: str,
        version: int,
        tables: tuple[Table[Any], ...],
        folds: Mapping[type, On],
        ledgers: tuple[Ledger[Any], ...] = (),
        *,
        urgent: bool = False,
        opens: Table[Any] | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.tables = tables
        self.ledgers = ledgers
        self.folds = folds
        self.urgent = urgent
        self.opens = opens
        # Not the names that nobody knows: they are of newer code, and may concern anybody.
        self.unconcerned = KNOWN_NAMES - {CODEC.key(fact)[0] for fact in folds}

    @property
    def table_names(self) -> list[str]:
        """Every table it owns."""
        kept = [name for table in self.tables for name in table.names]
        return kept + [name for ledger in self.ledgers for name in ledger.names]

    @cached_property
    def ddl(self) -> str:
        """What makes the tables, their names unqualified: the schema comes from the search path."""
        return files("projections").joinpath(f"{self.name}.sql").read_text()

    def concerning(self, facts: Iterable[RecordedFact], decode: Decode) -> list[tuple[RecordedFact, Any]]:
        """Those that concern this read model, each with what it says.

        Raises `domain.codec.UnknownFact` for a fact of newer code: nobody here can tell whether it concerns us.
        """
        return [(each, decode(each)) for each in facts if each.name not in self.unconcerned]
