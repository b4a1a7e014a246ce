"""search: which events have these words, and which word was meant?

The words of a show stand in one row, each with the weight of where it stands: A in the name, B in the venue's name and
the city, C in the category, D in the description. `search_words` has every word ever seen, for what was mistyped. It is
only added to: a word that no show has any more corrects to nothing, and does no harm.
"""

from itertools import count

import msgspec

from domain.show.facts import ShowDeleted, ShowDetailsChanged, ShowScheduled
from projections.batch import Batch
from projections.ledger import Ledger
from projections.projector import On, Projector, Reads
from projections.table import Table
from runtime.folding import words


class SearchRow(msgspec.Struct, gc=False):
    """`place` are the folded words of venue and city, `words` is a tsvector in its written form."""

    show_id: str
    place: str
    words: str


class WordEntry(msgspec.Struct, frozen=True, gc=False):
    word: str


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = SearchRow(fact.show_id, " ".join(words(f"{fact.venue_name} {fact.city}")), "")
    batch[SEARCH].put(fact.show_id, row)
    index(batch, row, fact)


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    index(batch, batch[SEARCH].change(fact.show_id), fact)


def index(batch: Batch, row: SearchRow, fact: ShowScheduled | ShowDetailsChanged) -> None:
    """The row's words, as the fact leaves them."""
    parts = (
        ("A", words(fact.name)),
        ("B", row.place.split()),
        ("C", words(fact.category)),
        ("D", words(fact.description)),
    )
    # Only positions carry weights. No word has a quote or a backslash in it.
    position = count(1)
    row.words = " ".join(f"'{word}':{next(position)}{weight}" for weight, part in parts for word in part)
    for word in sorted({word for _, part in parts for word in part}):
        batch.enter(WORDS, WordEntry(word))


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    batch[SEARCH].remove(fact.show_id)


SEARCH = Table("search", SearchRow, key="show_id")
WORDS = Ledger("search_words", WordEntry)
THIS: Reads = {SEARCH: "show_id"}

PROJECTOR = Projector(
    "search",
    version=1,
    tables=(SEARCH,),
    ledgers=(WORDS,),
    folds={
        ShowScheduled: On(scheduled),
        ShowDetailsChanged: On(details_changed, reads=THIS),
        ShowDeleted: On(deleted),
    },
)
