"""The place of a worker among those of its host, as its parent tells it."""

import os
from collections.abc import Mapping
from pathlib import Path

from command_api.handing_over.place import Place

VARIABLE = "SEATLEDGER_WORKER_PLACE"


def as_told(place: Place) -> dict[str, str]:
    """What a parent puts into a worker's environment."""
    return {VARIABLE: f"{place.number}/{place.count}/{place.folder}"}


def place_told(environment: Mapping[str, str] = os.environ) -> Place | None:
    """Where this process stands; None for one that has no others beside it."""
    told = environment.get(VARIABLE)
    if told is None:
        return None
    number, count, folder = told.split("/", 2)
    return Place(int(number), int(count), Path(folder))
