"""`python -m tests.mutation --sample 80 --seed 1`: how many small mistakes in eventstore/postgres its tests see."""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

# Before any fork, so that no child has to.
import asyncpg  # noqa: F401
import msgspec  # noqa: F401
import orjson  # noqa: F401

from runtime.embedded_postgres.server import EmbeddedPostgres
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trying import Fate, tried

PACKAGE = Path("eventstore/postgres")
SECONDS_MAX = 240.0

LOG, CONTRACT, SEALS = "tests/eventstore", "tests/eventstore/contract", "tests/eventstore/seals"
AUDIT, PROJECTIONS = "tests/audit_api", "tests/projections"
TESTS: dict[str, Sequence[str]] = {
    "sealer": (f"{SEALS}/test_sealer.py", "tests/cli/test_keys.py"),
    "seal_keys": (f"{SEALS}/test_sealer.py", "tests/cli/test_keys.py"),
    "seals": (f"{SEALS}/test_sealer.py", f"{SEALS}/test_forgeries.py"),
    "tree": (f"{SEALS}/test_sealer.py", f"{SEALS}/test_forgeries.py"),
    "chains": (f"{SEALS}/test_forgeries.py", f"{AUDIT}/test_verify.py"), "exporting": (f"{SEALS}/test_export.py",),
    "log_root": ("tests/cli/backing_up/test_dumps.py",),
    "log_pages": (f"{PROJECTIONS}/test_rebuild.py", f"{PROJECTIONS}/test_replaying.py"),
    "violations": (f"{PROJECTIONS}/watching/test_watchman.py",), "named": (f"{LOG}/test_named.py",),
    "subscriptions": (f"{LOG}/test_leases.py", f"{CONTRACT}/test_subscriptions.py", f"{LOG}/test_privileges.py"),
    "selections": (f"{LOG}/test_selections.py", f"{LOG}/test_wanted.py"),
    "tagged": (f"{AUDIT}/test_history.py",), "bounds": (f"{LOG}/test_streams.py", f"{LOG}/test_selections.py"),
    "streams": (f"{LOG}/test_streams.py",), "errors": (f"{LOG}/test_errors.py",),
    "turns": (f"{LOG}/test_turns.py", f"{CONTRACT}/test_turns.py"),
    "commands": (f"{CONTRACT}/test_commands.py", f"{CONTRACT}/test_remembering.py", f"{LOG}/test_races.py"),
    "whole": (f"{LOG}/test_append_whole.py", f"{CONTRACT}/test_append.py"),
    "item_by_item": (f"{CONTRACT}/test_append.py", f"{LOG}/test_append_function.py"),
    "array_literals": (f"{CONTRACT}/test_append.py", f"{LOG}/test_append_whole.py"),
    "store": (f"{CONTRACT}/test_append.py", f"{CONTRACT}/test_reading.py", f"{LOG}/test_races.py"),
}  # fmt: skip
"""Where each module's mistakes should be seen, what is quick first."""


def main() -> int:
    asked = _asked()
    sources = {path.stem: path.read_text() for path in sorted(PACKAGE.glob("*.py")) if path.stem in TESTS}
    everything = [each for module, source in sources.items() for each in mutants(module, source)]
    chosen = [each for each in everything if asked.only is None or each.module == asked.only]
    sample = Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
    _say(f"{len(everything)} mutants of {len(sources)} modules; {len(sample)} of them, seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "server", durable=False) as server:
            os.environ["SEATLEDGER_TEST_DATABASE_URL"] = server.dsn
            return _try_all(sample, sources, time.monotonic() + 60 * asked.minutes)


def _try_all(sample: Sequence[Mutant], sources: dict[str, str], until: float) -> int:
    fates: Counter[tuple[str, Fate]] = Counter()
    sound: set[str] = set()
    for mutant in sample:
        if time.monotonic() > until:
            _say("the time is up")
            break
        source = sources[mutant.module]
        if mutant.module not in sound:
            # Who fails as it is sees nothing.
            if _fate(mutant.module, source) is not Fate.SURVIVED:
                _say(f"the tests of {mutant.module} fail as it is")
                return 1
            sound.add(mutant.module)
        began = time.monotonic()
        fate = _fate(mutant.module, mutant.applied(source))
        fates[mutant.module, fate] += 1
        _say(f"{fate:<9} {time.monotonic() - began:5.1f} s  {mutant.told(source)}")
    for fate in Fate:
        there = {module: count for (module, each), count in sorted(fates.items()) if each is fate}
        _say(f"{fate}: {sum(there.values())} {there}")
    return 0


def _fate(module: str, source: str) -> Fate:
    name, path = f"eventstore.postgres.{module}", str(PACKAGE / f"{module}.py")
    return tried(name, path, source, TESTS[module], SECONDS_MAX)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=80, help="how many, drawn by the seed [default: 80]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0, help="after which no other is begun")
    parser.add_argument("--only", choices=sorted(TESTS), help="of this module")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
