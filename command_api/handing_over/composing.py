"""Puts together what a worker needs to hand over and to take over."""

import sys

from prometheus_client.registry import CollectorRegistry

from command_api.handing_over.observed import HandingOverMetrics
from command_api.handing_over.owners import Owners, heard_by_nobody
from command_api.handing_over.place import Place
from command_api.writing.crowding import Crowding
from command_api.writing.writers import Writers


def owners_among(
    place: Place | None, writers: Writers, registry: CollectorRegistry, crowding: Crowding | None
) -> Owners | None:
    """The way to the other workers; None for a process that has none, and on a system without such sockets.

    Call it within a running event loop.
    """
    if place is None or sys.platform == "win32":
        return None
    hear_crowd = heard_by_nobody if crowding is None else crowding.hear
    owners = Owners(place, writers, HandingOverMetrics(registry), hear_crowd)
    writers.hand_over = owners.hand_over
    if crowding is not None:
        crowding.spread = owners.reception.tell_crowd
    return owners
