"""Whose data is asked for."""

from datetime import datetime
from typing import NamedTuple

from audit_api.lifespan_state import AuditServices
from domain.codec import CODEC
from domain.personal import Person
from domain.tags import customer_tag
from domain.user.evolve import evolve
from domain.user.state import User
from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from runtime.privacy.people import find_person

ERASED = frozenset({"PersonErased", "UserErased"})


class Whose(NamedTuple):
    """`account` is None for somebody without one here, `since` is when it was made. `person_id` is None for an account
    from before there were keys that has not been used since.
    """

    person_id: str | None
    account_id: str | None
    account: User | None
    since: datetime | None

    @property
    def tag(self) -> str:
        return customer_tag(self.account_id or self.person_id or "")

    def is_customer(self, customer: Person) -> bool:
        """Whether a booking that is `customer`'s is theirs."""
        if self.account_id is not None:
            return customer.id == self.account_id
        return customer.id is None and customer.person_id == self.person_id


async def whose(services: AuditServices, id: str) -> Whose | None:
    """The person with this id, or of the account with it; None when there is none, or none any more.

    Raises `StoreUnavailable`.
    """
    with unavailable_is_said():
        found = await find_person(services.pool, id)
    person_id, account_id = found or (None, id)
    if account_id is None:
        return Whose(person_id, None, None, None)
    facts = await services.store.read_stream(f"user-{account_id}")
    if found is None and (not facts or await _erased(services, facts, account_id)):
        return None
    account = User()
    for fact in facts:
        account = evolve(account, CODEC.decode(fact.name, fact.schema_version, fact.data))
    if not facts:
        # The account of an identity provider has no history here, and bookings all the same.
        return Whose(person_id, account_id, None, None)
    return Whose(person_id, account_id, account, facts[0].recorded_at)


async def _erased(services: AuditServices, facts: list[RecordedFact], account_id: str) -> bool:
    about = [*facts, *await services.store.read_tag(customer_tag(account_id))]
    return any(fact.name in ERASED for fact in about)
