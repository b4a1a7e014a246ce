"""What each of many keys owes, in a table that never grows beyond its size, whatever comes."""

from collections.abc import Hashable
from itertools import islice


class Counters:
    """A number for each key, `keys_max` of them at most.

    Keys live in two generations. Each use brings a key into the young one; when that is full it becomes the old one,
    and of the former old one only those stay who are deep in debt. So nobody gets rid of what they owe by flooding the
    table with other keys: their own next use makes them young again, and while they keep away it takes a third of the
    table in new keys, each of them an address, or a caller, of its own, to push out one who owes little. Who owes
    much leaves only when another third of the table owes as much.
    """

    def __init__(self, keys_max: int) -> None:
        self._share = max(1, keys_max // 3)
        self.young: dict[Hashable, float] = {}
        """A number in here may be changed in place."""
        self._old: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self.young) + len(self._old)

    def get(self, key: Hashable) -> float | None:
        found = self.young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: Hashable, number: float, keep_above: float) -> None:
        """Set it; the key is young from now on. When room is made, numbers above `keep_above` stay."""
        young = self.young
        if key not in young:
            if len(young) >= self._share:
                owing = (each for each in self._old.items() if each[1] > keep_above)
                self._old = {**dict(islice(owing, self._share)), **young}
                self.young = young = {}
            self._old.pop(key, None)
        young[key] = number
