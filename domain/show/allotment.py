"""Places kept back: house seats, a reseller's channel, seats that nobody may sell."""

from datetime import datetime

from domain.value import Value


class AreaShare(Value, frozen=True):
    """Some places of a general-admission area."""

    area: str
    quantity: int


class Allotment(Value, frozen=True):
    """`seats` and shares of areas that are off general sale until `release_at`, or until they are released.

    `sellable` ones can be booked by naming the allotment; blocked places cannot be booked at all.
    """

    id: str
    name: str
    seats: tuple[str, ...] = ()
    areas: tuple[AreaShare, ...] = ()
    release_at: datetime | None = None
    sellable: bool = True
