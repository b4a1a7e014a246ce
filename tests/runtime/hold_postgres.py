"""A program that starts an embedded server, says so, and does nothing more until it is ended.

    python -m tests.runtime.hold_postgres DATA_DIR [from-a-thread-that-ends]

It prints its server's process id.
"""

import signal
import sys
import threading
from pathlib import Path

from runtime.embedded_postgres.server import EmbeddedPostgres


def main(data_dir: str, *how: str) -> None:
    server = EmbeddedPostgres(Path(data_dir), durable=False)
    if how:
        starter = threading.Thread(target=server.start)
        starter.start()
        starter.join()
    else:
        server.start()
    sys.stdout.write(f"{server.process_id}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
