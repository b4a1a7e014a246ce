"""How much of what is refused is kept: whoever likes to be refused could fill the disk on which sales wait."""

from datetime import date, datetime

import msgspec

CUSTOMER_BYTES_MAX = 512 * 1024
"""In an hour: some 450 refused bookings. Only who tries by machine is refused more often."""
CUSTOMERS_MAX = 100_000
"""So many are counted apart, in an hour."""
DAY_BYTES_MAX = 1024**3
"""Of everybody together: about a million refused bookings."""


class _By(msgspec.Struct):
    id: str
    role: str


class _Why(msgspec.Struct):
    by: _By


WHO = msgspec.json.Decoder(_Why).decode


class Allowance:
    """Of one process. Staff, and shops with a key, ask for many: of theirs only the day's sum is bounded."""

    def __init__(
        self, customer_bytes_max: int = CUSTOMER_BYTES_MAX, day_bytes_max: int = DAY_BYTES_MAX
    ) -> None:
        self._customer_bytes_max = customer_bytes_max
        self._day_bytes_max = day_bytes_max
        self._hour: tuple[date, int] | None = None
        self._by_customer: dict[str, int] = {}
        self._bytes_of_day = 0

    def admits(self, metadata: bytes, size: int, now: datetime) -> bool:
        """Whether so many bytes more may be kept of whoever the `metadata` names. If so they count."""
        self._turn(now)
        if self._bytes_of_day + size > self._day_bytes_max:
            return False
        by = WHO(metadata).by
        if by.role == "customer":
            kept = self._by_customer.get(by.id, 0) + size
            if kept > self._customer_bytes_max:
                return False
            if by.id in self._by_customer or len(self._by_customer) < CUSTOMERS_MAX:
                self._by_customer[by.id] = kept
        self._bytes_of_day += size
        return True

    def _turn(self, now: datetime) -> None:
        hour = (now.date(), now.hour)
        if hour == self._hour:
            return
        if self._hour is None or self._hour[0] != hour[0]:
            self._bytes_of_day = 0
        self._hour = hour
        self._by_customer.clear()
