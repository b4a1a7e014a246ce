"""Names on tickets: encrypted with the key of whoever booked, so that they go when that person goes."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from command_api import customers
from command_api.about_booking import about_booking
from command_api.asking import Asking
from command_api.failed import failure_problem, unavailable_is_answered
from command_api.refused import refusal_problem
from command_api.roles import BOOKERS
from command_api.writing.failures import Overloaded
from domain.codec import CODEC
from domain.personal import Person
from domain.show.commands import NameTicketHolders
from domain.show.facts import BookingTransferred, SeatsBooked, SeatsHeld
from domain.show.refusals import BookingChangedHands, BookingNotFound, CustomerErased
from domain.tags import booking_tag
from eventstore.store import EventStore
from runtime.privacy.person_key import PersonKey
from runtime.problems import Problem
from runtime.texts.email_addresses import account_key

TRIES = 3
CHANGED_HANDS = refusal_problem(BookingChangedHands("")).code


async def name_holders(asking: Asking[Any], booking_id: str, names: Sequence[tuple[str, str]]) -> Response:
    """Carry out `NameTicketHolders`; once more where the booking goes to somebody else at this very moment."""
    for _ in range(TRIES):
        customer = await customer_of(asking.services.store, booking_id)
        if customer is None:
            raise Problem(refusal_problem(BookingNotFound(booking_id)))
        key = await _key(asking, customer)
        if key is None:
            return await _nobody_to_name_for(asking, booking_id, customer)
        try:
            return await about_booking(asking, booking_id, _command(asking, booking_id, names, key))
        except Problem as no:
            if no.answer.code != CHANGED_HANDS:
                raise
    raise Problem(failure_problem(Overloaded()))


def _command(
    asking: Asking[Any], booking_id: str, names: Sequence[tuple[str, str]], key: PersonKey
) -> Callable[[str], NameTicketHolders]:
    encrypted = tuple((ticket_id, key.encrypt(name)) for ticket_id, name in names)
    return lambda show_id: NameTicketHolders(show_id, booking_id, encrypted, asking.now, key.person_id)


async def customer_of(store: EventStore, booking_id: str) -> Person | None:
    """Whose booking it is, by its own facts; None when there is no such booking."""
    with unavailable_is_answered():
        recorded = await store.read_tag(booking_tag(booking_id))
    customer = None
    for each in recorded:
        fact = CODEC.decode(each.name, each.schema_version, each.data)
        if isinstance(fact, SeatsHeld | SeatsBooked | BookingTransferred):
            customer = fact.customer
    return customer


async def _key(asking: Asking[Any], customer: Person) -> PersonKey | None:
    """The customer's key; None when it has been destroyed."""
    services = asking.services
    if customer.person_id is not None:
        with unavailable_is_answered():
            return await services.keyring.key(customer.person_id)
    # From before there were keys: what is kept about them from now on is encrypted all the same.
    if customer.id is None:
        with unavailable_is_answered():
            return (await services.people.guest(account_key(customer.email), asking.now)).key
    try:
        return (await customers.account(services, customer.id, customer.email, asking.now)).key
    except customers.AccountErased:
        return None


async def _nobody_to_name_for(asking: Asking[Any], booking_id: str, customer: Person) -> Response:
    theirs = BOOKERS.for_anybody(asking.caller) or asking.caller.id == customer.id
    no = CustomerErased(booking_id) if theirs else BookingNotFound(booking_id)
    return await asking.first_answer_or(NameTicketHolders.__name__, Problem(refusal_problem(no)))
