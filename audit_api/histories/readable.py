"""A fact as far as it can be read."""

import logging
from typing import Any

from domain.codec import CODEC
from eventstore.facts import RecordedFact

_log = logging.getLogger(__name__)


def readable(recorded: RecordedFact) -> Any:
    """The fact; None where it was altered so that nobody can read it, which `verify` finds: the rest is shown."""
    try:
        return CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
    except Exception:  # noqa: BLE001 - whatever was done to it
        _log.exception("the fact at position %d cannot be read", recorded.position)
        return None
