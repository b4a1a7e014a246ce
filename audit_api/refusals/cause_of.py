"""The cause of one refusal: its stream read to where it stood, the decision made again, and explained."""

import asyncio
import logging
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from audit_api.causes.again import Asked, decide_again, plain
from audit_api.causes.aggregates import aggregate_of
from audit_api.causes.case import Case
from audit_api.causes.cause import Cause
from audit_api.causes.explained import REFUSALS, explain
from audit_api.causes.folded import Folded
from audit_api.lifespan_state import AuditServices
from audit_api.refusals.table import RefusalRow
from domain.command_codec import UnreadableCommand, decode_command
from eventstore.facts import RecordedFact
from eventstore.store import StoreUnavailable, whole_stream
from eventstore.wanted import Wanted

_log = logging.getLogger(__name__)

NOT_KEPT = Cause("What was asked for is not kept of commands of this kind: it may hold a secret.")
UNREADABLE = Cause("The command was kept by another version of this program, which asked otherwise.")
UNFOLDABLE = Cause("The facts before it cannot be read any more: verify the log.")


class Told(NamedTuple):
    """`reproduced`: whether the decision, made again, is the same in every detail; None where it cannot be made."""

    reproduced: bool | None
    cause: Cause
    folded: Folded | None = None


async def cause_of(services: AuditServices, row: RefusalRow) -> Told:
    """Why it was refused. Raises `StoreUnavailable`."""
    if row.stream is None or row.version is None or row.asked is None:
        return Told(None, NOT_KEPT)
    said = REFUSALS.get(row.refusal)
    try:
        command = decode_command(row.command, row.asked)
        kept = None if said is None else msgspec.json.decode(row.reason, type=said)
    except (UnreadableCommand, msgspec.MsgspecError):
        return Told(None, UNREADABLE)
    if said is None:
        return Told(None, UNREADABLE)
    folded = Folded(aggregate_of(row.stream), getattr(command, "booking_id", None))
    try:
        await _read(services, row.stream, row.version, folded)
        versions = None if row.if_match is None else tuple(msgspec.json.decode(row.if_match))
        again = decide_again(folded, Asked(command, row.by_id, versions), said)
        cause = await asyncio.to_thread(explain, Case(folded, command, kept))
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001 - whatever an altered fact or refusal does, that it was refused must still be shown
        _log.exception("refusal %s cannot be explained", row.id)
        return Told(None, UNFOLDABLE)
    return Told(type(again) is said and plain(again) == msgspec.json.decode(row.reason), cause, folded)


async def _read(services: AuditServices, stream: str, version: int, folded: Folded) -> None:
    if not version:
        return
    # In a thread, so that nobody else has to wait for a show of a hundred thousand facts.
    async for page in whole_stream(services.store, stream):
        await asyncio.to_thread(folded.fold, [fact for fact in page if fact.version <= version])
        if page[-1].version >= version:
            return


async def facts_at(
    services: AuditServices, folded: Folded | None, versions: Iterable[int]
) -> dict[int, RecordedFact]:
    """By version, the facts of the stream that are cited. Raises `StoreUnavailable`."""
    found: dict[int, RecordedFact] = {}
    if folded is None:
        return found
    positions, wanted = sorted(folded.position(version) for version in set(versions)), Wanted()
    while positions:
        page, goes_on = await services.selections.of_positions(positions, wanted, len(positions))
        found |= {fact.version: fact for fact in page}
        if goes_on is None:
            break
        wanted = Wanted(after=goes_on)
    return found
