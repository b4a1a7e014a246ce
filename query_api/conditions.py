"""The WHERE of a list, put together from the filters that were given."""

from collections.abc import Iterable
from typing import Any

Condition = tuple[Any, ...]
"""SQL with one `{}` for each of the values after it."""


class Conditions:
    """Conditions with their arguments. Only what is given gets into the statement, so that each has the best plan."""

    def __init__(self) -> None:
        self.arguments: list[Any] = []
        self._conditions: list[str] = []

    def add(self, condition: str, *values: Any) -> None:
        """`condition` has one `{}` for each of `values`; it is code, never anybody's input."""
        self._conditions.append(self.written((condition, *values)))

    def written(self, condition: Condition) -> str:
        """The condition as SQL to be put anywhere, its values among the arguments."""
        return str(condition[0]).format(*map(self.argument, condition[1:]))

    def argument(self, value: Any) -> str:
        """The placeholder of one more argument."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def add_all(self, conditions: Iterable[Condition]) -> None:
        """As `add`, each with its values."""
        for condition, *values in conditions:
            self.add(condition, *values)

    def add_query(self, query: str, conditions: Iterable[Condition]) -> None:
        """A condition that is a query of its own: its `{}` becomes the WHERE of `conditions`."""
        inner = Conditions()
        inner.arguments = self.arguments
        inner.add_all(conditions)
        self._conditions.append(query.format(inner.where))

    def add_any(self, *alternatives: Iterable[Condition]) -> None:
        """All conditions of at least one of the `alternatives`, none of which is empty."""
        found = [" AND ".join(map(self.written, conditions)) for conditions in alternatives]
        self._conditions.append(f"({' OR '.join(found)})")

    @property
    def where(self) -> str:
        return f"WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

    def where_also(self, condition: str) -> str:
        """`where` with one more condition, which has no arguments of its own."""
        return f"WHERE {' AND '.join([*self._conditions, condition])}"
