"""What was counted, for whoever runs the tests with `-s` and wants to quote it."""

import sys


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
