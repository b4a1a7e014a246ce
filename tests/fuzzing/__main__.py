"""`python -m tests.fuzzing --schemathesis PATH`: ask the running program whatever its document allows, and does not.

As everybody in turn, with all checks of schemathesis, through all its phases. It is not among our dependencies: give
the path of one that was installed apart.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzzing.configuration import configuration
from tests.fuzzing.report import complaints, report_of
from tests.fuzzing.shop import ANONYMOUS, PASSWORD, ROLES, open_shop
from tests.programs import Program

SETTINGS = {
    "SEATLEDGER_ADMIN_PASSWORD": PASSWORD,
    "SEATLEDGER_ADMIN_EMAIL": "admin@seatledger.local",
    "SEATLEDGER_LOG_LEVEL": "warning",
    # One client asks all of this, and most of it is meant to fail.
    "SEATLEDGER_RATE_ADDRESS_PER_MINUTE": "0",
    "SEATLEDGER_RATE_CALLER_PER_MINUTE": "0",
    "SEATLEDGER_SIGN_IN_FAILURES_PER_MINUTE": "0",
    "SEATLEDGER_ACCESS_TOKEN_SECONDS": "86400",
    # What is too large is to be read all the same, and refused for what it says.
    "SEATLEDGER_BODY_MAX_BYTES": "67108864",
    # Nobody waits for the end of a stream, or for a position.
    "SEATLEDGER_STREAM_SECONDS_MAX": "1",
    "SEATLEDGER_MIN_POSITION_WAIT_SECONDS": "0.2",
}
GRACE_SECONDS = 300


def main() -> int:
    asked = _asked()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="fuzzing-") as folder:
        # The embedded PostgreSQL may have to run as another user, who has to get through.
        Path(folder).chmod(0o711)
        settings = {**SETTINGS, "SEATLEDGER_DATA_DIR": f"{folder}/data"}
        with Program("up", "--port", "0", settings=settings) as program:
            url = program.says(r"Seatledger is up at (http://\S+)")[1]
            for role in asked.role or ROLES:
                _say(f"{role}, seed {asked.seed}")
                failures += _run(asked, role, url, Path(folder))
            program.stop()
            for line in (logged := complaints(program.rest())):
                _say(line)
            failures += len(logged)
    return 1 if failures else 0


def _run(asked: argparse.Namespace, role: str, url: str, folder: Path) -> int:
    found = asyncio.run(open_shop(int(url.rpartition(":")[2]), PASSWORD))
    told, events = folder / f"{role}.toml", folder / f"{role}.ndjson"
    told.write_text(configuration(found))
    known = [] if role == ANONYMOUS else ["-H", f"Authorization: Bearer {found.tokens[role]}"]
    # What it prints is without end; the same is in the file.
    subprocess.run(
        [
            asked.schemathesis, "--config-file", told, "run", f"{url}/openapi.json", "--checks", "all",
            "--max-time", str(asked.seconds), "--seed", str(asked.seed), "--warnings", "off",
            "--request-timeout", "20", "--report", "ndjson", "--report-ndjson-path", events, *known,
        ],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        timeout=asked.seconds + GRACE_SECONDS,
    )  # fmt: skip
    report = report_of(events)
    for line in report.lines():
        _say(line)
    return len(report.failures)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--schemathesis", required=True, help="the program, version 4.32 or newer")
    parser.add_argument("--seconds", type=int, default=120, help="for each role")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", action="append", choices=ROLES, help="only as this one; may be given again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
