"""One of several server processes: `python -m cli.worker SIDE SOCKET DATA_DIR PARENT`, started by `serve --workers`."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from cli.application import Side
from cli.options import settings_with
from cli.orphans import end_with_parent
from cli.places import place_told
from cli.serve import serve_side
from runtime.logs import configure_logging
from runtime.serving import run


def main() -> None:
    """Serve on the inherited socket until a stop signal, or until the parent is gone."""
    side, descriptor, data_dir, parent = sys.argv[1:]
    end_with_parent(int(parent))
    settings = settings_with(data_dir=Path(data_dir))
    configure_logging(settings.log_level, settings.log_format)
    listener = socket.socket(fileno=int(descriptor))
    run(serve_side(Side(side), settings.database_url or "", settings, listener))
    place = place_told()
    if place is not None and os.getppid() != int(parent):
        # Whoever made the folder cannot take it away any more; the last of us can.
        with suppress(OSError):
            place.folder.rmdir()


if __name__ == "__main__":
    main()
