"""pgbench: how many transactions that insert one such row the same server takes, and nothing else."""

import asyncio
import os
import re
from pathlib import Path

from cli.bench.projecting.work import Work
from cli.bench.stage import Stage
from cli.stopped import Stopped
from runtime.embedded_postgres.binaries import candidates

GRACE_SECONDS = 60.0

# The log's own columns and indexes, but positions come from a sequence: nobody waits for the log's head.
TABLE = """CREATE TABLE IF NOT EXISTS bench.facts (LIKE eventstore.events INCLUDING ALL);
           CREATE SEQUENCE IF NOT EXISTS bench.positions"""

# As a literal, a row of the log that a caller has just written.
ROW = """SELECT format('%s, %L, %L::json, %L::json, %L::text[], %L::bytea',
                       schema_version, name, data::text, metadata::text, tags, hash)
         FROM eventstore.events WHERE log_id = 1 AND name = 'SeatsBooked' ORDER BY position DESC LIMIT 1"""

INSERT = """INSERT INTO bench.facts
       (log_id, position, version, recorded_at, command_id, stream, schema_version, name, data, metadata, tags, hash)
SELECT 1, p, p, clock_timestamp(), gen_random_uuid(), 'bench-' || :client_id, {row}
FROM nextval('bench.positions') AS p;
"""

PROCESSED = re.compile(r"number of transactions actually processed: (\d+)")
PER_SECOND = re.compile(r"tps = ([\d.]+)")


class Pgbench:
    """`found` on this machine; `prepare` once, when there is a row in the log to be like."""

    def __init__(self, program: Path, stage: Stage) -> None:
        self._program = program
        self._stage = stage
        self._script = stage.folder / "append.sql"

    @classmethod
    def found(cls, stage: Stage) -> "Pgbench | None":
        """Where PostgreSQL's programs are; None where it is not among them."""
        programs = [folder / "pgbench" for folder in candidates()]
        program = next((each for each in programs if os.access(each, os.X_OK)), None)
        return None if program is None else cls(program, stage)

    async def prepare(self) -> None:
        await self._stage.database.execute(TABLE)
        row = await self._stage.database.fetchval(ROW)
        # What begins with a colon is a variable to pgbench, but not within quotes.
        self._script.write_text(INSERT.format(row=row))

    async def append(self, clients: int, seconds: float) -> Work:
        """One fact a transaction, prepared, so many clients; by pgbench's own count. It takes whole seconds."""
        arguments = ["--no-vacuum", "--protocol=prepared", f"--file={self._script}", f"--client={clients}"]
        timed = f"--time={max(1, round(seconds))}"
        before = self._stage.postgres_cpu()
        child = await asyncio.create_subprocess_exec(
            self._program, *arguments, timed, self._stage.dsn,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                said, complaint = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        after = self._stage.postgres_cpu()
        processed, rate = PROCESSED.search(said.decode()), PER_SECOND.search(said.decode())
        if child.returncode or processed is None or rate is None:
            raise Stopped(f"pgbench failed: {complaint.decode(errors='replace')[-500:]}")
        facts, used = int(processed[1]), None if before is None or after is None else after - before
        return Work(facts, facts / float(rate[1]), None, used)
