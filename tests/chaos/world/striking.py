"""Each fault, done to a world and undone."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from tests.chaos.schedule import DATABASE, Fault, Strike
from tests.chaos.world.wire import Wire
from tests.chaos.world.world import World

LOOK_SECONDS = 0.1
SLOW_SECONDS = 0.05

LOCK = "SELECT 1 FROM eventstore.log FOR UPDATE"

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE pid <> pg_backend_pid() AND application_name = 'seatledger command-api'"""


async def strike(world: World, what: Strike) -> None:
    """Returns when what was struck is itself again, or is on its way to be."""
    await _STRIKES[what.fault](world, what)


async def _kill(world: World, what: Strike) -> None:
    if what.target == DATABASE:
        await world.database.kill(what.seconds)
        return
    await _end(world, what, signal.SIGKILL)


async def _stop(world: World, what: Strike) -> None:
    await _end(world, what, signal.SIGTERM)


async def _end(world: World, what: Strike, number: signal.Signals) -> None:
    program = world.programs[what.target]
    await program.end(number)
    await asyncio.sleep(what.seconds)
    await program.start()


async def _freeze(world: World, what: Strike) -> None:
    if what.target == DATABASE:
        await world.database.freeze(what.seconds)
        return
    program = world.programs[what.target]
    program.send(signal.SIGSTOP)
    try:
        await asyncio.sleep(what.seconds)
    finally:
        program.send(signal.SIGCONT)


async def _cut(world: World, what: Strike) -> None:
    wire = world.wires[what.target]
    wire.cut()
    await asyncio.sleep(what.seconds)
    wire.mend()


async def _hang(world: World, what: Strike) -> None:
    wire = world.wires[what.target]
    wire.hold()
    await asyncio.sleep(what.seconds)
    wire.mend()


async def _mute(world: World, what: Strike) -> None:
    wire = world.wires[what.target]
    wire.mute()
    await asyncio.sleep(what.seconds)
    wire.mend()


async def _slow(world: World, what: Strike) -> None:
    wire = world.wires[what.target]
    wire.slow(SLOW_SECONDS)
    await asyncio.sleep(what.seconds)
    wire.mend()


async def _unheard(world: World, what: Strike) -> None:
    door = world.doors[what.target]
    door.mute()
    await asyncio.sleep(what.seconds)
    door.mend()


async def _vanish(world: World, what: Strike) -> None:
    await _lost(world.wires[what.target], what.seconds)


async def _strand(world: World, what: Strike) -> None:
    await _lost(world.doors[what.target], what.seconds)


async def _lost(wire: Wire, seconds: float) -> None:
    wire.vanish()
    await asyncio.sleep(seconds)
    wire.mend()


async def _jump(world: World, what: Strike) -> None:
    world.clocks.set(what.target, what.amount)
    await asyncio.sleep(what.seconds)
    world.clocks.set(what.target, 0.0)


async def _terminate(world: World, what: Strike) -> None:
    """What is committed meanwhile is not replied to: then its session is ended."""
    wire = world.wires[what.target]
    wire.mute()
    try:
        await asyncio.sleep(what.seconds)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with asyncio.timeout(2):
                await _said(world, TERMINATE)
    finally:
        wire.mend()


async def _said(world: World, statement: str) -> None:
    connection = await asyncpg.connect(world.database.dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _exhaust(world: World, what: Strike) -> None:
    """Whatever becomes free is taken, too."""
    held: list[asyncpg.Connection] = []
    loop = asyncio.get_running_loop()
    end = loop.time() + what.seconds
    try:
        while loop.time() < end:
            try:
                held.append(await asyncpg.connect(world.database.dsn, timeout=what.seconds))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        for connection in held:
            connection.terminate()


async def _lock(world: World, what: Strike) -> None:
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection = await asyncpg.connect(world.database.dsn, timeout=2)
        try:
            async with connection.transaction():
                await connection.execute(LOCK)
                await asyncio.sleep(what.seconds)
        finally:
            connection.terminate()


async def _crash(world: World, _what: Strike) -> None:
    world.database.crash()


async def _full(world: World, what: Strike) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + what.seconds
    try:
        while loop.time() < end:
            world.disk.fill()
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        world.disk.clear()


_STRIKES: dict[Fault, Callable[[World, Strike], Awaitable[None]]] = {
    Fault.KILL: _kill,
    Fault.STOP: _stop,
    Fault.FREEZE: _freeze,
    Fault.CUT: _cut,
    Fault.HANG: _hang,
    Fault.MUTE: _mute,
    Fault.SLOW: _slow,
    Fault.UNHEARD: _unheard,
    Fault.VANISH: _vanish,
    Fault.STRAND: _strand,
    Fault.JUMP: _jump,
    Fault.TERMINATE: _terminate,
    Fault.EXHAUST: _exhaust,
    Fault.LOCK: _lock,
    Fault.CRASH: _crash,
    Fault.FULL: _full,
}
