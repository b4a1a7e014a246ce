"""The events that are sold in a run: few places, many clients."""

from dataclasses import dataclass
from typing import Any

from tests.chaos.clients.asking import answered, json_of
from tests.chaos.world.world import World
from tests.system.events import EVENT
from tests.system.servers import ADMIN

ROWS, SEATS_A_ROW = 3, 5
QUOTA = 12
HOLD_SECONDS = 8
SHOWS_OF_A_KIND = 2


@dataclass(frozen=True)
class SeatShow:
    """Named seats; a booking is a hold until it is paid."""

    id: str
    seats: tuple[str, ...]


@dataclass(frozen=True)
class QuotaShow:
    """Places without names; a booking is confirmed at once."""

    id: str
    quota: int


@dataclass(frozen=True)
class Shows:
    seated: tuple[SeatShow, ...]
    standing: tuple[QuotaShow, ...]

    @property
    def all(self) -> list[SeatShow | QuotaShow]:
        return [*self.seated, *self.standing]


async def made_shows(world: World) -> Shows:
    """Put on sale before anything is broken."""
    rows = [{"name": f"{number}", "seats": SEATS_A_ROW} for number in range(1, ROWS + 1)]
    plan = {"sections": [{"name": "S", "rows": rows}]}
    seats = tuple(f"S/{row}/{seat}" for row in range(1, ROWS + 1) for seat in range(1, SEATS_A_ROW + 1))
    seated = [
        await _event(world, seating_plan=plan, payment_window_seconds=HOLD_SECONDS)
        for _ in range(SHOWS_OF_A_KIND)
    ]
    standing = [await _event(world, capacity=QUOTA) for _ in range(SHOWS_OF_A_KIND)]
    return Shows(
        tuple(SeatShow(each, seats) for each in seated), tuple(QuotaShow(each, QUOTA) for each in standing)
    )


async def _event(world: World, **changes: Any) -> str:
    door = world.doors["command 1"]
    answer = await answered(door, "POST", "/api/v1/events", {**EVENT, **changes}, by=ADMIN)
    assert answer is not None
    assert answer.status == 201, answer
    return str(json_of(answer)["id"])
