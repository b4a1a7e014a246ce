"""Facts folded one after the other by whoever is asked what they have led to."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from domain.codec import CODEC
from eventstore.postgres.streams import SaidFact
from runtime.problems import Problem

_log = logging.getLogger(__name__)


def fold_all(facts: Iterable[SaidFact], fold: Callable[[SaidFact, Any], None]) -> None:
    """`fold` each with what it says. Raises Problem 409 `facts-unreadable` where one was altered so that it cannot be:
    what came of the others is not what was answered then.
    """
    decode, fact = CODEC.decode, None
    try:
        for fact in facts:
            fold(fact, decode(fact.name, fact.schema_version, fact.data))
    except Exception:
        if fact is None:
            raise
        _log.exception("%s cannot be folded from position %d on", fact.stream, fact.position)
        raise Problem.of(
            409,
            "facts-unreadable",
            "The log cannot be folded",
            "A fact is not what was recorded. Verify the log.",
            position=fact.position,
        ) from None
