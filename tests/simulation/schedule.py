"""One schedule, from its seed to its verdict."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from projections.parked.retrying import retry_with
from projections.seat_map import PROJECTOR as SEAT_MAP
from tests.simulation import orders
from tests.simulation.clients import Clients
from tests.simulation.database import Database
from tests.simulation.driver import Pool, Server
from tests.simulation.judging.answers import check_answers
from tests.simulation.judging.bounds import check_rest
from tests.simulation.judging.broken import require
from tests.simulation.judging.log import check_log
from tests.simulation.judging.policies import check_policies
from tests.simulation.judging.projections import check_followed, check_rows, parked_streams
from tests.simulation.line import Line
from tests.simulation.loop import Life, SimulatedLoop
from tests.simulation.plan import Plan, planned
from tests.simulation.process import NOON, Process
from tests.simulation.seams import seams
from tests.simulation.statements_of_policies import policies_statements
from tests.simulation.statements_of_projectors import ProjectorsStatements
from tests.simulation.tally import Poison, tally
from tests.simulation.trace import Trace

STEPS_MAX = 150_000
SETTLE_SECONDS = 30.0
DOWN_SECONDS_MAX = 3.0
POLICY_SECONDS_MAX = 5.0
NO_KEYS: Any = None
NOWHERE = "00000000-0000-0000-0000-00000000ffff"


@dataclass(frozen=True)
class Outcome:
    """`digest` is equal for equal runs; `steps` counts what the loop ran."""

    plan: Plan
    digest: str
    steps: int
    trace: Trace


def simulate(seed: int, says: Callable[[str], None] | None = None) -> Outcome:
    """Run the schedule of `seed` and judge it. Raises `Broken`, `Stuck`, `Endless`, and whatever nobody expected."""
    plan, trace = planned(seed), Trace(says)
    # Of an event loop it has what is used without files, sockets and threads.
    loop = SimulatedLoop(  # type: ignore[abstract]
        plan.chance("order") if plan.any_order else None, STEPS_MAX
    )
    with seams(plan, loop):
        loop.run(World(plan, trace, loop).run())
    for error in loop.errors:
        require(False, "no error is lost", error)
    trace.note(loop.time(), "loop", f"{loop.steps} steps")
    return Outcome(plan, trace.digest, loop.steps, trace)


class World:
    """Database, processes and clients of one schedule."""

    def __init__(self, plan: Plan, trace: Trace, loop: SimulatedLoop) -> None:
        self._plan = plan
        self._trace = trace
        self._loop = loop

    async def run(self) -> None:
        plan = self._plan
        self._database = Database(self._trace)
        store = self._database.store
        self._poison = Poison(plan.poison_every)
        self._projectors = [tally(self._poison), SEAT_MAP] if plan.projectors else []
        self._server = Server(
            self._trace, policies_statements(store).get, ProjectorsStatements(self._projectors, store)
        )
        self._processes = [self._process(number) for number in range(plan.processes)]
        for process in self._processes:
            process.start()
        clients = Clients(plan, self._processes, self._database)
        await clients.open_shows()
        ending = self._loop.create_task(self._end_processes())
        await asyncio.gather(*(clients.client(number) for number in range(plan.clients)))
        ending.cancel()
        await asyncio.wait((ending,))
        await self._settle(clients)
        check_log(self._database.store.log)
        require(not self._server.unknown, "the simulation knows all statements", self._server.unknown[:1])
        await self._check_projectors()
        if self._plan.policies:
            check_policies(self._database.store, self._server.rows, self._over)
        check_answers(clients.history, self._database, keeps_noes=self._plan.keeps_noes)
        self._count(clients)

    def _process(self, number: int) -> Process:
        plan, chance = self._plan, self._plan.chance(f"process {number}")
        line = Line(f"p{number}", self._database, plan, chance)
        return Process(
            f"p{number}", line, self._server, plan, plan.chance(f"pool {number}"), projectors=self._projectors
        )

    async def _end_processes(self) -> None:
        """Kill some, end some, and start them again a while later."""
        chance = self._plan.chance("kills")
        for _ in range(self._plan.kills):
            await asyncio.sleep(chance.uniform(0, 8))
            await self._end_one(chance, chance.choice(self._processes))

    async def _end_one(self, chance: Random, process: Process) -> None:
        how = chance.random()
        if how < 0.3 and (self._plan.policies or self._plan.projectors):
            self._trace.count("policies and worker cancelled")
            process.interrupt()
            return
        softly = how < 0.5
        self._trace.count("process ended" if softly else "process killed")
        self._trace.note(self._loop.time(), process.name, "is ended" if softly else "is killed")
        if softly:
            await process.end()
        else:
            process.kill()
        await asyncio.sleep(chance.choice((0.0, chance.uniform(0, DOWN_SECONDS_MAX))))
        process.start()

    async def _settle(self, clients: Clients) -> None:
        """When the trouble is over, everything is as it should be soon, and every process knows what the log has."""
        for process in self._processes:
            process.calm()
            if not process.is_up:
                process.start()
        await asyncio.sleep(SETTLE_SECONDS)
        # Which process runs the policies is nobody's choice, so it may be the one whose clock is behind the most.
        self._over = min(process.now() for process in self._processes) - timedelta(seconds=POLICY_SECONDS_MAX)
        for process in self._processes:
            for show_id in clients.shows:
                command = orders.too_many(show_id, "probe", process.now())
                probe = await clients.ask(process, command)
                require(probe.kind == "Refused", "it goes on afterwards", probe)
            # A writer in its turn has answered before it is out of that.
            await asyncio.sleep(1.0)
            await clients.ask(process, orders.too_many(NOWHERE, "probe", process.now()))
        # What has lapsed meanwhile was written down with the probes, and has to be followed too.
        await asyncio.sleep(POLICY_SECONDS_MAX)
        for process in self._processes:
            require(process.writers is not None, "it goes on afterwards", process.name)
            assert process.writers is not None
            check_rest(process.writers, self._plan.limits)
            await process.end()
        left = self._loop.pending()
        require(not left, "no task is left", left)

    async def _check_projectors(self) -> None:
        """As they are, and once more when what was poison is mended and taken up again."""
        if not self._projectors:
            return
        rows, store = self._server.rows, self._database.store
        check_followed(self._projectors, rows, store)
        self._poison.every = None
        for projector in self._projectors:
            parked = parked_streams(projector, rows)
            await check_rows(projector, rows, store, self._fresh(), parked)
            for stream in parked:
                self._trace.count("stream parked and retried")
                retried = await retry_with(
                    projector, stream, self._pool(self._server), NO_KEYS, now=lambda: NOON
                )
                require(retried, "parked streams heal", stream)
            await check_rows(projector, rows, store, self._fresh(), ())

    def _pool(self, server: Server) -> Any:
        """Without trouble."""
        pool = Pool("judge", Life("judge"), server, self._plan, self._plan.chance("judge"))
        pool.calm()
        return pool

    def _fresh(self) -> Any:
        """Of a server with empty tables."""
        statements = ProjectorsStatements(self._projectors, self._database.store)
        return self._pool(Server(self._trace, statements))

    def _count(self, clients: Clients) -> None:
        for fact in self._database.store.log:
            self._trace.count(f"fact {fact.name}")
        self._trace.count("commands", len(clients.history.attempts))
