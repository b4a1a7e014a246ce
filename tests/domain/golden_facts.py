"""Golden facts: what every (name, schema version) ever written looks like in the log, for ever.

`python -m tests.domain.golden_facts` makes the files that are missing, from `examples_of_facts.py`. It never writes
over one: a golden file is a promise to everything that was stored.
"""

import hashlib
import sys
from pathlib import Path

from domain.codec import CODEC, REGISTRY
from tests.domain.examples_of_facts import EXAMPLES

FOLDER = Path(__file__).parent / "golden"
# In the form of `sha256sum`, which can check it: `sha256sum -c SHA256SUMS`.
MANIFEST = FOLDER / "SHA256SUMS"
HOW_TO_MAKE = (
    "add an example to tests/domain/examples_of_facts.py and run: python -m tests.domain.golden_facts"
)


def golden_file(name: str, version: int) -> Path:
    return FOLDER / f"{name}.{version}.json"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def recorded_digests() -> dict[str, str]:
    """File name to the digest it must have."""
    lines = MANIFEST.read_text().splitlines() if MANIFEST.exists() else []
    return {name: recorded for recorded, name in (line.split("  ") for line in lines)}


def missing() -> list[tuple[str, int]]:
    """What is registered and has no golden file yet."""
    return [key for key in REGISTRY if not golden_file(*key).exists()]


def make_missing() -> list[Path]:
    """Write the golden files that are missing, and their digests."""
    made = []
    for fact in EXAMPLES:
        name, version, data = CODEC.encode(fact)
        file = golden_file(name, version)
        if not file.exists():
            file.write_bytes(data)
            with MANIFEST.open("a") as manifest:
                manifest.write(f"{digest(file)}  {file.name}\n")
            made.append(file)
    return made


if __name__ == "__main__":
    sys.stdout.writelines(f"made {file}\n" for file in make_missing())
