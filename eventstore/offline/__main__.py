"""`python -m eventstore.offline EXPORT --key PUBLIC_KEY`: prove a log with nothing but its export and a public key."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import orjson

from eventstore.offline.checking import check_export
from eventstore.offline.file import NotAKey, opened, public_key
from eventstore.offline.said import finding, summary, verdict_body
from eventstore.seals.kept import UnreadableSeals, saved_seals
from eventstore.seals.key import SealKey
from eventstore.seals.seal import Seal


def main() -> int:
    """0 where the log is whole, 1 where it is not, 2 where that cannot be told."""
    parser = argparse.ArgumentParser(prog="python -m eventstore.offline", description=__doc__)
    parser.add_argument("export", type=Path, help="what `seatledger audit export` has written")
    parser.add_argument("--key", help="public key: 64 hex digits, or a file")
    parser.add_argument("--seals", type=Path, help="seals that were kept elsewhere")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    try:
        pinned = None if asked.key is None else public_key(asked.key)
        saved: Iterable[Seal | SealKey] = () if asked.seals is None else saved_seals(asked.seals)
        with opened(asked.export) as (lines, _):
            verdict = check_export(lines, pinned, saved, _nobody_watches)
    except (OSError, NotAKey, UnreadableSeals) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if asked.json:
        sys.stdout.write(orjson.dumps(verdict_body(verdict)).decode() + "\n")
    elif verdict.first_bad is None:
        sys.stdout.write(summary(verdict, pinned) + "\n")
    else:
        sys.stderr.write(finding(verdict.first_bad) + "\n")
    return 0 if verdict.first_bad is None else 1


def _nobody_watches(_read: int) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
