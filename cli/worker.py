"""One of several server processes: `python -m cli.worker SIDE SOCKET DATA_DIR PARENT`, started by `serve --workers`."""

import os
import socket
import sys
from pathlib import Path

from cli.application import Side
from cli.metrics_folder import in_use
from cli.options import settings_with
from cli.orphans import end_with_parent
from cli.serve import serve_side
from cli.workers import seconds_to_stop
from runtime.logs import configure_logging
from runtime.metrics import MULTIPROCESS_VARIABLE
from runtime.serving import run


def main() -> None:
    """Serve on the inherited socket until a stop signal, or until the parent is gone."""
    side, descriptor, data_dir, parent = sys.argv[1:]
    settings = settings_with(data_dir=Path(data_dir))
    end_with_parent(int(parent), seconds_to_stop(settings))
    configure_logging(settings.log_level, settings.log_format)
    listener = socket.socket(fileno=int(descriptor))
    with in_use(Path(os.environ[MULTIPROCESS_VARIABLE])):
        run(serve_side(Side(side), settings.database_url or "", settings, listener))


if __name__ == "__main__":
    main()
