"""The tags of a fact: by them one booking's, or one customer's, own history is found in one index scan."""

from domain.codec import Fact
from domain.person.facts import PersonErased
from domain.show.facts import BookingTransferred, SeatsBooked, SeatsHeld


def booking_tag(booking_id: str) -> str:
    return f"booking:{booking_id}"


def customer_tag(customer_id: str) -> str:
    """`customer_id` is the account, or the person's id where there is none."""
    return f"customer:{customer_id}"


def tags(fact: Fact) -> tuple[str, ...]:
    """Every tag of `fact`; none for facts about a whole stream."""
    if isinstance(fact, PersonErased):
        return (customer_tag(fact.account_id or fact.person_id),)
    booking_id = getattr(fact, "booking_id", None)
    if booking_id is None:
        return ()
    if isinstance(fact, SeatsHeld | SeatsBooked | BookingTransferred):
        customer_id = fact.customer.id or fact.customer.person_id
        if customer_id is not None:
            return (booking_tag(booking_id), customer_tag(customer_id))
    return (booking_tag(booking_id),)
