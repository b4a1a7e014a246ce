"""Carry a season out: one command for each entry, once for ever, whatever happens in between.

Each entry's command goes under an idempotency key made of its kind and its key (`venue teatro-regio`), by the caller
`import`. The log keeps that key with the facts, in one transaction, and with it the answer, which holds the new id. So
running the file again, after it was imported or after it was killed half-way, finds what is there by one look-up and
adds the rest; two imports at once cannot make a thing twice. Ids derived from the keys would do without the look-up,
but they would not be UUIDv7 like all others, and whether a file has changed since could only be guessed from resources
that may have been changed on purpose. Here the fingerprint kept with the key says it.
"""

from collections.abc import Callable
from typing import Any, TypedDict

import orjson

from cli.importing.imported import Imported, RefusedEntry
from cli.importing.in_flight import each
from cli.importing.read_once import ReadOnce
from cli.importing.season import AnyEntry, Entry, Kind, Season
from cli.importing.season_body import EventEntry, TicketTypeEntry, VenueEntry
from cli.importing.write_path import WritePath
from cli.stopped import Stopped
from command_api.aggregates import SHOW, TICKET_TYPE, VENUE
from command_api.answers.event import created_event
from command_api.answers.ticket_type import created_ticket_type
from command_api.answers.venue import created_venue
from command_api.bodies.event import EventBody
from command_api.ownership import Whose
from command_api.refused import refusal_problem
from command_api.scheduling import schedule_command
from command_api.writing.answer import Reply, restored
from command_api.writing.failures import CommandFailed, KeyReused
from domain.refusal import Refused
from domain.seating_plan import general_admission
from domain.ticket_type.commands import AddTicketType
from domain.venue.commands import OpenVenue
from eventstore.appending import KnownCommand
from runtime.ids import new_id
from runtime.problems import Problem

CALLER = "import"
"""Whose idempotency keys these are. Part of every key in every log: never rename it."""

IN_FLIGHT = 64


async def import_season(season: Season, path: WritePath, done: Callable[[], None] = lambda: None) -> Imported:
    """Make what is missing; `done` is called after each entry. An entry that is refused does not keep back the others.

    Raises `Stopped` when the log does not answer in time, `StoreUnavailable` when it is out of reach.
    """
    known = await path.carried_out(entry.idempotency_key for entry in season)
    work = _Import(path, known, done)
    await each(season.venues, work.venue, IN_FLIGHT)
    await each(season.ticket_types, work.ticket_type, IN_FLIGHT)
    # Only now: an event copies its venue's plan and the prices of the catalogue.
    await each(season.events, work.event, IN_FLIGHT)
    return work.imported


class _Import:
    def __init__(self, path: WritePath, known: dict[str, KnownCommand], done: Callable[[], None]) -> None:
        self.imported = Imported()
        self._path = path
        self._reader = ReadOnce(path.store)
        self._known = known
        self._done = done

    async def venue(self, entry: Entry[VenueEntry]) -> None:
        async def open_venue() -> Reply:
            body, venue_id = entry.body, new_id()
            plan = body.plan() or general_admission(1)
            command = OpenVenue(
                venue_id,
                body.name,
                body.address,
                body.timezone,
                plan,
                self._path.now(),
                body.city,
                body.organizer_id,
            )
            return await self._path.carry_out(VENUE, venue_id, command, created_venue, **_once(entry))

        await self._put(entry, open_venue)

    async def ticket_type(self, entry: Entry[TicketTypeEntry]) -> None:
        async def add_ticket_type() -> Reply:
            body, type_id, now = entry.body, new_id(), self._path.now()
            command = AddTicketType(
                type_id, body.name, body.price.value(), body.description, now, body.organizer_id
            )
            return await self._path.carry_out(
                TICKET_TYPE, type_id, command, created_ticket_type, **_once(entry)
            )

        await self._put(entry, add_ticket_type)

    async def event(self, entry: Entry[EventEntry]) -> None:
        async def schedule() -> Reply:
            show_id = new_id()
            body = self._with_ids(entry.body)
            owner = Whose(body.organizer_id)
            command = await schedule_command(self._reader, show_id, body, self._path.now(), owner)
            return await self._path.carry_out(SHOW, show_id, command, created_event, **_once(entry))

        await self._put(entry, schedule)

    def _with_ids(self, body: EventEntry) -> EventBody:
        """The body with ids where the file has keys. What was refused keeps its key, and so is not found."""
        venues, types = self.imported.resources[Kind.VENUE], self.imported.resources[Kind.TICKET_TYPE]
        offers = [
            offer.model_copy(update={"ticket_type_id": _id_of(types, offer.ticket_type_id)})
            for offer in body.ticket_types or ()
        ]
        return body.model_copy(
            update={"venue_id": _id_of(venues, body.venue_id), "ticket_types": offers or body.ticket_types}
        )

    async def _put(self, entry: AnyEntry, make: Callable[[], Any]) -> None:
        known = self._known.get(entry.idempotency_key)
        if known is not None:
            self._found(entry, known)
        else:
            await self._make(entry, make)
        self._done()

    async def _make(self, entry: AnyEntry, make: Callable[[], Any]) -> None:
        imported = self.imported
        try:
            reply: Reply = await make()
        except Refused as no:
            imported.refused.append(RefusedEntry(entry, refusal_problem(no.reason)))
        except Problem as no:
            imported.refused.append(RefusedEntry(entry, no.answer))
        except KeyReused:
            # Somebody imports another version of the file at this moment.
            known = await self._path.carried_out([entry.idempotency_key])
            self._found(entry, known[entry.idempotency_key])
        except CommandFailed as failure:
            raise Stopped(
                "the log did not answer in time; run the import again, it goes on where it was"
            ) from failure
        else:
            imported.resources[entry.kind][entry.body.key] = orjson.loads(reply.answer.body)
            if reply.replayed:
                imported.there_already += 1
            else:
                imported.new[entry.kind] += 1

    def _found(self, entry: AnyEntry, known: KnownCommand) -> None:
        self.imported.there_already += 1
        if known.fingerprint != entry.fingerprint:
            self.imported.differs.append(entry)
        self.imported.resources[entry.kind][entry.body.key] = orjson.loads(restored(known.answer).body)


class _Once(TypedDict):
    key: str
    fingerprint: bytes


def _once(entry: AnyEntry) -> _Once:
    """The terms under which an entry is carried out."""
    return {"key": entry.idempotency_key, "fingerprint": entry.fingerprint}


def _id_of(resources: dict[str, dict[str, Any]], key: str | None) -> str | None:
    return key if key is None or key not in resources else resources[key]["id"]
