"""One run: a world, a crowd, a schedule of faults, and then the truth."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos.checks.checked import Checked, checked
from tests.chaos.clients.crowd import Crowd
from tests.chaos.clients.diary import Diary
from tests.chaos.clients.shows import made_shows
from tests.chaos.schedule import DROPS_PACKETS, GAP_SECONDS, PROGRAMS, Fault, Strike, schedule
from tests.chaos.world.black_hole import WHY_NOT
from tests.chaos.world.striking import strike
from tests.chaos.world.world import World, world

CLIENTS = 24


@dataclass(frozen=True)
class Plan:
    """Everything that a run is made of. `mistake` names what is to be broken in the programs themselves."""

    seed: int
    seconds: float
    faults: frozenset[Fault] = frozenset(Fault)
    clients: int = CLIENTS
    mistake: str | None = None
    gap: tuple[float, float] = GAP_SECONDS
    programs: tuple[str, ...] = PROGRAMS

    def strikes(self) -> list[Strike]:
        return schedule(self.seed, self.seconds, self.faults, gap=self.gap, programs=self.programs)


@dataclass(frozen=True)
class Ran:
    """What became of a plan. `left_out` says why a fault could not be had here."""

    plan: Plan
    struck: Counter[Fault]
    left_out: dict[Fault, str]
    diary: Diary
    checked: Checked
    deaths: list[str]
    seconds: float
    folder: Path


async def run(plan: Plan, tell: Callable[[str], None], within: str | None = None) -> Ran:
    """The folder, which is made in `within`, stays when anything is wrong, and goes when not."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{plan.seed}-", dir=within))
    # The database may run as another user, who has to pass.
    folder.chmod(0o711)
    fills_disk = Fault.FULL in plan.faults
    async with world(
        folder,
        Random(f"{plan.seed} world"),
        programs=plan.programs,
        on_small_disk=fills_disk,
        mistake=plan.mistake,
    ) as here:
        shows = await made_shows(here)
        crowd = Crowd(here, shows, plan.clients, plan.seed)
        left_out = {Fault.FULL: here.disk.why_not} if fills_disk and not here.disk.is_small else {}
        if WHY_NOT:
            left_out |= dict.fromkeys(DROPS_PACKETS & plan.faults, WHY_NOT)
        strikes = [each for each in plan.strikes() if each.fault not in left_out]
        crowd.start()
        await _strike_all(here, strikes, plan.seconds, tell)
        await crowd.stop()
        await here.until_ready()
        await crowd.settle()
        others = await crowd.ask_again()
        crowd.diary.save(folder / "calls.ndjson")
        found = await checked(here, crowd.diary, shows, others)
        deaths = here.deaths()
    if found.is_well:
        shutil.rmtree(folder)
    struck = Counter(each.fault for each in strikes)
    return Ran(plan, struck, left_out, crowd.diary, found, deaths, time.monotonic() - began, folder)


async def _strike_all(
    here: World, strikes: Iterable[Strike], seconds: float, tell: Callable[[str], None]
) -> None:
    """Each at its time; returns when all are over and the time is up."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for each in strikes:
            await asyncio.sleep(max(0.0, began + each.at - loop.time()))
            tell(str(each))
            tasks.create_task(strike(here, each))
        await asyncio.sleep(max(0.0, began + seconds - loop.time()))
