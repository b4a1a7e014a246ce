"""A program that is kept running as a service manager does it, and can be struck."""

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

COMMAND = (sys.executable, "-m", "tests.chaos.program")
ROOT = Path(__file__).parents[3]
"""Where `tests` can be imported from, which is installed nowhere."""

AGAIN_SECONDS = 0.3
STOP_SECONDS_MAX = 20.0


class KeptProgram:
    """`name` for people; what it says goes into the file `log`.

    `deaths` are the ends that nobody has asked for, with what it said last.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.deaths: list[str] = []
        self._command = (*COMMAND, *arguments)
        self._environment = environment
        self._log = log
        self._is_wanted = False
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def start(self) -> None:
        self._is_wanted = True
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def _launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    async def _keep(self) -> None:
        while self._process is not None:
            code = await self._process.wait()
            if not self._is_wanted:
                return
            said = self._log.read_text(errors="replace").splitlines()[-1:]
            self.deaths.append(f"{self.name} ended with {code}: {''.join(said)[:300]}")
            await asyncio.sleep(AGAIN_SECONDS)
            if self._is_wanted:
                await self._launch()

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self._process is not None and self._process.returncode is None:
                self._process.send_signal(number)

    async def end(self, number: signal.Signals) -> bool:
        """Send a signal that ends it; it is not started again. False when it has to be killed after all."""
        self._is_wanted = False
        self.send(number)
        ended = await self._has_ended_within(STOP_SECONDS_MAX)
        if not ended:
            self.send(signal.SIGKILL)
            await self._has_ended_within(STOP_SECONDS_MAX)
        return ended

    async def _has_ended_within(self, seconds: float) -> bool:
        if self._process is None:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
                if self._keeper is not None:
                    await self._keeper
        return self._process.returncode is not None
