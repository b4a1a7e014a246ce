"""How much of what is refused is kept: whoever likes to be refused could fill the disk on which sales wait."""

from datetime import date, datetime

import msgspec

CUSTOMER_BYTES_MAX = 512 * 1024
"""In an hour: some 450 refused bookings. Only who tries by machine is refused more often."""
STRANGER_BYTES_MAX = 64 * 1024
"""In an hour, of whoever has not signed in at one address: some 200 refused registrations."""
COUNTED_MAX = 100_000
"""So many are counted apart, in an hour."""
DAY_BYTES_MAX = 1024**3
"""Of everybody together: about a million refused bookings."""
STRANGERS_PART = 16
"""Of which strangers get a sixteenth: addresses cost nothing, so all of theirs together must hide nobody else's."""


class _By(msgspec.Struct):
    id: str
    role: str


class _Why(msgspec.Struct):
    by: _By


WHO = msgspec.json.Decoder(_Why).decode


class Allowance:
    """Of one process. Staff, and shops with a key, ask for many: of theirs only the day's sum is bounded."""

    def __init__(
        self,
        customer_bytes_max: int = CUSTOMER_BYTES_MAX,
        day_bytes_max: int = DAY_BYTES_MAX,
        stranger_bytes_max: int = STRANGER_BYTES_MAX,
    ) -> None:
        self._day_bytes_max = day_bytes_max
        self._hour: tuple[date, int] | None = None
        self._customers = _Shares(customer_bytes_max)
        self._strangers = _Shares(stranger_bytes_max)
        self._bytes_of_day = 0
        self._strangers_bytes_of_day = 0

    def admits(self, metadata: bytes, size: int, now: datetime, stranger: str | None = None) -> bool:
        """Whether so many bytes more may be kept of whoever the `metadata` names. If so they count.

        `stranger` is the address of somebody who has not signed in, and whom it therefore does not name.
        """
        self._turn(now)
        if self._bytes_of_day + size > self._day_bytes_max:
            return False
        if stranger is not None:
            of_all = self._strangers_bytes_of_day + size
            if of_all > self._day_bytes_max // STRANGERS_PART or not self._strangers.admit(stranger, size):
                return False
            self._strangers_bytes_of_day = of_all
        else:
            by = WHO(metadata).by
            if by.role == "customer" and not self._customers.admit(by.id, size):
                return False
        self._bytes_of_day += size
        return True

    def _turn(self, now: datetime) -> None:
        hour = (now.date(), now.hour)
        if hour == self._hour:
            return
        if self._hour is None or self._hour[0] != hour[0]:
            self._bytes_of_day = self._strangers_bytes_of_day = 0
        self._hour = hour
        self._customers.clear()
        self._strangers.clear()


class _Shares:
    """What each has had of the same allowance."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._had: dict[str, int] = {}

    def admit(self, who: str, size: int) -> bool:
        had = self._had.get(who, 0) + size
        if had > self._bytes_max:
            return False
        if who in self._had or len(self._had) < COUNTED_MAX:
            self._had[who] = had
        return True

    def clear(self) -> None:
        self._had.clear()
