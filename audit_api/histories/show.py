"""What happened to a show."""

from audit_api.histories.booking_changes import steps_of
from audit_api.histories.entry import Changes, Entry, Found, booking_of
from audit_api.histories.show_changes import show_changes
from audit_api.lifespan_state import AuditServices
from eventstore.facts import RecordedFact
from eventstore.wanted import Wanted


async def show_history(
    services: AuditServices, stream: str, wanted: Wanted, limit: int, *, bookings: bool, changes: bool
) -> Found:
    """A page of it; the facts of its bookings only with `bookings`, and what each changed only with `changes`.

    Raises `StoreUnavailable`.
    """
    select = services.selections.of_stream if bookings else services.selections.about_stream
    facts, goes_on = await select(stream, wanted, limit)
    changed = await changed_in_show(services, stream, facts) if changes else {}
    return Found([Entry(fact, changed.get(fact.position, {})) for fact in facts], goes_on)


async def changed_in_show(
    services: AuditServices, stream: str, facts: list[RecordedFact]
) -> dict[int, Changes]:
    """By position, what these facts of one show changed in it or in its bookings."""
    found = await show_changes(services, stream, [fact for fact in facts if booking_of(fact) is None])
    steps = await steps_of(services, facts)
    return found | {fact.position: steps[fact.position].changes for fact in facts if fact.position in steps}
