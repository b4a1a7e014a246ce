"""What fails again and again is said once: in a line while the database is away, with a trace if it is our mistake."""

import logging

from runtime.database import is_unavailable

_log = logging.getLogger(__name__)


class Spell:
    """Of failures at one thing, which `what` says cannot be done. It ends with the first success."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._is_failing = False
        self._is_a_mistake = False

    def failed(self, error: Exception) -> None:
        is_a_mistake = not is_unavailable(error)
        if is_a_mistake and not self._is_a_mistake:
            _log.error("%s: %s", self._what, type(error).__name__, exc_info=error)
        elif not self._is_failing:
            _log.warning("%s for now: %s", self._what, " ".join(str(error).split()) or type(error).__name__)
        self._is_failing = True
        self._is_a_mistake |= is_a_mistake

    def ended(self) -> None:
        self._is_failing = self._is_a_mistake = False
