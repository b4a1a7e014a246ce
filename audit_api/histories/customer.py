"""What happened to a customer: to their account, and to each booking while it was theirs."""

from typing import NamedTuple

from audit_api.folding import Stage
from audit_api.histories.account_changes import account_changes
from audit_api.histories.booking_changes import BookingStep, steps_of
from audit_api.histories.entry import BOOKING, Entry, Found
from audit_api.histories.readable import readable
from audit_api.lifespan_state import AuditServices
from domain.tags import customer_tag
from eventstore.postgres.errors import unavailable_is_said
from eventstore.wanted import Wanted


class Customer(NamedTuple):
    """`account_id` is None for somebody without one. Of who was erased the ids are known from the log alone."""

    account_id: str | None
    person_id: str | None

    @property
    def tag(self) -> str:
        return customer_tag(self.account_id or self.person_id or "")

    @property
    def streams(self) -> list[str]:
        ids = (("user", self.account_id), ("person", self.person_id))
        return [f"{kind}-{each}" for kind, each in ids if each is not None]

    def has(self, stage: Stage | None) -> bool:
        """Whether a booking is theirs."""
        if stage is None:
            return False
        customer = stage.booking.customer
        if customer.id is not None:
            return customer.id == self.account_id
        return customer.person_id is not None and customer.person_id == self.person_id


FIND = """SELECT account_id::text, person_id::text FROM privacy.people
          WHERE person_id = $1 OR account_id = $1"""


async def customer_with(services: AuditServices, id: str) -> Customer:
    """Whose account or person this is the id of, as far as anybody knows. Raises `StoreUnavailable`."""
    with unavailable_is_said():
        found = await services.pool.fetchrow(FIND, id)
    if found is not None:
        return Customer(*found)
    erased = await services.store.read_stream(f"person-{id}", limit=1)
    if not erased:
        erased = [
            fact for fact in await services.store.read_tag(customer_tag(id)) if fact.name == "PersonErased"
        ]
    fact = readable(erased[0]) if erased else None
    if fact is None:
        # Of an identity provider, or from before there were keys: whatever it is the id of, it is nobody else's.
        return Customer(id, id)
    return Customer(fact.account_id, fact.person_id)


class CustomerHistory(NamedTuple):
    """Where to look for it: at the facts of these positions, some of which may be from when a booking was another's."""

    customer: Customer
    positions: list[int]

    async def page(self, services: AuditServices, wanted: Wanted, limit: int) -> Found:
        """Raises `StoreUnavailable`."""
        facts, goes_on = await services.selections.of_positions(self.positions, wanted, limit)
        steps = await steps_of(services, facts)
        accounts = await account_changes(services, facts)
        entries = []
        for fact in facts:
            step = steps.get(fact.position)
            if step is None:
                entries.append(Entry(fact, accounts.get(fact.position, {})))
            elif self._was_theirs(step):
                entries.append(Entry(fact, step.changes))
        return Found(entries, goes_on)

    def _was_theirs(self, step: BookingStep) -> bool:
        """Before the fact or after it: what made a booking somebody else's happened to both of them. What nobody can
        read any more is rather told than left out.
        """
        return step.after is None or self.customer.has(step.before) or self.customer.has(step.after)


async def customer_history(services: AuditServices, customer: Customer) -> CustomerHistory:
    """Raises `StoreUnavailable`."""
    bookings = await services.tagged.tags_beside(customer.tag, BOOKING)
    return CustomerHistory(customer, await services.selections.positions(bookings, customer.streams))
